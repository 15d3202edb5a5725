"""TensorFlow Lite Micro in the firmware of a microcontroller: the model as a C array, and C++ that runs it.

The API is that of github.com/tensorflow/tflite-micro, micro_interpreter.h and micro_mutable_op_resolver.h, of November
2026.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from odviz.deployment._cpp import numbers
from odviz.deployment.base import DeployedModel, Deployment, Instructions, SourceFile, render
from odviz.domain.device import Platform, RuntimeFamily

_CODE = """\
#include <algorithm>
#include <cmath>
#include <cstdint>

#include "model_data.h"
#include "tensorflow/lite/micro/micro_interpreter.h"
#include "tensorflow/lite/micro/micro_mutable_op_resolver.h"
#include "tensorflow/lite/schema/schema_generated.h"

namespace {
// @arena_note
constexpr int kArenaBytes = @arena;
alignas(16) uint8_t arena[kArenaBytes];
tflite::MicroInterpreter* interpreter = nullptr;
const char* const kLabels[] = {@classes};
}  // namespace

// Call once; false if the model cannot run here: the log says why.
bool classifier_begin() {
  static tflite::MicroMutableOpResolver<@operator_count> resolver;
  if (@add) return false;
  static tflite::MicroInterpreter made(tflite::GetModel(model_data), resolver, arena, kArenaBytes);
  interpreter = &made;
  return interpreter->AllocateTensors() == kTfLiteOk;
}

