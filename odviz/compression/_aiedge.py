"""Quantizing TFLite files with ai-edge-quantizer."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from odviz.compression._quantizers import batches, covered, left_out, quiet
from odviz.compression._tflite_inline import first_subgraph, inline, signed
from odviz.compression.base import Applied, Conversion, Example, ModelSource, always
from odviz.runtimes._tflite_session import port_of

CALIBRATED_TENSORS = 6_000
"""Limit on tensors × items in calibration, about 1,000 a second; an unrolled recurrence has thousands of tensors."""
MAX_ITEMS, MIN_ITEMS = 100, 8


def conversion(recipe: str, why_not: str, *examples: Example) -> Conversion:
    """Quantization by one of the package's own recipes.

    Args:
        recipe: name of a function of `ai_edge_quantizer.recipe` ("static_wi8_ai8").
        why_not: a sentence that says which operators it cannot quantize.
        examples: recipes worth trying.
    """

    def apply(source: ModelSource, target: Path, options: Mapping[str, str]) -> Applied:  # noqa: ARG001 - see base.Apply
        from ai_edge_quantizer import recipe as recipes

        _convert(source, target, getattr(recipes, recipe)())
        return covered(target, source.format, why_not, notes=left_out(source) if "static" in recipe else ())

    return Conversion(apply, always(*examples))


def half(source: ModelSource, target: Path) -> bool:
    """Store the weights of convolutions, products and embeddings in float16; computing stays in float32.

    Returns:
        Whether more tensors are in float16 than before.
    """
    from ai_edge_litert import schema_py_generated as schema
    from ai_edge_quantizer import algorithm_manager, qtyping, recipe_manager

    manager = recipe_manager.RecipeManager()
    manager.add_quantization_config(
        ".*",
        qtyping.TFLOperationName.ALL_SUPPORTED,
        qtyping.OpQuantizationConfig(
            weight_tensor_config=qtyping.TensorQuantizationConfig(num_bits=16, dtype=qtyping.TensorDataType.FLOAT),
            compute_precision=qtyping.ComputePrecision.FLOAT,
            explicit_dequantize=True,
        ),
        algorithm_manager.AlgorithmName.FLOAT_CASTING,
    )
    _convert(source, target, manager.get_quantization_recipe())

    def count(path: Path) -> int:
        model = schema.ModelT.InitFromPackedBuf(path.read_bytes(), 0)
        return sum(tensor.type == schema.TensorType.FLOAT16 for graph in model.subgraphs for tensor in graph.tensors)

    return count(target) > count(source.path)


def _convert(source: ModelSource, target: Path, recipe: Any) -> None:
    from ai_edge_quantizer import calibrator, quantizer, recipe_manager
    from ai_edge_quantizer.utils import qsv_utils

    raw = signed(first_subgraph(source.path.read_bytes()))
    with quiet():
        converter, ranges = quantizer.Quantizer(raw, recipe), None
        if converter.need_calibration:
            manager = recipe_manager.RecipeManager()
            manager.load_quantization_recipe(recipe)
            # The package's default is a moving average, which cuts off values that are rare among few items. (Its
            # faster profiler mode writes models that cannot be quantized if they contain a transformer.)
            ranges_of = calibrator.Calibrator(raw, num_threads=1, qsv_update_func=qsv_utils.min_max_update)
            ranges_of.calibrate(_feeds(source, raw), manager)
            ranges = ranges_of.get_model_qsvs()
        result = converter.quantize(ranges, enable_progress_report=False)
    target.write_bytes(inline(bytes(result.quantized_model)))


def _feeds(source: ModelSource, raw: bytes) -> dict[str, list[dict[str, Any]]]:
    """Calibration items by the name of the file's signature and of its inputs."""
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(model_content=raw)
    name = next(iter(interpreter.get_signature_list()))
    named = {
        details["index"]: key for key, details in interpreter.get_signature_runner(name).get_input_details().items()
    }
    inputs = interpreter.get_input_details()
    keys, ports = [named[details["index"]] for details in inputs], list(map(port_of, inputs))
    limit = min(MAX_ITEMS, max(MIN_ITEMS, CALIBRATED_TENSORS // len(interpreter.get_tensor_details())))
    return {name: [dict(zip(keys, item, strict=True)) for item in batches(source, ports, limit)]}
