"""Tiny model files: layouts, types, symbolic lengths and quantized ports."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper


@pytest.fixture
def flatten(tmp_path: Path) -> Callable[..., Path]:
    """An ONNX file with two outputs: its input as float32, laid out flat and in its own shape.

    Of two inputs the second is subtracted from the first.
    """

    def build(shape: tuple[int | str, ...], element: int = TensorProto.FLOAT, inputs: int = 1) -> Path:
        taken = ["x0"] if inputs == 1 else ["difference"]
        nodes = [helper.make_node("Sub", ["x0", "x1"], taken)] if inputs > 1 else []
        nodes += [
            helper.make_node("Cast", taken, ["real"], to=TensorProto.FLOAT),
            helper.make_node("Flatten", ["real"], ["y"]),
        ]
        ports = [helper.make_tensor_value_info(f"x{i}", element, shape) for i in range(inputs)]
        outputs = [
            helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, None]),
            helper.make_tensor_value_info("real", TensorProto.FLOAT, shape),
        ]
        graph = helper.make_graph(nodes, "flatten", ports, outputs)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
        path = tmp_path / "flatten.onnx"
        onnx.save(model, path)
        return path

    return build


@pytest.fixture
def requantize(tmp_path: Path) -> Callable[[int | None], Path]:
    """A TFLite file that takes int8 (scale 0.5, zero 3) and answers the same values as int8 (scale 0.25, zero −1).

    Of `length`, or of a symbolic length.
    """
    import flatbuffers
    from ai_edge_litert import schema_py_generated as schema

    def tensor(name: str, kind: int, length: int | None, quantization: tuple[float, int] | None) -> schema.TensorT:
        table = schema.TensorT()
        table.name, table.shape, table.type, table.buffer = name, [1, length or 1], kind, 0
        if length is None:
            table.shapeSignature = [1, -1]
        if quantization:
            table.quantization = schema.QuantizationParametersT()
            table.quantization.scale = np.array(quantization[:1], np.float32)
            table.quantization.zeroPoint = np.array(quantization[1:], np.int64)
        return table

    def operator(code: int, source: int, target: int) -> schema.OperatorT:
        table = schema.OperatorT()
        table.opcodeIndex, table.inputs, table.outputs = code, [source], [target]
        return table

    def code(builtin: int) -> schema.OperatorCodeT:
        table = schema.OperatorCodeT()
        table.builtinCode = table.deprecatedBuiltinCode = builtin
        table.version = 2
        return table

    def build(length: int | None) -> Path:
        graph = schema.SubGraphT()
        graph.name = "main"
        graph.tensors = [
            tensor("x", schema.TensorType.INT8, length, (0.5, 3)),
            tensor("real", schema.TensorType.FLOAT32, length, None),
            tensor("y", schema.TensorType.INT8, length, (0.25, -1)),
        ]
        graph.inputs, graph.outputs = [0], [2]
        graph.operators = [operator(0, 0, 1), operator(1, 1, 2)]
        model = schema.ModelT()
        model.version = 3
        model.buffers = [schema.BufferT()]
        model.operatorCodes = [code(schema.BuiltinOperator.DEQUANTIZE), code(schema.BuiltinOperator.QUANTIZE)]
        model.subgraphs = [graph]
        builder = flatbuffers.Builder(1024)
        builder.Finish(model.Pack(builder), b"TFL3")
        path = tmp_path / "requantize.tflite"
        path.write_bytes(builder.Output())
        return path

    return build
