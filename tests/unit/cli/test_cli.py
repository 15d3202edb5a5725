import json
import os
from pathlib import Path

import click
import pytest

from odviz.cli import cli
from odviz.domain.errors import StoreError
from odviz.domain.failure import Failure, FailureKind
from odviz.execution.executor import execute
from odviz.services import benchmark as benchmarks
from odviz.store import open_store
from tests.fakes import TOY, World, plan, point

README = Path(__file__).resolve().parents[3] / "README.md"


def commands(group=cli, path="odviz"):
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from commands(command, f"{path} {name}")
        else:
            yield f"{path} {name}", command


OPTIONS = [
    (path, option)
    for path, command in commands()
    for option in command.get_params(click.Context(command))
    if isinstance(option, click.Option)
]


@pytest.mark.parametrize(("path", "command"), list(commands()), ids=lambda each: each if isinstance(each, str) else "")
def test_every_command_says_what_it_does_here_and_in_the_readme(path, command):
    assert command.help and command.get_short_help_str()
    assert path in README.read_text("utf-8")


@pytest.mark.parametrize(("path", "option"), OPTIONS, ids=lambda each: each if isinstance(each, str) else each.name)
def test_every_option_is_documented(path, option):
    assert option.help, f"{path} {option.opts}"


@pytest.fixture
def benchmark():
    with open_store() as store:
        new = store.create_benchmark(
            plan("int8-static", "int8-dynamic"), [point(), point("int8-static"), point("int8-dynamic")]
        )
        world = World(accuracy={"int8-dynamic": 0.25})
        execute(store, new, TOY, lambda _: None, make_child=world.child)
    return new


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("bench", "product-image"), "There is no task named 'product-image'. Did you mean 'product-images'?"),
        (("bench", "product-images", "lenet"), "There is no model for product-images named 'lenet'."),
        (("bench", "product-images", "--runtime", "tensorrt"), "There is no runtime named 'tensorrt'."),
        (("bench", "product-images", "--recipe", "int9"), "There is no compression method named 'int9'."),
        (("bench", "product-images", "--recipe", "int8-static:"), "is not a value"),
        (("bench", "product-images", "--recipe", "prune-structured:41"), "41"),
        (("bench", "product-images", "--threads", "0"), "--threads"),
        (("bench", "product-images", "--seed", "-1"), "--seed"),
        (("bench", "product-images", "--time", "soon"), "is not a time"),
        (("show", "zzzz"), "There is no benchmark named 'zzzz'."),
        (("list", "nothing"), "nothing"),
        (("show", "\udcff"), "characters that are not shown"),
        (("cancel", "\udcff"), "characters that are not shown"),
        (("benchmarks", "--limit", "99999999999999999999"), "--limit"),
        (("benchmarks", "--task", "toaster"), "There is no task named 'toaster'."),
        (("bench", "product-images", "--recipe", "@/dev/zero"), "it is a folder, pipe or device"),
        (("frobnicate",), "frobnicate"),
        (("frobnicate\x1b[31m",), "frobnicate\\x1b[31m"),
        (("bench", "product-images", "--runtime", "null"), "no runtime named 'null'"),
        (("bench", "product-images", "--threads", "1_0"), "'1_0' is not a whole number"),
        (("bench", "x" * 10_000), "10,000 characters"),
        (("devices", "show", "x" * 150), "no device named"),
    ],
)
def test_bad_input_is_one_sentence_and_exit_2(odviz, words, sentence):
    code, out, err = odviz(*words)
    assert code == 2 and out == ""
    assert sentence in err and "Traceback" not in err


def test_benchmarks_show_front_and_export_find_a_benchmark_again(odviz, benchmark, tmp_path):
    assert benchmark in odviz("benchmarks")[1]
    code, out, err = odviz("show", benchmark[:4])
    assert code == 0 and "1.00 ms" in out and "wrong-predictions" in out
    assert "keeps" in err
    code, out, _ = odviz("front", benchmark, "--deadline", "1us")
    assert "0 of 2 variants" in out and "deadline" in out
    path = tmp_path / "out.csv"
    assert odviz("export", benchmark, "--output", str(path))[0] == 0
    assert path.read_text().count("\n") == 4


