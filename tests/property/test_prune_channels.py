"""Whole channels cut from random small networks: they run, are smaller, and lose nothing with channels of zeros."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import onnx
import onnxruntime
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import TensorProto, helper, numpy_helper

from odviz.compression._channels import ChannelGraph
from odviz.compression.prune_channels import RemainingWork, choose, cut
from odviz.formats.onnx_work import macs_by_operator

SIDE, COLOURS, CLASSES = 8, 3, 5
INPUT = (1, COLOURS, SIDE, SIDE)


@dataclass
class Network:
    """A random network; `stream` is its last tensor, of `channels` channels and `side` × `side` places."""

    draw: np.random.Generator
    nodes: list = field(default_factory=list)
    stored: dict = field(default_factory=dict)
    stream: str = "input"
    channels: int = COLOURS
    side: int = SIDE

    def weights(self, *shape: int) -> str:
        name = f"w{len(self.stored)}"
        self.stored[name] = self.draw.normal(0, 0.5, shape).astype(np.float32)
        return name

    def numbers(self, *values: int) -> str:
        name = f"n{len(self.stored)}"
        self.stored[name] = np.array(values, np.int64)
        return name

    def add(self, operator: str, *inputs: str, outputs: int = 1, **attributes) -> str:
        names = [f"t{len(self.nodes)}_{index}" for index in range(outputs)]
        self.nodes.append(helper.make_node(operator, inputs, names, f"{operator}{len(self.nodes)}", **attributes))
        return names[0]

    def conv(self, source: str, made: int, read: int, groups: int = 1) -> str:
        weights = [self.weights(made, read // groups, 3, 3)]
        if self.draw.random() < 0.7:
            weights.append(self.weights(made))
        return self.add("Conv", source, *weights, group=groups, kernel_shape=[3, 3], pads=[1, 1, 1, 1])

    # Every step below reads the stream and writes a new one.

    def plain(self):
        made = int(self.draw.integers(3, 9))
        self.stream, self.channels = self.conv(self.stream, made, self.channels), made

    def grouped(self):
        if self.channels % 2 == 0:
            self.stream, self.channels = self.conv(self.stream, 6, self.channels, groups=2), 6

    def depthwise(self):
        factor = int(self.draw.integers(1, 3))
        made = factor * self.channels
        self.stream, self.channels = self.conv(self.stream, made, self.channels, groups=self.channels), made

    def residual(self):
        inner = self.add("Relu", self.conv(self.stream, 4, self.channels))
        self.stream = self.add("Add", self.conv(inner, self.channels, 4), self.stream)

    def normalized(self):
        parameters = [self.weights(self.channels) for _ in range(3)]
        variance = self.weights(self.channels)
        self.stored[variance] = np.abs(self.stored[variance]) + 0.5
        self.stream = self.add("BatchNormalization", self.stream, *parameters, variance)

    def activated(self):
        kind = str(self.draw.choice(["Relu", "Tanh", "PRelu", "Sigmoid"]))
        extra = [self.weights(self.channels, 1, 1)] if kind == "PRelu" else []
        self.stream = self.add(kind, self.stream, *extra)

    def concatenated(self):
        other = self.add("Relu", self.conv(self.stream, 5, self.channels))
        self.stream, self.channels = self.add("Concat", other, self.stream, axis=1), self.channels + 5

    def split(self):
        first = int(self.draw.integers(1, self.channels))
        sizes = self.numbers(first, self.channels - first)
        left = self.add("Split", self.stream, sizes, outputs=2, axis=1)
        self.stream = self.add("Concat", self.nodes[-1].output[1], left, axis=1)

    def gated(self):
        pooled = self.add("GlobalAveragePool", self.stream)
        gate = self.add("Sigmoid", self.add("Conv", pooled, self.weights(self.channels, self.channels, 1, 1)))
        self.stream = self.add("Mul", self.stream, gate)

    def scaled(self):
        self.stream = self.add("Mul", self.stream, self.weights(1, self.channels, 1, 1))

    def pooled(self):
        if self.side > 2:
            self.stream = self.add("MaxPool", self.stream, kernel_shape=[2, 2], strides=[2, 2])
            self.side //= 2

    def shuffled(self):
        """What mixes channels in an order that no single axis has: it has to be left as it is."""
        if self.channels % 2 == 0:
            parts = self.add("Reshape", self.stream, self.numbers(1, 2, self.channels // 2, self.side, self.side))
            turned = self.add("Transpose", parts, perm=[0, 2, 1, 3, 4])
            self.stream = self.add("Reshape", turned, self.numbers(1, self.channels, self.side, self.side))

    def finish(self) -> onnx.ModelProto:
        width = self.channels
        ending = int(self.draw.integers(3))
        if ending == 0:
            flat = self.add("Flatten", self.add("GlobalAveragePool", self.stream))
        else:
            width *= self.side**2
            target = self.numbers(1, width) if ending == 1 else self.numbers(0, -1)
            flat = self.add("Reshape", self.stream, target)
        hidden = self.add("Relu", self.add("Gemm", flat, self.weights(width, 7), self.weights(7)))
        last = self.add("MatMul", hidden, self.weights(7, CLASSES))
        self.nodes.append(helper.make_node("Add", [last, self.weights(CLASSES)], ["scores"], "scores"))
        graph = helper.make_graph(
            self.nodes,
            "random",
            [helper.make_tensor_value_info("input", TensorProto.FLOAT, INPUT)],
            [helper.make_tensor_value_info("scores", TensorProto.FLOAT, (1, CLASSES))],
            [numpy_helper.from_array(value, name) for name, value in self.stored.items()],
        )
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


STEPS = (
    "plain", "grouped", "depthwise", "residual", "normalized", "activated", "concatenated", "split", "gated", "scaled",
    "pooled", "shuffled",
)  # fmt: skip
networks = st.tuples(st.integers(0, 10_000), st.lists(st.sampled_from(STEPS), min_size=1, max_size=7))


def build(seed, steps) -> onnx.ModelProto:
    network = Network(np.random.default_rng(seed))
    network.plain()
    for step in steps:
        getattr(network, step)()
    return network.finish()


def run(model) -> np.ndarray:
    onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    items = np.random.default_rng(1).normal(size=(4, *INPUT)).astype(np.float32)
    return np.concatenate([session.run(None, {"input": item})[0] for item in items])


def parameters(model) -> int:
    return sum(int(np.prod(tensor.dims)) for tensor in model.graph.initializer if tensor.data_type == TensorProto.FLOAT)


@settings(max_examples=30, deadline=None)
@given(networks)
def test_a_network_without_some_channels_runs_and_is_smaller(described):
    model = build(*described)
    before, work = parameters(model), macs_by_operator(model, [INPUT])
    graph = ChannelGraph(model, [INPUT])
    remaining = RemainingWork(graph, work)
    chosen = choose(remaining, (), 0.4)
    assert chosen, "the hidden units before the last layer can always go"
    cut(graph, chosen)
    assert run(model).shape == (4, CLASSES)
    assert parameters(model) < before
    left = sum(macs_by_operator(model, [INPUT]).values())
    assert left < sum(work.values())
    assert abs(left - remaining.work()) < 0.5


@settings(max_examples=30, deadline=None)
@given(networks, st.integers(0, 10_000))
def test_removing_channels_of_zeros_changes_no_output(described, seed):
    model = build(*described)
    graph = ChannelGraph(model, [INPUT])
    remaining = RemainingWork(graph, macs_by_operator(model, [INPUT]))
    chosen = set()
    for root in np.random.default_rng(seed).permutation(sorted(remaining.removable)).tolist():
        if remaining.may_go(root) and len(chosen) < 6:
            remaining.remove(root)
            chosen.add(root)
    stored = {tensor.name: tensor for tensor in model.graph.initializer}
    for (name, axis), ids in graph.bound.items():
        values = numpy_helper.to_array(stored[name]).copy()
        np.moveaxis(values, axis, 0)[np.isin(graph.roots(ids), list(chosen))] = 0
        stored[name].CopyFrom(numpy_helper.from_array(values, name))
    before = run(model)
    cut(graph, chosen)
    assert np.abs(run(model) - before).max() <= 1e-5 * np.ptp(before)
