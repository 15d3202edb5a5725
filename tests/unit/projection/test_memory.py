from dataclasses import replace

import pytest

from odviz.domain.device import Fit
from odviz.domain.estimate import Estimate, Provenance
from odviz.domain.model import GraphFacts
from odviz.formats import FORMATS
from odviz.library.paths import models_dir
from odviz.library.published import read_published
from odviz.projection.memory import arena, flash, process_memory, verdict


def facts(peak, operators=30, file_bytes=250_000):
    return GraphFacts(file_bytes, file_bytes, 1, 1, 1, peak, 1.0, 1, {"CONV_2D": operators})


@pytest.mark.parametrize(
    ("model", "peak", "operators"),
    [
        # int8: what the operator with the largest input and output together reads and writes
        ("mobilenet_v1_0.25_96 (5 classes)", 48 * 48 * (8 + 16), 30),
        ("mobilenet_v1_0.25_96 (5 classes) gray", 48 * 48 * (8 + 16), 30),
        ("mobilenet_v1_0.25_224", 112 * 112 * (8 + 16), 31),
        ("mobilenet_v1_0.5_224", 112 * 112 * (16 + 32), 31),
        ("mobilenet_v1_1.0_224", 112 * 112 * (32 + 64), 31),
        ("mobilenet_v2_0.35_128", 48 * (64 * 64 + 32 * 32), 65),
        ("mobilenet_v2_1.4_224", 144 * (112 * 112 + 56 * 56), 65),
        ("mlperf_tiny_ic (ResNet-8)", 3 * 32 * 32 * 16, 16),
    ],
)
def test_published_ram_of_the_h747_lies_inside_the_range(model, peak, operators):
    row = next(row for row in read_published() if (row.target, row.model) == ("stm32h747-cubeai-cpu-int8", model))
    found = arena(facts(peak, operators))
    assert found.value is None and found.provenance is Provenance.MODELLED
    assert found.low <= row.peak_memory_bytes <= found.high


@pytest.mark.parametrize(
    ("file", "needed"),
    [
        # arena that TensorFlow Lite Micro took on x86: `print_allocations` of its package, 0.dev20261023
        ("product-images/lenet-5/fp32", 26_208),
        ("product-images/ds-cnn-0.5/pruned50", 44_528),
        ("product-images/resnet-8-wide/fp32", 92_416),
        ("product-images/resnet-8/fp32", 164_752),
        ("review-sentiment/bag/fp32", 9_504),
        ("review-sentiment/minilm/fp32", 528_928),
        ("review-sentiment/minilm/pruned70", 343_920),
    ],
)
def test_what_tensorflow_lite_micro_took_lies_inside_the_range(file, needed):
    found = arena(FORMATS["tflite"].facts(models_dir() / f"{file}.tflite"))
    assert found.low <= needed <= found.high


def test_weights_that_are_unpacked_as_it_runs_may_all_lie_in_the_arena():
    packed = GraphFacts(90_000, 90_000, 80_000, 80_000, 1, 10_000, 1.0, 1, {"CONV_2D": 4, "DEQUANTIZE": 4})
    assert arena(packed).high > 4 * 80_000 > arena(replace(packed, operators={"CONV_2D": 8})).high


def test_flash_holds_the_file_and_the_runtime():
    found = flash(facts(1))
    assert 250_000 < found.low < found.high < 350_000


def test_a_graph_without_fixed_shapes_has_no_arena():
    assert arena(facts(None)) is None and process_memory(facts(None)) is None


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [(10, 79, Fit.FITS), (10, 90, Fit.TIGHT), (60, 300, Fit.TIGHT), (101, 300, Fit.DOES_NOT_FIT)],
)
def test_verdict(low, high, said):
    assert verdict(Estimate(None, low, high, "B", Provenance.MODELLED), 100, 0.8) is said


def test_verdict_without_a_figure_is_not_known():
    need = Estimate(None, 1, 2, "B", Provenance.MODELLED)
    assert verdict(need, None, 0.8) is verdict(None, 5.0, 0.8) is Fit.UNKNOWN
