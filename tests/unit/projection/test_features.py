import math
from dataclasses import replace

import numpy as np
import pytest

from odviz.domain.model import GraphFacts
from odviz.domain.published import PublishedRow
from odviz.projection.features import COLUMNS, Features, family_of, features_of, features_of_graph, matrix

FACTS = GraphFacts(1000, 900, 50, 40, 2000, 300, 0.5, 3, {"Conv": 3}, depthwise_macs=100, activations=70)


@pytest.mark.parametrize(
    "names",
    [
        ("mobilenet_v1_0.25_128", "mobilenet", "mlperf_tiny_vww (MobileNetV1-0.25)", "mobilenet_ssd"),
        ("mobilenet_v2_1.4_224", "mobilenet_v2", "mobilenetv2_yolov3"),
        ("resnet18", "resnet50", "wideresnet50", "mlperf_tiny_ic (ResNet-8)", "seresnet50"),
        ("yolov8_det", "yolov11_seg/YOLOv11-Segmentation"),
        ("efficientnet_lite0", "efficientnet_lite4"),
    ],
)
def test_networks_of_one_family(names):
    assert len({family_of(name) for name in names}) == 1


def test_families_are_told_apart():
    names = ("mobilenet_v1_1.0_224", "mobilenet_v2_1.0_224", "mobilenet_v3_large", "efficientnet_lite0", "efficientnet")
    assert len({family_of(name) for name in names}) == len(names)


def test_counts_of_a_graph_and_of_a_row_are_alike():
    counts = dict(zip(COLUMNS, (2000, 100, 70, 3, 50), strict=False)) | {"dense_macs": 1900}
    row = PublishedRow("t", "m", 1.0, **counts)
    facts = replace(FACTS, dense_macs=1900)
    assert features_of(row) == features_of_graph(facts) == Features(**counts)


def test_parameters_of_which_an_inference_reads_a_few_rows_are_not_counted():
    embedding = replace(FACTS, parameters=100_000)
    assert features_of_graph(embedding).parameters == FACTS.macs


def test_a_network_without_macs_has_no_features():
    assert features_of(PublishedRow("t", "m", 1.0)) is None


def test_what_is_known_and_what_is_not():
    counts = Features(10, depthwise_macs=0, parameters=0)
    assert counts.known == {"macs", "depthwise_macs"}
    row = matrix([counts])[0]
    assert row[0] == 10 and row[1] == 0 and np.isnan(row[2:4]).all() and np.isnan(row[5:]).all()


@pytest.mark.parametrize(
    "counts", [(0,), (-1,), (math.nan,), (math.inf,), (10, 11), (10, -1), (10, None, math.nan), (10, 0, 1, math.inf)]
)
def test_counts_that_no_network_has_are_refused(counts):
    with pytest.raises(ValueError):
        Features(**dict(zip(COLUMNS, counts, strict=False)))
