"""What a server that serves a class answers to whom, by requests and handshakes as browsers make them."""

from contextlib import suppress

import pytest
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from odviz.services.classroom import WRONG_CODES, Classroom
from odviz.ui import class_access
from odviz.ui.class_access import COOKIE, MOST_CONNECTIONS, VISITOR_HEADER, ClassAccess, open_class

PUPIL, TEACHER, ABROAD = ("192.168.1.7", 5000), ("127.0.0.1", 5000), ("8.8.8.8", 5000)
BROWSER = {"accept": "text/html"}


async def echo(request):
    return JSONResponse({"visitor": request.headers.getlist(VISITOR_HEADER), "path": request.url.path})


async def chat(websocket):
    await websocket.accept()
    await websocket.send_json(websocket.headers.getlist(VISITOR_HEADER))
    with suppress(WebSocketDisconnect):
        await websocket.receive_text()


@pytest.fixture
def room():
    opened = Classroom()
    open_class(opened)
    yield opened
    open_class(None)


@pytest.fixture
def client():
    """A function that makes the browser of somebody at an address."""
    methods = ["GET", "POST", "PUT", "DELETE"]
    app = Starlette(routes=[WebSocketRoute("/_stcore/stream", chat), Route("/{path:path}", echo, methods=methods)])

    def new(address=PUPIL):
        return TestClient(ClassAccess(app), client=address, follow_redirects=False)

    return new


def join(browser, room, name="Ada"):
    return browser.post("/join", data={"code": room.code, "name": name})


PATHS = ("/", "/learn", "/_stcore/health", "/_stcore/metrics", "/media/x.csv", "/static/js/main.js", "/join/../learn")


@pytest.mark.usefixtures("room")
@pytest.mark.parametrize("path", PATHS)
def test_before_joining_there_is_nothing_but_the_form(client, path):
    assert client().get(path).status_code == 403
    answer = client().get(path, headers=BROWSER)
    assert (answer.status_code, answer.headers["location"]) == (303, "/join")
    with pytest.raises(WebSocketDisconnect), client().websocket_connect("/_stcore/stream"):
        pass


def test_whoever_joined_is_known_by_a_cookie_that_no_script_reads(client, room):
    browser = client()
    answer = join(browser, room)
    cookie = answer.headers["set-cookie"].lower()
    assert answer.status_code == 303 and "httponly" in cookie and "samesite=strict" in cookie
    (pupil,) = room.pupils
    assert browser.get("/learn").json()["visitor"] == [pupil.id]
    with browser.websocket_connect("/_stcore/stream") as websocket:
        assert websocket.receive_json() == [pupil.id]
    assert pupil.id not in answer.text + str(answer.headers)


def test_a_pupil_sends_nothing_but_through_the_websocket(client, room):
    browser = client()
    join(browser, room)
    for method in ("POST", "PUT", "DELETE"):
        assert browser.request(method, "/_stcore/upload_file/a/b").status_code == 403
    assert client(TEACHER).put("/_stcore/upload_file/a/b").status_code == 200


def test_a_forged_header_or_cookie_makes_nobody_the_teacher(client, room):
    for headers in ({VISITOR_HEADER: room.teacher.id}, {"cookie": f"{COOKIE}={room.teacher.id}"}, {"cookie": COOKIE}):
        assert client().get("/", headers=headers).status_code == 403
    browser = client()
    join(browser, room)
    (pupil,) = room.pupils
    for name in (VISITOR_HEADER, VISITOR_HEADER.upper(), VISITOR_HEADER.replace("-", "_")):
        assert browser.get("/", headers={name: room.teacher.id}).json()["visitor"] == [pupil.id]


def test_this_computer_is_the_teachers_unless_somebody_stands_behind_it(client, room):
    assert client(TEACHER).get("/").json()["visitor"] == [room.teacher.id]
    for name in ("x-forwarded-for", "forwarded", "x-real-ip"):
        assert client(TEACHER).get("/", headers={name: "192.168.1.9"}).status_code == 403


def test_the_secret_link_makes_another_computer_the_teachers(client, room):
    browser = client()
    assert browser.post("/teacher", data={"key": "wrong"}).status_code == 403
    assert browser.post("/teacher", data={"key": room.teacher_key}).status_code == 303
    assert browser.get("/").json()["visitor"] == [room.teacher.id]
    assert room.teacher_key not in client().get("/teacher").text


@pytest.mark.usefixtures("room")
def test_other_networks_are_not_answered(client):
    for path in ("/", "/join", "/teacher"):
        assert client(ABROAD).get(path, headers=BROWSER).status_code == 403


def test_wrong_codes_lock_an_address(client, room):
    statuses = [client().post("/join", data={"code": "x", "name": "Eve"}).status_code for _ in range(WRONG_CODES + 1)]
    assert statuses == [403] * WRONG_CODES + [429]
    assert join(client(), room).status_code == 429 and join(client(("192.168.1.8", 1)), room).status_code == 303


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"name": "x" * 100_000}, 403),  # larger than any form: nothing of it is read
        ({"name": "x" * 500}, 400),
        ({"name": "<script>alert(1)</script>"}, 303),
        ({"name": ""}, 400),
        ({"name": "\u202eadA"}, 400),
        ({"code": "x" * 1500}, 403),
        ({"code": "é☃"}, 403),
        ({"code": ""}, 403),
        ({"code": ["a", "b"]}, 403),
    ],
)
def test_what_is_entered_is_bounded(client, room, fields, status):
    answer = client().post("/join", data={"code": room.code, "name": "Eve"} | fields)
    assert answer.status_code == status and "<script>alert" not in answer.text and len(answer.content) < 5000


def test_a_form_that_is_none(client, room):
    for content in (b"\xff\xfe=1", b"&" * 1000, b"code=%ff&name=%00", b"a=1&b=2&c=3&d=4&e=5&f=6&g=7"):
        assert client().post("/join", content=content).status_code in (400, 403)
    assert client().put("/join").status_code == 405 and room.pupils == ()


def test_a_pupil_opens_a_few_pages_only(client, room):
    browser = client()
    join(browser, room)
    opened = [browser.websocket_connect("/_stcore/stream") for _ in range(MOST_CONNECTIONS)]
    for websocket in opened:
        websocket.__enter__()
    with pytest.raises(WebSocketDisconnect), browser.websocket_connect("/_stcore/stream"):
        pass
    for websocket in opened:
        websocket.send_text("x")
        websocket.__exit__(None, None, None)
    assert room.pupils[0].connections == 0


def test_without_a_class_everything_is_passed_on(client):
    assert class_access.opened() is None
    assert client().get("/join").json() == {"visitor": [], "path": "/join"}
