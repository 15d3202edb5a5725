import json
import shutil
import subprocess
import sys

import pytest
from click.testing import CliRunner

from odviz.cli import cli
from odviz.domain.model import Variant
from odviz.domain.recipe import Recipe
from odviz.domain.target import HOST, OperatingPoint, Target
from odviz.services import catalogue
from odviz.services.how_to_run import how_to_run
from odviz.tasks import TASKS


def point(task="product-images", model="ds-cnn-0.25", format_="onnx"):
    return OperatingPoint(Variant(task, model, Recipe(), format_), Target(HOST, "onnxruntime", "cpu", 1, "fp32"))


@pytest.mark.parametrize(("format_", "recipe"), [("onnx", "fp32"), ("tflite", "fp32"), ("tflite", "int8-static")])
def test_the_lines_that_are_shown_run_the_file_that_is_taken_away(format_, recipe, tmp_path):
    arguments = ["variants", "product-images", "ds-cnn-0.25", "--recipe", recipe, "--format", format_, "--json"]
    (variant,) = json.loads(CliRunner().invoke(cli, arguments, catch_exceptions=False).stdout)["files"]
    shutil.copy(variant["file"]["path"], tmp_path / "model")
    code = how_to_run(point(format_=format_), "model").code
    command = [sys.executable, "-c", code]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.strip() in TASKS["product-images"].classes()


def test_every_task_says_what_it_takes_and_every_card_where_it_fails():
    for task in TASKS:
        for model in catalogue.models(task.name):
            instructions = how_to_run(point(task.name, model.name), "x.onnx")
            assert instructions.takes and "**Limits**" in instructions.card and "](../" not in instructions.card
