"""LiteRT in an Android app, in Kotlin: CPU, GPU and NPU.

The API is that of `CompiledModel` in com.google.ai.edge.litert:litert 2
(developers.google.com/edge/litert/next/android_kotlin, litert/kotlin/…/Model.kt and TensorBuffer.kt in
github.com/google-ai-edge/LiteRT).
"""

from __future__ import annotations

from odviz.deployment.base import DeployedModel, Deployment, Instructions, SourceFile, render
from odviz.domain.device import Platform, RuntimeFamily

_CODE = """\
import android.content.Context
import com.google.ai.edge.litert.Accelerator
@{imports}
/** Runs @file, which lies in the app's folder assets. */
class Classifier(context: Context) : AutoCloseable {
@{create}    private val inputs = model.createInputBuffers()
    private val outputs = model.createOutputBuffers()

    /** The label of one item of @count numbers, prepared as README.md says. */
    fun classify(item: @array): String {
        inputs[0].@write
        model.run(inputs, outputs)
        val scores = outputs[0].@read()
        return LABELS[scores.indices.maxBy { scores[it] }]
    }

    override fun close() {
        (inputs + outputs).forEach { it.close() }
        model.close()
    }

    private companion object {
        val LABELS = listOf(@classes)
    }
}
"""
_CPU = """\
    private val options = CompiledModel.Options(Accelerator.CPU).apply {
        cpuOptions = CompiledModel.CpuOptions(numThreads = @threads)
    }
    private val model = CompiledModel.create(context.assets, "@file", options)
"""
_GPU = """\
    private val options = CompiledModel.Options(Accelerator.GPU, Accelerator.CPU)
    private val model = CompiledModel.create(context.assets, "@file", options)
"""
_NPU = """\
    private val environment = Environment.create(BuiltinNpuAcceleratorProvider(context))
    private val options = CompiledModel.Options(Accelerator.NPU, Accelerator.CPU)
    private val model = CompiledModel.create(context.assets, "@file", options, environment)
"""
_WRITE_INT8 = (
    "writeInt8(ByteArray(item.size) { ((item[it] / @{scale}f).roundToInt() + @zero).coerceIn(-128, 127).toByte() })"
)
_BUFFERS = {
    "float32": ("FloatArray", "writeFloat(item)", "readFloat"),
    "int32": ("IntArray", "writeInt(item)", "readInt"),
    "int8": ("FloatArray", _WRITE_INT8, "readInt8"),
}
"""Kotlin's array of one item, and how buffers of a type are written and read."""

_MAVEN = "com.google.ai.edge.litert:litert:2.3.0"
_STEPS = {
    "gpu": (
        'Add `implementation("com.google.ai.edge.litert:litert-gpu:2.3.0")` as well. The GPU computes in 16-bit '
        "floats; operators that it lacks run on the CPU.",
    ),
    "npu": (
        "Add the NPU libraries of the chip: unpack `litert_npu_runtime_libraries_jit.zip` of the LiteRT release beside "
        "the app and list its modules as dynamic features, as "
        "[its guide](https://ai.google.dev/edge/litert/next/npu) shows.",
        "The chip's compiler takes operators of fixed shape, in int8 or 16-bit floats; the others run on the CPU. "
        "The first start compiles the model, which takes seconds.",
    ),
}


def _instructions(model: DeployedModel) -> Instructions:
    signature = model.signature
    if signature.input.dtype not in _BUFFERS or signature.output.dtype not in _BUFFERS:
        return Instructions(
            refusal=f"LiteRT's Kotlin API has no buffers of {signature.input.dtype}; int8 and float run."
        )
    array, write, _ = _BUFFERS[signature.input.dtype]
    create = {"gpu": _GPU, "npu": _NPU}.get(model.backend, _CPU)
    imports = ["com.google.ai.edge.litert.CompiledModel"]
    if model.backend == "npu":
        imports += ["com.google.ai.edge.litert.BuiltinNpuAcceleratorProvider", "com.google.ai.edge.litert.Environment"]
    if model.quantized:
        imports.append("kotlin.math.roundToInt")
    code = render(
        _CODE,
        model,
        imports="".join(f"import {name}\n" for name in sorted(imports)),
        create=render(create, model),
        array=array,
        write=render(write, model),
        read=_BUFFERS[signature.output.dtype][2],
    )
    steps = (
        f'Add `implementation("{_MAVEN}")` to the dependencies in the app\'s `build.gradle.kts`.',
        f"Put `{model.file}` into `app/src/main/assets`.",
        *_STEPS.get(model.backend, ()),
    )
    return Instructions((SourceFile("Classifier.kt", "kotlin", code),), steps)


plugin = Deployment(
    name="litert-android",
    title="LiteRT in an Android app",
    families=frozenset({RuntimeFamily.TFLITE, RuntimeFamily.QNN, RuntimeFamily.OTHER}),
    platforms=frozenset({Platform.ANDROID}),
    formats=("tflite",),
    instructions=_instructions,
)