def test_a_target_without_its_device_is_refused(odviz, benchmark):
    for words in (("front", benchmark), ("recommend", benchmark), ("export", benchmark)):
        code, out, err = odviz(*words, "--target", "rpi4-tflite-cpu4-int8")
        assert code == 2 and out == ""
        assert "raspberry-pi-4" in err
    code, out, err = odviz("front", benchmark, "--target", "nonsense")
    assert code == 2 and out == "" and "no device" in err


def test_a_task_that_is_gone_is_found_by_its_benchmarks(odviz, benchmark):
    with open_store() as store:
        task = store.load(benchmark).plan.task
    assert benchmark in odviz("benchmarks", "--task", task)[1]


def test_json_is_json_alone(odviz, benchmark):
    for words in (
        ("benchmarks",),
        ("show", benchmark),
        ("front", benchmark),
        ("recommend", benchmark),
        ("list",),
        ("doctor",),
    ):
        code, out, _ = odviz(*words, "--json")
        assert code == 0
        json.loads(out)
    assert json.loads(odviz("export", benchmark, "--format", "json", "--samples")[1])["blocks"]


CRASH = Failure(FailureKind.CRASH, "It fell over.")
FULL = Failure(FailureKind.DISK_FULL, "The disk is full: no space left.")
CANNOT = Failure(FailureKind.UNSUPPORTED, "There is no such operator.")


def test_memory_that_runs_out_is_said_and_leaves_nothing_queued(odviz, monkeypatch):
    def run_out(*_, **__):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr("odviz.services.benchmark.run", run_out)
    words = ("product-images", "lenet-5", "--quick", "--runtime", "onnxruntime", "--recipe", "int8-static")
    left, out, err = odviz("bench", *words)
    assert left == 1 and not out and "memory" in err and "Traceback" not in err
    with open_store() as store:
        assert store.benchmarks() == ()


@pytest.mark.parametrize(
    ("world", "code"),
    [
        (World(), 0),
        (World(accuracy={"int8-static": 0.25}), 0),  # that its answers are wrong was to be found out
        (World(faults={("int8-static", "compress"): CANNOT}), 0),
        (World(faults={("int8-static", "measure_memory"): [None, CRASH]}), 1),  # though other launches gave figures
        (World(faults={("int8-static", "load"): CRASH}), 1),
        (World(faults={("int8-static", "compress"): CANNOT, ("fp32", "compress"): CANNOT}), 1),
        (World(faults={("int8-static", "compress"): FULL}), 5),
    ],
)
def test_what_went_wrong_is_the_exit_code(odviz, same_machine, monkeypatch, world, code):
    def scripted_run(store, identity, report, wait_s):
        execute(store, identity, TOY, report, wait_s=wait_s, make_child=world.child)

    monkeypatch.setattr("odviz.services.benchmark.run", scripted_run)
    words = ("product-images", "lenet-5", "--quick", "--runtime", "onnxruntime", "--recipe", "int8-static")
    left, out, err = odviz("bench", *words)
    assert left == code and "lenet-5" in out and "Traceback" not in err
    if code != 1:
        return
    with open_store() as store:
        (mine,) = [each.id for each in store.benchmarks()]
    assert odviz("resume", mine)[0] == code


def test_a_damaged_benchmark_is_listed_beside_the_others_and_can_be_deleted(odviz, benchmark):
    with open_store() as store:
        spoilt = store.create_benchmark(plan(), [point()])
        with store._writing() as connection:
            connection.exec_driver_sql(f"UPDATE benchmark SET plan = substr(plan, 1, 50) WHERE id = '{spoilt}'")
    code, out, err = odviz("benchmarks")
    assert code == 0 and benchmark in out and f"the plan of benchmark {spoilt} cannot be read" in err
    assert next(line for line in out.splitlines() if line.startswith(spoilt)).split() == [spoilt, "damaged"]
    assert [each["id"] for each in json.loads(odviz("benchmarks", "--json")[1])] == [benchmark]
    code, _, err = odviz("show", spoilt)
    assert code == 5 and f"`odviz delete {spoilt}` removes this one" in err
    assert odviz("delete", spoilt[:6])[1] == f"Benchmark {spoilt} is deleted.\n"
    code, out, err = odviz("benchmarks")
    assert spoilt not in out + err and benchmark in out
    assert odviz("delete", spoilt)[0] == 2


