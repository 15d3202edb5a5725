"""A class: who gets in, how often anybody may try, and what pupils may do."""

import pytest

from odviz.domain.errors import Forbidden, InputError, JoinRefused, TooOften
from odviz.domain.rights import Refusal, Right
from odviz.services import classroom
from odviz.services.classroom import Classroom, Role

HOME, OTHER = "192.168.1.7", "192.168.1.8"


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def room(clock):
    return Classroom(clock)


def wrong(room):
    return "".join("3" if one == "2" else "2" for one in room.code)


def refusal_of(room, *entered):
    with pytest.raises(JoinRefused) as refused:
        room.join(*entered)
    return refused.value.refusal


def test_a_pupil_joins_with_the_code_and_a_name(room):
    token = room.join(f" {room.code[:4].upper()} {room.code[4:]} ", " Ada  L ", HOME)
    visitor = room.visitor(token)
    assert (visitor.role, visitor.pupil.name, visitor.pupil.may_measure) == (Role.PUPIL, "Ada L", False)
    assert visitor.pupil.classroom == room.name and room.visitor_of_id(visitor.id) is visitor
    assert room.visitor(token + "x") is None and room.visitor("") is None and room.visitor(visitor.id) is None


def test_secrets_are_long(room):
    assert len(classroom.ALPHABET) ** classroom.CODE_LENGTH > 5e11
    assert len({room.teacher_key, room.join(room.code, "a", HOME), room.join(room.code, "b", HOME)}) == 3
    assert len(room.teacher_key) >= 40 and Classroom().code != room.code


def test_a_wrong_code_is_refused_and_an_address_that_tries_on_is_locked(room, clock):
    for _ in range(classroom.WRONG_CODES):
        assert refusal_of(room, wrong(room), "Eve", HOME) is Refusal.WRONG_CODE
    with pytest.raises(TooOften) as locked:
        room.join(room.code, "Eve", HOME)  # even with the right code
    assert locked.value.wait_s == pytest.approx(classroom.FIRST_WAIT_S)
    assert room.join(room.code, "Ada", OTHER)
    clock.now += classroom.FIRST_WAIT_S
    assert refusal_of(room, wrong(room), "Eve", HOME) is Refusal.WRONG_CODE
    with pytest.raises(TooOften) as locked:
        room.join(room.code, "Eve", HOME)
    assert locked.value.wait_s == pytest.approx(2 * classroom.FIRST_WAIT_S)


def test_guessing_is_hopeless(room, clock):
    tried = 0
    while clock.now < classroom.CODE_LIFETIME_S:
        try:
            room.join(wrong(room), "Eve", HOME)
        except JoinRefused:
            tried += 1
        except TooOften as locked:
            clock.now += locked.wait_s
    assert tried < 25
    assert tried * 1000 / len(classroom.ALPHABET) ** classroom.CODE_LENGTH < 1e-6  # from a thousand addresses


def test_addresses_of_one_ipv6_network_share_their_tries(room):
    for number in range(classroom.WRONG_CODES):
        refusal_of(room, wrong(room), "Eve", f"fd00::{number}")
    with pytest.raises(TooOften):
        room.join(room.code, "Eve", "fd00::ffff")
    assert room.join(room.code, "Eve", "fd00:0:0:1::1")


def test_tries_are_remembered_of_so_many_addresses_only(room, monkeypatch):
    monkeypatch.setattr(classroom, "MOST_ADDRESSES", 10)
    for number in range(50):
        refusal_of(room, wrong(room), "Eve", f"10.0.0.{number}")
    assert len(room._tries) == 10


def test_a_code_expires_and_can_be_renewed(room, clock):
    old = room.code
    token = room.join(old, "Ada", HOME)
    clock.now += classroom.CODE_LIFETIME_S
    assert room.code == "" and refusal_of(room, old, "Bob", HOME) is Refusal.EXPIRED
    assert refusal_of(room, "", "Bob", HOME) is Refusal.WRONG_CODE
    room.renew_code()
    assert refusal_of(room, old, "Bob", HOME) is Refusal.WRONG_CODE
    assert room.join(room.code, "Bob", HOME) and room.visitor(token).pupil.name == "Ada"


def test_a_name_is_one_pupils_own(room):
    token = room.join(room.code, "Ada", HOME)
    for forged in ("Ada", "ADA", " ada ", "Ａｄａ"):
        assert refusal_of(room, room.code, forged, OTHER) is Refusal.NAME_TAKEN
    room.remove(room.visitor(token))
    assert room.visitor(token) is None and room.join(room.code, "Ada", OTHER)


@pytest.mark.parametrize("name", ["", "  ", "x" * 41, "x" * 100_000, "\u202eadA", "A\x00da", "A\nda\x1b[31m"])
def test_a_name_that_cannot_be_shown_is_refused(room, name):
    with pytest.raises(InputError):
        room.join(room.code, name, HOME)
    assert room.pupils == ()


def test_a_class_is_full_some_day(room, monkeypatch):
    monkeypatch.setattr(classroom, "MOST_PUPILS", 2)
    room.join(room.code, "a", HOME)
    room.join(room.code, "b", HOME)
    assert refusal_of(room, room.code, "c", HOME) is Refusal.FULL


def test_many_joins_from_one_address_have_to_wait(room, clock):
    for number in range(classroom.JOINS):
        room.join(room.code, f"p{number}", HOME)
    with pytest.raises(TooOften):
        room.join(room.code, "one more", HOME)
    clock.now += 61
    assert room.join(room.code, "one more", HOME)


def test_the_teacher_comes_in_by_the_secret_only(room):
    assert room.visitor(room.enter_as_teacher(room.teacher_key, OTHER)) is room.teacher
    for key in ("", room.code, room.teacher_key[:-1]):
        with pytest.raises(JoinRefused):
            room.enter_as_teacher(key, HOME)
    assert room.pupils == ()


def test_pupils_may_answer_and_nothing_else(room, clock):
    pupil = room.visitor(room.join(room.code, "Ada", HOME))
    for right in Right:
        room.check(room.teacher, right)
        with pytest.raises(Forbidden):
            room.check(None, right)
    with pytest.raises(Forbidden):
        room.check(pupil, Right.CHANGE)
    for _ in range(classroom.ANSWERS):
        room.check(pupil, Right.ANSWER)
    with pytest.raises(TooOften):
        room.check(pupil, Right.ANSWER)
    clock.now += 61
    room.check(pupil, Right.ANSWER)
