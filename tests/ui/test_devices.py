import errno
from pathlib import Path

import pandas as pd
import pytest
import streamlit as st

from odviz.library.devices import device_files, load_device, user_files
from odviz.library.sources import user
from odviz.services import target_reports
from odviz.services.user_measurements import FIELDS
from tests.ui.scripted import as_read, texts, written
from tests.unit.services.user_data import CSV, toml

LENET = {"network": "lenet-5", "latency_ms": 7.0}


@pytest.fixture
def typed(monkeypatch):
    """A function that has a person fill in the table of measurements: AppTest cannot type into one."""
    held = []

    def fill(*rows):
        held[:] = [pd.DataFrame([{field.title: row.get(name) for name, field in FIELDS.items()} for row in rows])]

    monkeypatch.setattr(st, "data_editor", lambda base, **_: held[0] if held else base)
    return fill


def own(name="my-till", text=None):
    user().devices.mkdir(parents=True, exist_ok=True)
    path = user().devices / f"{name}.toml"
    path.write_text(toml() if text is None else text, encoding="utf-8")
    return path


def fill_in(app, title="My till"):
    for key, text in {"title": title, "processor": "4× A55", "runtime": "TFLite 2.14", "source": "by me"}.items():
        app.text_input(key=f"user-{key}").set_value(text)
    app.run()
    next(button for button in app.button if button.label == "Check it").click().run()
    assert not app.exception
    return app


def press(app, key):
    app.button(key=key).click().run()
    assert not app.exception, app.exception[0].stack_trace
    return app


def upload(app, kind, name, content):
    uploader = next(element for element in app.file_uploader if element.label == kind)
    uploader.set_value((name, content, "text/plain")).run()
    assert not app.exception, app.exception[0].stack_trace
    return app


def said(elements):
    return "\n".join(element.value for element in elements)


def test_a_device_is_shown_with_its_numbers_and_how_far_it_can_be_trusted(visit):
    app = visit("devices", device="raspberry-pi-4")
    words = texts(app)
    assert "Raspberry Pi 4 Model B" in words and "8 GB" in words and "not checked" in words
    assert "**34 networks were measured" in words and "4 kinds (families)" in words and "half were predicted" in words
    assert "Source: MLPerf Inference" in words and "Target: rpi4-tflite-cpu4-fp32" in words
    assert "yours" not in words and not app.warning and not app.error


def test_networks_without_macs_are_told_apart_from_those_that_are_learned_from(visit):
    words = texts(visit("devices", device="galaxy-s25"))
    assert "**133 networks" in words and "30 of them with known MACs" in words
    assert "103 of the 133 networks" in words


def test_another_way_to_run_networks_is_chosen_and_linked(visit):
    app = visit("devices", device="raspberry-pi-4")
    app.selectbox(key="target").set_value("rpi4-tflite-cpu4-int8").run()
    assert app.query_params["target"] == "rpi4-tflite-cpu4-int8"
    assert "**32 networks" in texts(app)


def test_published_points_only_say_why(visit):
    words = texts(visit("devices", device="coral-raspberry-pi-4"))
    assert "**6 networks were measured" in words and "nothing else can be projected" in words
    assert "8 networks of 3 families" in words


def test_this_machine_is_measured(visit):
    app = visit("devices")
    assert "never projected" in texts(app)
    assert app.query_params == {}


def test_all_devices_are_listed(visit):
    own()
    table = next(element.value for element in visit("devices").dataframe if "Name" in element.value)
    assert set(table["Name"]) == {"host", "my-till", *device_files()}
    row = table[table["Name"] == "my-till"].iloc[0]
    assert (row["Device"], row["RAM"], row["Other networks"]) == ("My till", "1.00 GB", "measured points only")


def test_nonsense_in_the_address_is_said_and_the_rest_works(visit):
    app = visit("devices", device="<b>nothing</b>", target="nowhere")
    assert len(app.warning) == 2 and all("in the address" in element.value for element in app.warning)
    assert app.selectbox(key="device").value == "host" and "This machine" in texts(app)


def test_a_device_is_added_from_typed_measurements_and_then_asked_about_in_explore(visit, typed, measured):
    app = visit("devices")
    typed(LENET | {"macs_m": 0.005}, {"network": "other", "latency_ms": 3.0, "macs_m": 9.0})  # as the scripted file has
    fill_in(app)
    assert "2 networks of 2 families with known MACs" in texts(app)
    assert "“my-till”" in said(app.success)
    press(app, "save-draft")
    assert "**My till** is saved" in said(app.success)
    assert app.selectbox(key="device").value == app.query_params["device"] == "my-till"
    assert ":blue-badge[yours]" in said(app.header)
    assert app.text_input(key="user-title").value == ""
    explored = visit(device="my-till").dataframe[0].value
    assert explored["Latency is"].tolist().count("your own figure") == 1


def test_what_is_still_to_do_is_listed_until_nothing_is(visit, typed):
    app = visit("devices")
    fill_in(app, title="..")
    assert "“Title”" in said(app.error) and "no measurement yet" in said(app.error)
    typed({"network": "lenet-5", "latency_ms": -4.0}, {"network": "LeNet-5", "latency_ms": float("inf")})
    app.text_input(key="user-title").set_value("Host").run()
    words = said(app.error)
    assert "“host”" in words
    assert "“Latency \\(ms\\)” is -4" in words and "is inf" in words
    assert "same network as measurement 1" in words
    typed(LENET)
    app.text_input(key="user-title").set_value("My till").run()
    assert not app.error and app.button(key="save-draft")


