"""The cache of variants: reuse, integrity, damaged entries, and no partial entries."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from odviz.compression import METHODS, _host
from odviz.compression.base import Applied, Conversion, always
from odviz.compression.make import find_variant, make_variant
from odviz.domain.errors import FileRefused, IntegrityError, RecipeError, StoreError
from odviz.domain.recipe import parse_recipe
from odviz.formats import FORMATS
from tests.contract._methods_models import examples, ship


@pytest.fixture
def bench(tmp_path):
    """Make a variant of the tiny network; `calls` counts how often it loaded the calibration items."""

    class Bench:
        folder, cache, calls = tmp_path / "models", tmp_path / "cache", 0

        def __init__(self):
            self.folder.mkdir()
            self.model = ship(self.folder)

        def items(self):
            self.calls += 1
            return examples()

        def make(self, text, format="onnx", **changes):
            arguments = {"cache": self.cache, "calibration": self.items} | changes
            return make_variant(self.model, parse_recipe(text), format, **arguments)

        def find(self, text, format="onnx"):
            return find_variant(self.model, parse_recipe(text), format, cache=self.cache, calibration=self.items)

        def nonzero(self, variant):
            path = Path(variant.artifact.path)
            return FORMATS[variant.artifact.format].facts(path).nonzero_parameters

    return Bench()


def test_the_base_recipe_is_the_dense_checkpoint(bench):
    variant = bench.make("fp32")
    assert variant.artifact.path == str(bench.folder / "fp32.onnx")
    assert variant.changed and not variant.notes
    assert not bench.cache.exists()
    assert bench.calls == 0


def test_a_variant_is_reused(bench, monkeypatch):
    first = bench.make("prune-magnitude:50")
    path = Path(first.artifact.path)
    assert path.is_absolute() and path.stat().st_size == first.artifact.size_bytes
    monkeypatch.setattr("odviz.compression.make._apply", lambda *_: pytest.fail("made twice"))
    assert bench.make("prune-magnitude:50.0,scope=global") == first
    assert [entry.name for entry in bench.cache.iterdir()] == [path.parent.name]


@pytest.mark.parametrize("spoil", ["model.onnx", "meta.json"])
def test_a_corrupt_entry_is_made_again(bench, spoil):
    first = bench.make("prune-magnitude:50")
    place = Path(first.artifact.path).parent
    (place / spoil).write_bytes(b"spoilt")
    assert bench.make("prune-magnitude:50") == first
    assert Path(first.artifact.path).read_bytes() != b"spoilt"
    assert json.loads((place / "meta.json").read_text())["sha256"] == first.artifact.sha256


def test_an_entry_that_was_made_of_something_else_is_made_again(bench):
    first, other = bench.make("prune-magnitude:50"), bench.make("prune-magnitude:70")
    shutil.copytree(Path(other.artifact.path).parent, Path(first.artifact.path).parent, dirs_exist_ok=True)
    assert bench.find("prune-magnitude:50") is None
    assert bench.make("prune-magnitude:50") == first


def test_an_entry_with_other_bytes_than_the_known_ones_is_made_again(bench):
    first, other = bench.make("prune-magnitude:50"), bench.make("prune-magnitude:70")
    shutil.copyfile(other.artifact.path, first.artifact.path)
    note = Path(first.artifact.path).with_name("meta.json")
    note.write_text(json.dumps(json.loads(note.read_text()) | {"sha256": other.artifact.sha256}))
    assert bench.make("prune-magnitude:50").artifact.sha256 == other.artifact.sha256
    assert bench.make("prune-magnitude:50", known={first.artifact.sha256}) == first


def test_a_variant_is_found_once_it_is_made(bench, monkeypatch):
    assert bench.find("fp32") == bench.make("fp32")
    assert bench.find("prune-magnitude:50") is None and not bench.cache.exists()
    made = bench.make("prune-magnitude:50")
    assert bench.find("prune-magnitude:50") == made
    monkeypatch.setattr(type(FORMATS["onnx"]), "packages", ("no-such-package",))
    assert bench.find("prune-magnitude:50") is None


def test_other_calibration_items_make_another_file(bench):
    first = bench.make("int8-static", "tflite")
    other = bench.make("int8-static", "tflite", calibration=lambda: examples(7))
    assert first.artifact.path != other.artifact.path


def test_auto_depends_on_the_cpu_and_nothing_else_does(bench, monkeypatch):
    variants = {}
    for overflow in (True, False):
        monkeypatch.setattr(_host, "saturates", lambda overflow=overflow: overflow)
        variants[overflow] = [bench.make(f"int8-dynamic:reduce-range={choice}") for choice in ("yes", "no", "auto")]
    alike = [a.artifact == b.artifact for a, b in zip(variants[True], variants[False], strict=True)]
    assert alike == [True, True, False]
    assert variants[True][2].artifact.sha256 == variants[True][0].artifact.sha256
    assert variants[False][2].artifact.sha256 == variants[True][1].artifact.sha256
    assert any("7-bit" in note for note in variants[True][2].notes)


def test_a_tampered_file_is_refused_by_name(bench):
    (bench.folder / "fp32.onnx").write_bytes(b"something else")
    for text in ("fp32", "fp16"):
        with pytest.raises(IntegrityError, match=r"fp32\.onnx"):
            bench.make(text)


def test_a_tampered_checkpoint_is_refused_by_name(bench):
    (bench.folder / "pruned50.onnx").write_bytes(b"something else")
    with pytest.raises(IntegrityError, match=r"pruned50\.onnx"):
        bench.make("prune-structured:50")


def test_structured_pruning_takes_the_checkpoint(bench):
    variant = bench.make("prune-structured:50")
    assert variant.artifact.sha256 == bench.model.checkpoints[1].artifacts["onnx"].sha256
    with pytest.raises(RecipeError, match="prune-structured:50") as caught:
        bench.make("prune-structured:40")
    assert (caught.value.method, caught.value.option) == ("prune-structured", "percent")


def test_notes_of_every_step_are_kept_in_order(bench):
    first, second = bench.make("prune-structured:50+prune-magnitude:50").notes
    assert "50 %" in first
    assert "Zeros" in second


def test_within_layers_the_count_is_rounded_down(bench):
    variant = bench.make("prune-magnitude:percent=1,scope=layer")  # the linear layer has 40 weights, the depthwise 72
    zeros = bench.nonzero(bench.make("fp32")) - bench.nonzero(variant)
    assert variant.changed and zeros == int(0.01 * 288)


def test_a_failed_step_leaves_nothing_behind(bench, monkeypatch):
    monkeypatch.setattr("odviz.compression.prune_magnitude.smallest", lambda *_, **__: 1 / 0)
    with pytest.raises(RecipeError, match="division") as caught:
        bench.make("prune-magnitude:50")
    assert (caught.value.recipe, caught.value.format) == ("prune-magnitude:50", "onnx")
    assert list(bench.cache.iterdir()) == []


def test_a_broken_result_is_not_kept(bench, monkeypatch):
    def breaks(source, target, options):
        target.write_bytes(b"\x08\x08")
        return Applied(True)

    monkeypatch.setitem(METHODS["fp16"].conversions, "onnx", Conversion(breaks, always()))
    with pytest.raises(RecipeError) as caught:
        bench.make("fp16")
    assert isinstance(caught.value.__cause__, FileRefused)
    assert (caught.value.recipe, caught.value.format) == ("fp16", "onnx")
    assert list(bench.cache.iterdir()) == []


def test_a_cache_that_cannot_be_written_is_refused_by_name(bench):
    bench.cache.write_text("a file where the folder should be")
    with pytest.raises(StoreError, match=str(bench.cache)):
        bench.make("fp16")


def test_a_format_that_the_model_lacks(bench):
    dense = replace(bench.model.dense, artifacts={"onnx": bench.model.dense.artifacts["onnx"]})
    bench.model = replace(bench.model, checkpoints=(dense,))
    with pytest.raises(RecipeError, match="ONNX") as caught:
        bench.make("fp16", "tflite")
    assert caught.value.format == "tflite"
