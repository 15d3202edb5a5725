"""The same small network in both formats, built by hand: conv 3×3 (4→8), depthwise 3×3, mean, linear (8→5)."""

from __future__ import annotations

import hashlib
from pathlib import Path

import flatbuffers
import numpy as np
import onnx
from ai_edge_litert import schema_py_generated as tfl
from onnx import TensorProto, helper, numpy_helper

from odviz.domain.model import Artifact, Checkpoint, Layout, Model
from odviz.tasks.base import Examples

SIDE, INPUTS, CHANNELS, CLASSES = 6, 4, 8, 5
MACS = SIDE * SIDE * (CHANNELS * INPUTS * 9 + CHANNELS * 9) + CHANNELS * CLASSES
PARAMETERS = CHANNELS * INPUTS * 9 + CHANNELS + CHANNELS * 9 + CHANNELS + CHANNELS * CLASSES + CLASSES
ACTIVATIONS = 4 * SIDE * SIDE * 2 * CHANNELS  # input and output of the depthwise convolution

_DTYPES = {np.dtype(np.float32): 0, np.dtype(np.int32): 2}
_KERNEL = 3


def weights(seed: int = 0) -> dict[str, np.ndarray]:
    """Weights in ONNX's order; no value is zero."""
    draw = np.random.default_rng(seed)
    shapes = {
        "w1": (CHANNELS, INPUTS, _KERNEL, _KERNEL),
        "b1": (CHANNELS,),
        "w2": (CHANNELS, 1, _KERNEL, _KERNEL),
        "b2": (CHANNELS,),
        "w3": (CLASSES, CHANNELS),
        "b3": (CLASSES,),
    }
    return {name: draw.normal(0, 0.4, shape).astype(np.float32) + 1e-3 for name, shape in shapes.items()}


def onnx_model(seed: int = 0) -> onnx.ModelProto:
    pads = {"kernel_shape": [_KERNEL, _KERNEL], "pads": [1, 1, 1, 1]}
    nodes = [
        helper.make_node("Conv", ["input", "w1", "b1"], ["c1"], "first", **pads),
        helper.make_node("Relu", ["c1"], ["r1"], "relu"),
        helper.make_node("Conv", ["r1", "w2", "b2"], ["c2"], "depthwise", group=CHANNELS, **pads),
        helper.make_node("ReduceMean", ["c2"], ["m"], "mean", axes=[2, 3], keepdims=0),
        helper.make_node("Gemm", ["m", "w3", "b3"], ["logits"], "linear", transB=1),
    ]
    return checked(
        nodes,
        [helper.make_tensor_value_info("input", TensorProto.FLOAT, (1, INPUTS, SIDE, SIDE))],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, (1, CLASSES))],
        weights(seed),
    )


def checked(nodes, inputs, outputs, stored) -> onnx.ModelProto:
    """A valid ONNX model of opset 17 with these stored tensors."""
    tensors = [numpy_helper.from_array(value, name) for name, value in stored.items()]
    graph = helper.make_graph(nodes, "tiny", inputs, outputs, tensors)
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=8)
    onnx.checker.check_model(model)
    return model


def tflite_model(seed: int = 0) -> bytes:
    stored = weights(seed)
    image = (1, SIDE, SIDE)
    return tflite_bytes(
        tensors=[
            ("input", (*image, INPUTS), None),
            ("w1", (CHANNELS, _KERNEL, _KERNEL, INPUTS), stored["w1"].transpose(0, 2, 3, 1)),
            ("b1", (CHANNELS,), stored["b1"]),
            ("c1", (*image, CHANNELS), None),
            ("w2", (1, _KERNEL, _KERNEL, CHANNELS), stored["w2"].transpose(1, 2, 3, 0)),
            ("b2", (CHANNELS,), stored["b2"]),
            ("c2", (*image, CHANNELS), None),
            ("axes", (2,), np.array([1, 2], np.int32)),
            ("m", (1, CHANNELS), None),
            ("w3", (CLASSES, CHANNELS), stored["w3"]),
            ("b3", (CLASSES,), stored["b3"]),
            ("logits", (1, CLASSES), None),
        ],
        ops=[
            ("CONV_2D", [0, 1, 2], [3], "Conv2DOptions", {"strideW": 1, "strideH": 1, "fusedActivationFunction": 1}),
            (
                "DEPTHWISE_CONV_2D", [3, 4, 5], [6], "DepthwiseConv2DOptions",
                {"strideW": 1, "strideH": 1, "depthMultiplier": 1},
            ),
            ("MEAN", [6, 7], [8], "ReducerOptions", {}),
            ("FULLY_CONNECTED", [8, 9, 10], [11], "FullyConnectedOptions", {}),
        ],
        inputs=[0],
        outputs=[11],
    )  # fmt: skip