def test_the_name_of_a_shipped_device_is_still_to_do(visit, typed):
    typed(LENET)
    app = fill_in(visit("devices"), title="Raspberry Pi 4")
    assert "built-in device" in said(app.error)
    assert not app.success and not [element for element in app.button if element.key == "save-draft"]


def test_a_device_is_added_from_csv_and_a_bad_file_loses_nothing(visit):
    app = upload(visit("devices"), "CSV file", "mine.csv", CSV)
    assert "9 rows of mine.csv" in said(app.success) and "colour" in said(app.success)
    upload(app, "CSV file", "bad.csv", b"network;latency_ms\na;fast\n")
    assert "bad.csv, line 2" in said(app.error) and "“fast”" in said(app.error)
    fill_in(app)
    assert "9 networks of 3 families" in texts(app)
    press(app, "save-draft")
    assert len(load_device("my-till").points) == 9
    assert "**9 networks were measured" in texts(app)


def test_what_was_typed_is_there_on_the_way_back(visit):
    app = upload(visit("devices"), "CSV file", "mine.csv", CSV)
    app.text_input(key="user-title").set_value("My till").run()
    app.switch_page("pages/this_machine.py").run()
    app.switch_page("pages/devices.py").run()
    assert app.text_input(key="user-title").value == "My till"
    assert len(app.data_editor[0].value) == 9


def test_a_file_is_kept_replaced_only_knowingly_and_leaves_what_is_typed_alone(visit):
    app = visit("devices")
    app.text_input(key="user-title").set_value("Half typed").run()
    upload(app, "Profile", "My Till.toml", toml().encode())
    assert "**My till**, board: 1 way to run networks, 1 measurement" in texts(app)
    assert app.button(key="save-file").label == "Save this device"
    press(app, "save-file")
    assert load_device("my-till").title == "My till"
    assert app.text_input(key="user-title").value == "Half typed"
    upload(app, "Profile", "my-till.toml", toml().replace("My till", "Newer").encode())
    assert "“my-till”" in said(app.warning)
    assert load_device("my-till").title == "My till"
    assert app.button(key="save-file").label == "Replace “my-till”"
    press(app, "save-file")
    assert load_device("my-till").title == "Newer" and "Newer" in said(app.header)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("my-till.toml", b"title = <b>", "my-till.toml is not TOML"),
        ("my-till.toml", b"\xff\xfe\x00", "not text in UTF-8"),
        ("my-till.toml", toml().replace("latency_ms = 80.0", "latency_ms = nan").encode(), "point 1: latency_ms"),
        ("raspberry-pi-4.toml", toml().encode(), "a built-in device"),
        ("...toml", toml().encode(), "cannot name a device"),
    ],
)
def test_a_file_that_makes_no_sense_is_said_and_the_rest_works(visit, name, content, words):
    app = upload(visit("devices"), "Profile", name, content)
    assert words in as_read(said(app.error)) and len(app.error) == 1
    assert not user_files() and not [element for element in app.button if element.key == "save-file"]
    assert app.text_input(key="user-title") and "This machine" in texts(app)


def test_a_device_is_deleted(visit):
    path = own()
    app = press(visit("devices", device="my-till"), "delete-my-till-now")
    assert not path.exists() and "my-till is deleted" in said(app.success)
    assert app.selectbox(key="device").value == "host" and "device" not in app.query_params


def test_a_device_whose_file_vanished_is_said_to_be_gone(visit):
    path = own()
    app = visit("devices", device="my-till")
    path.unlink()
    app.run()
    assert "my-till" in said(app.warning) and not app.exception
    assert app.selectbox(key="device").value == "host"
    assert len(app.run().warning) == 0


def test_broken_files_are_listed_each_with_a_way_out(visit):
    own("bad", "title = 3")
    own("large", "#" * (2 << 20))
    app = visit("devices")
    words = said(app.warning)
    assert len(app.warning) == 2 and "bad.toml has no" in words and "large.toml is larger" in words
    assert [element.key for element in app.download_button if element.label == "Its file (TOML)"] == ["toml-bad"]
    press(app, "delete-bad-now")
    assert list(user_files()) == ["large"] and len(app.warning) == 1


def test_measurements_that_nothing_can_be_learned_from_are_said_where_they_stand(visit, monkeypatch):
    def fail(*_):
        raise ValueError("array must not contain infs or NaNs")

    own(text=toml([("only-here", 7.0, 0.3)]))  # what is kept of others is of no use
    monkeypatch.setattr(target_reports, "calibration", fail)
    app = visit("devices", device="my-till")
    assert "Nothing can be learned" in said(app.error)
    assert app.button(key="delete-my-till-now")


def test_a_full_disk_is_said_and_nothing_typed_is_lost(visit, typed, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    typed(LENET)
    app = fill_in(visit("devices"))
    monkeypatch.setattr(Path, "replace", full)
    press(app, "save-draft")
    assert "cannot be written" in said(app.error) and "No space left on device" in said(app.error)
    assert app.text_input(key="user-title").value == "My till" and not list(user().devices.iterdir())


def test_somebody_elses_words_stay_words(visit):
    own(text=toml().replace("My till", "<img src=x> **bold** [a](javascript:b)").replace("by me", "- $x$ `y`"))
    app = visit("devices", device="my-till")
    assert "\\<img src=x\\> \\*\\*bold\\*\\* \\[a\\]\\(javascript\\:b\\)" in said(app.header)
    assert "\\$x\\$ \\`y\\`" in written(app)
