"""LiteRT in an iOS app, in Swift: CPU, and the Neural Engine through its Core ML delegate.

The API is that of TensorFlowLiteSwift and, for quantized inputs, of the C library below it: the Swift one knows no int8
(tensorflow/lite/swift/Sources/{Interpreter,Tensor,CoreMLDelegate}.swift, tensorflow/lite/core/c/c_api.h in
github.com/tensorflow/tensorflow). What the delegate takes: tensorflow/lite/delegates/coreml/coreml_delegate.mm.
"""

from __future__ import annotations

from odviz.deployment.base import DeployedModel, Deployment, Instructions, SourceFile, render
from odviz.domain.device import Platform, RuntimeFamily

_CODE = """\
import Foundation
import TensorFlowLite

/// Runs @file, which is a resource of the app.
final class Classifier {
    private static let labels = [@classes]
    private let interpreter: Interpreter

    init() throws {
        guard let path = Bundle.main.path(forResource: "@stem", ofType: "tflite") else {
            throw CocoaError(.fileNoSuchFile)
        }
@{create}        try interpreter.allocateTensors()
    }

    /// The label of one item of @count numbers, prepared as README.md says.
    func classify(_ item: [@number]) throws -> String {
        try interpreter.copy(item.withUnsafeBufferPointer { Data(buffer: $0) }, toInputAt: 0)
        try interpreter.invoke()
        let output = try interpreter.output(at: 0)
        let scores = output.data.withUnsafeBytes { Array($0.bindMemory(to: Float32.self)) }
        let best = scores.indices.max { scores[$0] < scores[$1] }!
        return Self.labels[best]
    }
}
"""
_CPU = """\
        var options = Interpreter.Options()
        options.threadCount = @threads
        interpreter = try Interpreter(modelPath: path, options: options)
"""
_CORE_ML = """\
        let coreML = CoreMLDelegate()  // nil without a Neural Engine: then the CPU runs it
        interpreter = try Interpreter(modelPath: path, delegates: coreML.map { [$0] })
"""
_QUANTIZED = """\
import Foundation
import TensorFlowLiteC

/// Runs @file, which is a resource of the app.
final class Classifier {
    private static let labels = [@classes]
    private let model: OpaquePointer
    private let interpreter: OpaquePointer

    init?() {
        let options = TfLiteInterpreterOptionsCreate()
        defer { TfLiteInterpreterOptionsDelete(options) }
        TfLiteInterpreterOptionsSetNumThreads(options, @threads)
        guard let path = Bundle.main.path(forResource: "@stem", ofType: "tflite"),
            let model = TfLiteModelCreateFromFile(path),
            let interpreter = TfLiteInterpreterCreate(model, options),
            TfLiteInterpreterAllocateTensors(interpreter) == kTfLiteOk
        else { return nil }
        self.model = model
        self.interpreter = interpreter
    }

    deinit {
        TfLiteInterpreterDelete(interpreter)
        TfLiteModelDelete(model)
    }

    /// The label of one item of @count numbers, prepared as README.md says; nil if the model cannot run.
    func classify(_ item: [Float]) -> String? {
        let bounds = Float(@{number}.min)...Float(@{number}.max)
        let numbers = item.map {
            @number(min(max(($0 / @scale).rounded() + @zero, bounds.lowerBound), bounds.upperBound))
        }
        var scores = [@number](repeating: 0, count: Self.labels.count)
        let size = MemoryLayout<@number>.stride
        let input = TfLiteInterpreterGetInputTensor(interpreter, 0)
        guard TfLiteTensorCopyFromBuffer(input, numbers, numbers.count * size) == kTfLiteOk,
            TfLiteInterpreterInvoke(interpreter) == kTfLiteOk,
            TfLiteTensorCopyToBuffer(TfLiteInterpreterGetOutputTensor(interpreter, 0), &scores, scores.count * size)
                == kTfLiteOk
        else { return nil }
        return Self.labels[scores.indices.max { scores[$0] < scores[$1] }!]
    }
}
"""
_NUMBERS = {"float32": "Float32", "int32": "Int32", "int8": "Int8", "int16": "Int16"}
_DELEGATED = frozenset(
    (
        "ADD", "AVERAGE_POOL_2D", "CONCATENATION", "CONV_2D", "DEPTHWISE_CONV_2D", "DEQUANTIZE", "FULLY_CONNECTED",
        "HARD_SWISH", "LOGISTIC", "MAX_POOL_2D", "MEAN", "MIRROR_PAD", "MUL", "PAD", "PADV2", "RELU", "RELU6",
        "RELU_N1_TO_1", "RESHAPE", "RESIZE_BILINEAR", "SOFTMAX", "TANH", "TRANSPOSE_CONV",
    )
)  # fmt: skip
"""Operators that the Core ML delegate takes, at most: of some only certain options and versions."""


def _instructions(model: DeployedModel) -> Instructions:
    neural_engine = model.backend != "cpu"
    number = _NUMBERS[model.signature.input.dtype]
    if model.quantized:
        steps = ["Add `pod 'TensorFlowLiteC'` to the Podfile and run `pod install`."]
        code = render(_QUANTIZED, model, number=number)
        if neural_engine:
            steps.append("The Core ML delegate takes networks of floats only, so the CPU runs this one.")
    else:
        pod = "TensorFlowLiteSwift/CoreML" if neural_engine else "TensorFlowLiteSwift"
        steps = [f"Add `pod '{pod}'` to the Podfile and run `pod install`."]
        code = render(_CODE, model, number=number, create=render(_CORE_ML if neural_engine else _CPU, model))
        left = sorted(set(model.facts.operators) - _DELEGATED)
        if neural_engine and left:
            steps.append(
                f"The CPU runs what the Core ML delegate does not take of this file: at least {', '.join(left)}."
            )
    steps.append(f"Add `{model.file}` to the target's *Copy Bundle Resources*.")
    return Instructions((SourceFile("Classifier.swift", "swift", code),), tuple(steps))


plugin = Deployment(
    name="litert-ios",
    title="LiteRT in an iOS app",
    families=frozenset({RuntimeFamily.TFLITE, RuntimeFamily.CORE_ML, RuntimeFamily.OTHER}),
    platforms=frozenset({Platform.IOS}),
    formats=("tflite",),
    instructions=_instructions,
)