// The label of one item of @count numbers, prepared as README.md says; null if the model cannot run.
const char* classify(const @item_type* item) {
  @number* input = interpreter->input(0)->data.@read;
  for (int i = 0; i < @count; ++i) input[i] = @value;
  if (interpreter->Invoke() != kTfLiteOk) return nullptr;
  const @score* scores = interpreter->output(0)->data.@written;
  return kLabels[std::max_element(scores, scores + @outputs) - scores];
}
"""
_MEMBERS = {"float32": "f", "int32": "i32", "int8": "int8", "int16": "i16"}
"""Member of TfLitePtrUnion that holds numbers of a type."""

_ADD = {
    "ABS": "Abs", "ADD": "Add", "ADD_N": "AddN", "ARG_MAX": "ArgMax", "ARG_MIN": "ArgMin",
    "ASSIGN_VARIABLE": "AssignVariable", "AVERAGE_POOL_2D": "AveragePool2D", "BATCH_MATMUL": "BatchMatMul",
    "BATCH_TO_SPACE_ND": "BatchToSpaceNd", "BROADCAST_ARGS": "BroadcastArgs", "BROADCAST_TO": "BroadcastTo",
    "CALL_ONCE": "CallOnce", "CAST": "Cast", "CEIL": "Ceil", "CONCATENATION": "Concatenation", "CONV_2D": "Conv2D",
    "COS": "Cos", "CUMSUM": "CumSum", "DEPTH_TO_SPACE": "DepthToSpace", "DEPTHWISE_CONV_2D": "DepthwiseConv2D",
    "DEQUANTIZE": "Dequantize", "DIV": "Div", "DYNAMIC_UPDATE_SLICE": "DynamicUpdateSlice", "ELU": "Elu",
    "EMBEDDING_LOOKUP": "EmbeddingLookup", "EQUAL": "Equal", "EXP": "Exp", "EXPAND_DIMS": "ExpandDims",
    "FILL": "Fill", "FLOOR": "Floor", "FLOOR_DIV": "FloorDiv", "FLOOR_MOD": "FloorMod",
    "FULLY_CONNECTED": "FullyConnected", "GATHER": "Gather", "GATHER_ND": "GatherNd", "GREATER": "Greater",
    "GREATER_EQUAL": "GreaterEqual", "HARD_SWISH": "HardSwish", "IF": "If", "L2_NORMALIZATION": "L2Normalization",
    "L2_POOL_2D": "L2Pool2D", "LEAKY_RELU": "LeakyRelu", "LESS": "Less", "LESS_EQUAL": "LessEqual", "LOG": "Log",
    "LOG_SOFTMAX": "LogSoftmax", "LOGICAL_AND": "LogicalAnd", "LOGICAL_NOT": "LogicalNot", "LOGICAL_OR": "LogicalOr",
    "LOGISTIC": "Logistic", "MAX_POOL_2D": "MaxPool2D", "MAXIMUM": "Maximum", "MEAN": "Mean", "MINIMUM": "Minimum",
    "MIRROR_PAD": "MirrorPad", "MUL": "Mul", "NEG": "Neg", "NOT_EQUAL": "NotEqual", "PACK": "Pack", "PAD": "Pad",
    "PADV2": "PadV2", "PRELU": "Prelu", "QUANTIZE": "Quantize", "READ_VARIABLE": "ReadVariable",
    "REDUCE_ALL": "ReduceAll", "REDUCE_MAX": "ReduceMax", "REDUCE_MIN": "ReduceMin", "RELU": "Relu", "RELU6": "Relu6",
    "RESHAPE": "Reshape", "RESIZE_BILINEAR": "ResizeBilinear",
    "RESIZE_NEAREST_NEIGHBOR": "ResizeNearestNeighbor", "REVERSE_V2": "ReverseV2", "ROUND": "Round", "RSQRT": "Rsqrt",
    "SELECT_V2": "SelectV2", "SHAPE": "Shape", "SIN": "Sin", "SLICE": "Slice", "SOFTMAX": "Softmax",
    "SPACE_TO_BATCH_ND": "SpaceToBatchNd", "SPACE_TO_DEPTH": "SpaceToDepth", "SPLIT": "Split", "SPLIT_V": "SplitV",
    "SQRT": "Sqrt", "SQUARE": "Square", "SQUARED_DIFFERENCE": "SquaredDifference", "SQUEEZE": "Squeeze",
    "STRIDED_SLICE": "StridedSlice", "SUB": "Sub", "SUM": "Sum", "SVDF": "Svdf", "TANH": "Tanh",
    "TRANSPOSE": "Transpose", "TRANSPOSE_CONV": "TransposeConv",
    "UNIDIRECTIONAL_SEQUENCE_LSTM": "UnidirectionalSequenceLSTM", "UNPACK": "Unpack", "VAR_HANDLE": "VarHandle",
    "WHILE": "While", "ZEROS_LIKE": "ZerosLike",
}  # fmt: skip
"""Methods of MicroMutableOpResolver, without their Add, by the operator that they register."""

_KNOWN = frozenset({(), ("int8-static",), ("int16x8",), ("int8-weight-only",)})
"""Methods that change the number type of the files that it runs; those of the others mix types that its kernels refuse:
tried with its Python package, 0.dev20261023."""

_STEPS = (
    "Add [TensorFlow Lite Micro](https://github.com/tensorflow/tflite-micro) to the firmware's build, with the kernels "
    "for its processor (CMSIS-NN for Cortex-M, ESP-NN for ESP32).",
    "Compile `model_data.cc` and `classifier.cc` with it; both are in the bundle. `xxd -i` makes the same array.",
    "Call `classifier_begin()` once, then `classify(item)`. `interpreter->arena_used_bytes()` tells how much of the "
    "arena is used, so that it can be made smaller.",
)
_PER_LINE = 12
_ALIGNMENT = 16


def _instructions(model: DeployedModel) -> Instructions:
    missing = sorted(set(model.facts.operators) - set(_ADD))
    if missing:
        return Instructions(refusal=f"TensorFlow Lite Micro has no {', '.join(missing)}.")
    if model.quantizers not in _KNOWN:
        return Instructions(
            refusal=f"TensorFlow Lite Micro does not run {' + '.join(model.quantizers)}: its kernels take floats "
            "throughout or whole numbers throughout."
        )
    if model.arena_bytes is None:
        return Instructions(refusal="The shapes in the file are not fixed, and a microcontroller needs them.")
    add = (f"resolver.Add{_ADD[operator]}() != kTfLiteOk" for operator in sorted(model.facts.operators))
    code = render(
        _CODE,
        model,
        arena=-(-model.arena_bytes // _ALIGNMENT) * _ALIGNMENT,
        arena_note="RAM for activations: the upper end of odviz's estimate.",
        operator_count=len(model.facts.operators),
        add=" ||\n      ".join(add),
        read=_MEMBERS[model.signature.input.dtype],
        written=_MEMBERS[model.signature.output.dtype],
        **numbers(model),
    )
    return Instructions((SourceFile("classifier.cc", "cpp", code),), _STEPS)


def c_array(content: bytes) -> Iterator[str]:
    """The lines of a C array of bytes, without its braces."""
    for start in range(0, len(content), _PER_LINE):
        yield " ".join(f"0x{byte:02x}," for byte in content[start : start + _PER_LINE])


def _sources(model: DeployedModel, content: bytes) -> Mapping[str, bytes]:
    array = "\n    ".join(c_array(content))
    header = (
        f"// {model.file}: {len(content)} bytes.\n"
        "extern const unsigned char model_data[];\n"
        "extern const unsigned int model_data_size;\n"
    )
    source = (
        '#include "model_data.h"\n\n'
        f"alignas({_ALIGNMENT}) const unsigned char model_data[] = {{\n    {array}\n}};\n"
        f"const unsigned int model_data_size = {len(content)};\n"
    )
    return {"model_data.h": header.encode(), "model_data.cc": source.encode()}


plugin = Deployment(
    name="tflite-micro",
    title="TensorFlow Lite Micro in firmware",
    families=frozenset({RuntimeFamily.TFLITE_MICRO, RuntimeFamily.OTHER}),
    platforms=frozenset({Platform.BARE_METAL}),
    formats=("tflite",),
    instructions=_instructions,
    sources=_sources,
)