def tflite_bytes(tensors, ops, inputs, outputs) -> bytes:
    """A TFLite flatbuffer.

    Args:
        tensors: (name, shape, stored values or None for an activation).
        ops: (built-in operator, inputs, outputs, options class, its fields).
        inputs: indices of the graph's inputs.
        outputs: indices of its outputs.
    """
    model, graph = tfl.ModelT(), tfl.SubGraphT()
    model.version, model.description, graph.name = 3, "tiny", "main"
    model.subgraphs, model.buffers, model.operatorCodes = [graph], [tfl.BufferT()], []
    graph.tensors, graph.operators, graph.inputs, graph.outputs = [], [], inputs, outputs
    for name, shape, values in tensors:
        tensor = tfl.TensorT()
        tensor.name, tensor.shape, tensor.hasRank = name, list(shape), True
        if values is not None:
            buffer = tfl.BufferT()
            buffer.data = np.frombuffer(np.ascontiguousarray(values).tobytes(), np.uint8)
            tensor.type, tensor.buffer = _DTYPES[values.dtype], len(model.buffers)
            model.buffers.append(buffer)
        graph.tensors.append(tensor)
    for kind, reads, writes, options, fields in ops:
        code = tfl.OperatorCodeT()
        code.builtinCode = code.deprecatedBuiltinCode = getattr(tfl.BuiltinOperator, kind)
        code.version = 1
        op = tfl.OperatorT()
        op.opcodeIndex, op.inputs, op.outputs = len(model.operatorCodes), reads, writes
        model.operatorCodes.append(code)
        if options:
            op.builtinOptionsType = getattr(tfl.BuiltinOptions, options)
            op.builtinOptions = getattr(tfl, f"{options}T")()
            for field, value in fields.items():
                setattr(op.builtinOptions, field, value)
        graph.operators.append(op)
    signature = tfl.SignatureDefT()
    signature.signatureKey, signature.subgraphIndex = "serving_default", 0
    signature.inputs, signature.outputs = ([_port(name, ports[0])] for name, ports in
                                           (("args_0", inputs), ("output_0", outputs)))  # fmt: skip
    model.signatureDefs = [signature]
    builder = flatbuffers.Builder(1024)
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def _port(name: str, index: int):
    port = tfl.TensorMapT()
    port.name, port.tensorIndex = name, index
    return port


def ship(folder: Path) -> Model:
    """The network and a "pruned" one (other weights) as if they were shipped in `folder`."""
    checkpoints = []
    for nominal in (0, 50):
        artifacts = {}
        stem = f"pruned{nominal}" if nominal else "fp32"
        for format, raw, layout in (
            ("onnx", onnx_model(nominal).SerializeToString(), Layout.CHANNELS_FIRST),
            ("tflite", tflite_model(nominal), Layout.CHANNELS_LAST),
        ):
            path = folder / f"{stem}.{format}"
            path.write_bytes(raw)
            digest = hashlib.sha256(raw).hexdigest()
            artifacts[format] = Artifact(str(path), digest, len(raw), format, layout)
        checkpoints.append(Checkpoint(artifacts, MACS, PARAMETERS, nominal, nominal / 100, 0.9))
    return Model("tiny", "Tiny", "test", tuple(checkpoints))


def examples(count: int = 20) -> Examples:
    draw = np.random.default_rng(1)
    inputs = draw.normal(size=(count, SIDE, SIDE, INPUTS)).astype(np.float32)
    return Examples(inputs, np.zeros(count, np.int64), np.full(count, ""))