def test_samples_in_csv_are_refused(odviz, benchmark):
    code, _, err = odviz("export", benchmark, "--samples")
    assert code == 2 and "--format json" in err


def test_a_place_that_cannot_be_written_is_said(odviz, benchmark, tmp_path):
    code, _, err = odviz("export", benchmark, "--output", str(tmp_path / "no" / "where.csv"))
    assert code == 5 and "cannot be written" in err


def test_a_database_that_is_none_is_said(odviz, tmp_path):
    (tmp_path / "not.db").write_text("this is no database, and never was one, not even a little")
    code, _, err = odviz("--database", f"sqlite:///{tmp_path / 'not.db'}", "benchmarks")
    assert code == 5 and "Traceback" not in err


def test_one_that_cannot_go_on_because_the_machine_is_busy_stands_as_it_did(odviz, same_machine):
    from odviz.execution.lease import lease
    from tests.ui import scripted

    with open_store() as store:
        measured, newer = scripted.measure(store, "int8-static"), scripted.queue(store)
        before = store.load(measured)
    with lease("something else"):
        code, _, err = odviz("resume", measured)
        assert code == 4 and "something else" in err
        assert odviz("resume", newer)[0] == 4
    with open_store() as store:
        assert store.load(measured) == before
        assert store.load(newer).state == "queued"  # as it was: another command or page had queued it
    assert "already ended" in odviz("cancel", measured)[1]
    assert "ended early" not in odviz("show", measured)[2]


@pytest.mark.parametrize("ended", [KeyboardInterrupt(), StoreError("The lease folder is a link.")])
def test_one_that_never_began_is_not_left_in_nobodys_line(odviz, monkeypatch, ended):
    def never(*_, **__):
        raise ended

    monkeypatch.setattr(benchmarks, "run", never)
    code, _, _ = odviz("bench", "product-images", "lenet-5", "--quick", "--wait")
    assert code == (130 if isinstance(ended, KeyboardInterrupt) else 5)
    with open_store() as store:
        assert store.benchmarks() == ()


def test_cancelling_what_has_ended_says_so(odviz, benchmark):
    assert "already ended" in odviz("cancel", benchmark)[1]


def test_a_shipped_file_that_was_changed_is_refused_by_name(odviz, tmp_path, monkeypatch):
    import shutil

    from odviz.library import paths

    for folder in ("models", "data"):
        shutil.copytree(paths.root() / folder, tmp_path / folder)
    with (tmp_path / "models/product-images/lenet-5/record.json").open("a") as file:
        file.write(" ")
    monkeypatch.setenv("ODVIZ_ROOT", str(tmp_path))
    code, _, err = odviz("bench", "product-images", "lenet-5")
    assert code == 2 and "models/product-images/lenet-5/record.json is not the recorded file" in err
    code, out, _ = odviz("verify")
    assert code == 1 and "models/product-images/lenet-5/record.json: changed since it was recorded" in out


@pytest.fixture
def user_devices(home):
    folder = home / "data" / "devices"
    folder.mkdir(parents=True)
    return folder


def test_device_files_that_cannot_be_read_are_named_beside_the_others(odviz, user_devices):
    os.mkfifo(user_devices / "pipe.toml")
    (user_devices / "host.toml").write_text("title = 1")
    (user_devices / os.fsdecode(b"bad\xff.toml")).write_text("title = 1")
    code, out, err = odviz("devices", "list")
    assert code == 0 and "raspberry-pi-4" in out
    assert out.count("This machine") == 1
    assert all(name in err for name in ("pipe.toml", "host.toml", "bad\\udcff.toml")) and err.count("\n") == 3
    code, out, _ = odviz("devices", "validate", "host")
    assert code == 1 and "host.toml" in out


