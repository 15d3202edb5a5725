"""Model files that broke tools, each from a public report: what odviz does with them, in every format and method."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import onnx
import pytest

from odviz.compression._ort import attention_scores
from odviz.compression.make import make_variant
from odviz.domain.errors import FileRefused, RecipeError
from odviz.domain.model import Artifact, Checkpoint, Layout, Model
from odviz.domain.recipe import parse_recipe
from odviz.execution.verdict import verdict
from odviz.formats import FORMATS
from odviz.formats.base import digest, size_bytes
from odviz.metrics import METRICS
from odviz.runtimes import RUNTIMES
from odviz.tasks.base import Examples

FOLDER = Path(__file__).parent / "cases"
ITEMS = 48
REFUSED, UNCHANGED = "refused", "unchanged"
STATIC, DYNAMIC, INT4, FP16, PRUNED = "int8-static", "int8-dynamic", "int4-weight-only", "fp16", "prune-magnitude:50"
ENTROPY, PERCENTILE, WEIGHTS, WIDE = "int8-static:entropy", "int8-static:percentile", "int8-weight-only", "int16x8"
PICTURE, ROW = (8, 8, 3), (12,)
SMALL_NET = 64 * (8 * 27 + 8 * 72) + 40
"""MACs of two convolutions on 8 × 8 positions and a linear layer."""

INT8, INT4_ERROR, HALF, FEWER = 0.06, 0.2, 0.005, 0.5
"""Largest error of an output, as a share of the range of outputs."""


@dataclass(frozen=True)
class Case:
    """A model file.

    Attributes:
        slug: the file's name.
        source: where its kind of fault was reported.
        does: by recipe, the largest error of its outputs against the original's, or `REFUSED` or `UNCHANGED`.
        shape: of an item.
        macs: None where inspection refuses the file.
        says: words of the refusal or of a note.
    """

    slug: str
    source: str
    does: dict[str, float | str] = field(default_factory=dict)
    shape: tuple[int, ...] = PICTURE
    macs: int | None = SMALL_NET
    says: str = ""

    @property
    def path(self) -> Path:
        return next(path for path in sorted(FOLDER.glob(f"{self.slug}.*")) if path.suffix != ".bin")

    @property
    def format(self) -> str:
        return self.path.suffix[1:]

    @property
    def layout(self) -> Layout:
        if self.slug == "tied-embedding":
            return Layout.TOKENS
        return Layout.CHANNELS_FIRST if self.format == "onnx" and len(self.shape) == 3 else Layout.CHANNELS_LAST


def _github(path: str) -> str:
    return f"https://github.com/{path}"


ALL_ONNX = {STATIC: INT8, DYNAMIC: INT8, INT4: INT4_ERROR, FP16: HALF, PRUNED: FEWER}
ALL_LITE = {STATIC: INT8, DYNAMIC: INT8, WEIGHTS: INT8, FP16: HALF, PRUNED: FEWER, INT4: INT4_ERROR, WIDE: INT8}
NONE_ONNX = dict.fromkeys(ALL_ONNX, REFUSED)

CASES = (
    Case("opset11-mean", _github("NVIDIA/TensorRT/issues/2414"), ALL_ONNX),
    Case("opset9-upsample", _github("microsoft/onnxruntime/issues/9197"), ALL_ONNX, macs=13_864),
    Case("ir-too-new", _github("microsoft/onnxruntime/issues/23602"), NONE_ONNX, macs=None, says="IR version is 99"),
    Case("weights-in-constants", _github("onnx/onnx/issues/6404"), ALL_ONNX),
    Case("ir3-data-first", _github("microsoft/onnxruntime/pull/3449"), ALL_ONNX),
    Case(
        "tied-embedding", _github("microsoft/onnxruntime/issues/21277"), ALL_ONNX, (6,), 256 * 16, "larger than before"
    ),
    Case("unnamed-gemm", _github("wangzhaode/llm-export/issues/61"), ALL_ONNX, ROW, 16 * 12 + 16 * 5),
    Case("unnamed-thin-stem", _github("microsoft/onnxruntime/pull/27469"), ALL_ONNX),
    Case("if-outer-weights", _github("microsoft/onnxruntime/pull/32158"), ALL_ONNX, ROW, 16 * 12 + 16 * 16 + 80),
    Case("fp16-cast-to-float", _github("microsoft/onnxconverter-common/issues/320"), ALL_ONNX, ROW, 60),
    Case("dead-channels", _github("microsoft/onnxruntime/issues/11415"), ALL_ONNX),
    Case("gemm-bias-row", _github("microsoft/onnxruntime/issues/24815"), ALL_ONNX, ROW, 60),
    Case(
        "gemm-beta", _github("microsoft/onnxruntime/issues/28130"), {STATIC: 0.03, DYNAMIC: 0.03, INT4: 0.06}, ROW, 60
    ),
    Case("attention-mask", _github("huggingface/transformers/pull/17306"), ALL_ONNX, (6, 8), 1768),
    Case(
        "nan-in-calibration",
        _github("microsoft/onnxruntime/pull/23749"),
        {STATIC: INT8, ENTROPY: INT4_ERROR, PERCENTILE: INT8},
        says="1 of 48 calibration items",
    ),
    Case("dynamic-conv", _github("microsoft/onnxruntime/issues/15888"), ALL_ONNX, says="1 of 3 compute operators"),
    Case(
        "conv-transpose",
        _github("microsoft/onnxruntime/issues/19694"),
        ALL_ONNX,
        macs=64 * 8 * 27 + 64 * 8 * 16 * 9 + 80,
    ),
    Case("matmul-3d-weight", _github("microsoft/onnxruntime/issues/25489"), ALL_ONNX, (4, 8), 222, "One scale per"),
    Case("gru", _github("microsoft/onnxruntime/issues/9796"), ALL_ONNX, (5, 4), 5 * 3 * 8 * (4 + 8) + 40, "1 of 2"),
    Case("int4-odd", _github("ROCm/hip-ep/pull/588"), {INT4: INT4_ERROR}, (20,), 175),
    Case("ms-opset-twice", _github("onnx/onnxmltools/issues/58"), {INT4: INT4_ERROR}, (32,), 592),
    Case("batch-minus-one", _github("PaddlePaddle/Paddle2ONNX/issues/53"), ALL_ONNX),
    Case("batch-open", _github("microsoft/onnxruntime/issues/1845"), ALL_ONNX),
    Case("side-open", _github("microsoft/onnxruntime/issues/8169"), ALL_ONNX),
    Case("batch-four", _github("microsoft/onnxruntime/issues/2468"), NONE_ONNX, macs=4 * SMALL_NET, says="takes 4 ×"),
    Case("two-inputs", _github("microsoft/onnxruntime/issues/8770"), NONE_ONNX, ROW, 120, says="2 inputs (a, b)"),
    Case("external-data", _github("microsoft/Olive/pull/257"), NONE_ONNX, macs=None, says="weights in another file"),
    Case(
        "half-already",
        _github("microsoft/onnxruntime/issues/15341"),
        {STATIC: INT8, DYNAMIC: UNCHANGED, INT4: UNCHANGED, FP16: UNCHANGED, PRUNED: FEWER},
        says="half precision",
    ),
    Case("cyclic", _github("microsoft/onnxruntime/issues/7300"), NONE_ONNX, ROW, None, says="in a circle"),
    Case("one-sigmoid", _github("ReX-XAI/ReX/issues/3"), shape=ROW, macs=12),
    Case("fp16-clipped-weights", _github("microsoft/onnxconverter-common/issues/211"), shape=ROW, macs=60),
    Case("softmax-diamonds", "found by trying", {STATIC: INT8}, ROW, 60),
    Case("lite-plain", "a control", ALL_LITE, macs=13_864),
    Case("lite-int8-input", _github("ultralytics/yolov5/issues/10799"), ALL_LITE, macs=13_864),
    Case("lite-two-signatures", _github("tensorflow/tensorflow/issues/52145"), ALL_LITE, macs=13_864),
    Case(
        "lite-flex",
        _github("tensorflow/tensorflow/issues/40157"),
        dict.fromkeys(ALL_LITE, REFUSED),
        macs=None,
        says="Erf",
    ),
    Case(
        "lite-newer-operator",
        _github("google-coral/edgetpu/issues/340"),
        dict.fromkeys(ALL_LITE, REFUSED),
        macs=None,
        says="number 300",
    ),
    Case("lite-stateful", _github("tensorflow/tflite-micro/issues/2101"), ALL_LITE, ROW, 60),
    Case("lite-fp16-overflow", _github("tensorflow/tensorflow/issues/43719"), {DYNAMIC: INT8}, (400,), 2000),
    Case(
        "onnx-int8-again",
        _github("microsoft/onnxruntime/issues/11530"),
        dict.fromkeys(ALL_ONNX, UNCHANGED),
        says="already",
    ),
)
BY_SLUG = {case.slug: case for case in CASES}
TRIED = [(case, recipe) for case in CASES for recipe in case.does]


def items(case: Case) -> Examples:
    rng = np.random.default_rng(1)
    if case.layout is Layout.TOKENS:
        inputs = rng.integers(0, 256, (ITEMS, *case.shape))
    else:
        inputs = rng.normal(size=(ITEMS, *case.shape)).astype(np.float32)
    if case.slug == "nan-in-calibration":
        inputs[7, 0, 0, 0] = np.nan
    return Examples(inputs, np.zeros(ITEMS, np.int64), np.full(ITEMS, ""))


def model(case: Case) -> Model:
    format = FORMATS[case.format]
    files = format.files(case.path)
    artifact = Artifact(str(case.path), digest(files), size_bytes(files), case.format, case.layout)
    return Model(case.slug, case.slug, "toy", (Checkpoint({case.format: artifact}, 0, 0),))


def outputs(path: Path, case: Case) -> np.ndarray:
    """First output of each finite item."""
    session = RUNTIMES["onnxruntime" if case.format == "onnx" else "litert"].load(path, case.layout, 1)
    inputs = items(case).inputs
    finite = np.isfinite(inputs).reshape(ITEMS, -1).all(axis=1)
    return np.stack([session.predict(item)[0] for item in inputs[finite]])


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("cache")


def made(case: Case, recipe: str, cache: Path):
    return make_variant(model(case), parse_recipe(recipe), case.format, cache=cache, calibration=lambda: items(case))


@pytest.mark.parametrize(("case", "recipe"), TRIED, ids=[f"{case.slug}-{recipe}" for case, recipe in TRIED])
def test_a_variant_agrees_with_the_original_or_is_refused_in_words(case, recipe, cache):
    expected = case.does[recipe]
    if expected == REFUSED:
        with pytest.raises((FileRefused, RecipeError)) as refusal:
            made(case, recipe, cache)
        assert case.says in str(refusal.value)
        return
    variant = made(case, recipe, cache)
    assert variant.changed == (expected != UNCHANGED)
    if expected == UNCHANGED:
        assert case.says in " ".join(variant.notes)
        return
    original, own = outputs(case.path, case), outputs(Path(variant.artifact.path), case)
    assert np.abs(own - original).max() / np.ptp(original) <= expected


@pytest.mark.parametrize("case", CASES, ids=BY_SLUG)
def test_the_work_is_counted_or_the_file_is_refused_in_words(case):
    format, shape = FORMATS[case.format], case.layout.batch(case.shape)
    if case.macs is None:
        with pytest.raises(FileRefused, match=case.says):
            format.facts(case.path, shape)
        return
    assert format.facts(case.path, shape).macs == case.macs


@pytest.mark.parametrize("slug", ["fp16-clipped-weights", "lite-fp16-overflow"])
def test_half_precision_that_ruins_the_predictions_is_found(slug, cache):
    case, metric = BY_SLUG[slug], METRICS["top1"]
    original = outputs(case.path, case)
    own = outputs(Path(made(case, FP16, cache).artifact.path), case)
    targets = original.argmax(axis=1)
    scores = metric.score((own,), targets), metric.score((original,), targets)
    assert verdict(metric, (own,), scores[0], targets, scores[1]) is not None


def test_a_single_output_is_no_choice_between_classes():
    case = BY_SLUG["one-sigmoid"]
    with pytest.raises(ValueError, match="single output"):
        METRICS["top1"].score((outputs(case.path, case),), np.zeros(ITEMS, np.int64))


def test_the_walk_from_a_softmax_visits_each_operator_once():
    start = time.process_time()
    names = attention_scores(onnx.load(str(BY_SLUG["softmax-diamonds"].path)))
    assert len(names) == len(set(names)) and time.process_time() - start < 5  # 2^24 paths take hours


def test_thin_first_convolutions_stay_float_and_the_others_do_not(cache):
    facts = FORMATS["onnx"].facts(Path(made(BY_SLUG["unnamed-thin-stem"], STATIC, cache).artifact.path))
    assert (facts.compute_ops, round(facts.quantized_ops * facts.compute_ops)) == (3, 2)


def test_the_numbers_of_a_model_in_half_precision_are_pruned(cache):
    pruned = made(BY_SLUG["half-already"], "prune-magnitude:50", cache)
    facts = FORMATS["onnx"].facts(Path(pruned.artifact.path))
    weights = 8 * 27 + 8 * 72 + 40
    assert facts.parameters - facts.nonzero_parameters == weights // 2


def test_a_model_that_keeps_a_state_begins_each_item_from_the_same_one():
    case = BY_SLUG["lite-stateful"]
    for runtime in ("litert", "tflite-runtime"):
        session = RUNTIMES[runtime].load(case.path, case.layout, 1)
        item = items(case).inputs[0]
        first, second = (session.predict(item)[0] for _ in range(2))
        assert (first == second).all()


def test_a_file_pruned_by_magnitude_is_smaller_only_when_compressed(cache):
    """https://github.com/tensorflow/model-optimization/issues/722."""
    case = BY_SLUG["opset11-mean"]
    pruned = made(case, PRUNED, cache)
    before, after = (FORMATS["onnx"].facts(path) for path in (case.path, Path(pruned.artifact.path)))
    assert after.macs == before.macs and after.compressed_bytes < before.compressed_bytes
    assert "once it is compressed" in " ".join(pruned.notes)


def test_weights_leave_a_bit_for_processors_that_add_in_16(cache):
    """https://github.com/microsoft/onnxruntime/issues/6004."""
    quantized = onnx.load(made(BY_SLUG["opset11-mean"], STATIC, cache).artifact.path)
    weights = [tensor for tensor in quantized.graph.initializer if tensor.data_type == onnx.TensorProto.INT8]
    largest = [np.abs(onnx.numpy_helper.to_array(tensor).astype(int)).max() for tensor in weights]
    assert largest and max(largest) <= 64