def test_a_missing_folder_of_devices_is_named(odviz, monkeypatch, tmp_path):
    for name in ("models", "data"):
        (tmp_path / name).mkdir()
    monkeypatch.setenv("ODVIZ_ROOT", str(tmp_path))
    folder = str(tmp_path / "data" / "devices")
    assert folder in odviz("devices", "list")[2]
    code, _, err = odviz("devices", "validate")
    assert code == 1 and folder in err


def test_a_home_that_is_a_file_is_said(odviz, monkeypatch, tmp_path):
    (tmp_path / "a").write_text("in the way")
    monkeypatch.setenv("ODVIZ_HOME", str(tmp_path / "a"))
    for words in (("benchmarks",), ("devices", "list")):
        code, _, err = odviz(*words)
        assert code == 2 and "ODVIZ_HOME" in err


HEAD = "\ufefftarget,model,gmacs,latency_ms\n"


def test_networks_are_predicted_whatever_their_latency_is(odviz, tmp_path):
    cells = ("", "1e-3", "80")
    lines = [f"rpi4-tflite-cpu4-fp32,net{number},0.5,{cell}" for number, cell in enumerate(cells)]
    (tmp_path / "a.csv").write_text(HEAD + "\n".join(lines), encoding="utf-8")
    code, out, err = odviz("devices", "predict", "raspberry-pi-4", str(tmp_path / "a.csv"))
    assert code == 0 and err == "" and out.count("net") == 3 and "80.0 ms" in out
    predictions = json.loads(odviz("devices", "predict", "raspberry-pi-4", str(tmp_path / "a.csv"), "--json")[1])
    assert len({json.dumps(prediction["latency"]) for prediction in predictions}) == 1
    (tmp_path / "b.csv").write_text(f"sep=;\n{HEAD[1:].replace(',', ';')}rpi4-tflite-cpu4-fp32;net;0,5;1,234\n")
    code, out, err = odviz("devices", "predict", "raspberry-pi-4", str(tmp_path / "b.csv"), "--json")
    assert code == 0 and json.loads(out)[0]["latency"] == predictions[0]["latency"] and err == ""
    (tmp_path / "b.csv").write_text(f"{HEAD[1:].replace(',', ';')}rpi4-tflite-cpu4-fp32;net;1;1,234\n")
    assert "“1,234” was read as 1.234" in odviz("devices", "predict", "raspberry-pi-4", str(tmp_path / "b.csv"))[2]


@pytest.mark.parametrize(
    ("text", "place", "field"),
    [
        (HEAD + "rpi4-tflite-cpu4-fp32,net,5e-324,\n", "line 2", "gmacs"),
        *((f"{HEAD}rpi4-tflite-cpu4-fp32,net,{macs},\n", "line 2", "gmacs") for macs in ("0", "-1", "1_0", "٣", "nan")),
        *((f"{HEAD}rpi4-tflite-cpu4-fp32,net,1,{ms}\n", "line 2", "latency_ms") for ms in ("-5", "nan", "inf", "0")),
        (f"{HEAD}rpi4-tflite-cpu4-fp32,net,1,2,3\n", "line 2", "cells"),
        ("target,model,gmacs,gmacs\n", "a.csv", "gmacs"),
        (HEAD + 'rpi4-tflite-cpu4-fp32,"net,1,2\n', "line 2", "CSV"),
        (HEAD + "rpi4-tflite-cpu4-fp32," + "x" * 200 + ",1,\n", "line 2", "model"),
        (HEAD + "rpi4-tflite-cpu4-fp32,,1,\n", "line 2", "model"),
        ("model,gmacs\nnet,1\n", "a.csv", "target"),
    ],
)
def test_a_table_with_an_implausible_cell_is_refused_by_line_and_column(odviz, tmp_path, text, place, field):
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    code, out, err = odviz("devices", "predict", "raspberry-pi-4", str(tmp_path / "a.csv"), "--json")
    assert code == 2 and out == "" and place in err and field in err
