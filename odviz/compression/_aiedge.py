"""Quantizing TFLite files with ai-edge-quantizer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from odviz.compression._calibration import batches
from odviz.compression._quiet import quiet
from odviz.compression.base import Source
from odviz.domain.errors import RecipeError

LOOKS = 6_000
"""Tensors × items that static calibration may look at: some 500 a second."""
MOST_ITEMS, LEAST_ITEMS = 100, 8


def quantize(source: Source, target: Path, recipe: str) -> None:
    """Apply one of the package's own recipes.

    Args:
        source: a float TFLite model.
        target: what to write.
        recipe: name of a function of `ai_edge_quantizer.recipe` ("static_wi8_ai8").

    Raises:
        RecipeError: calibration is needed and the file has no signature to feed.
    """
    from ai_edge_quantizer import recipe as recipes

    _convert(source, target, getattr(recipes, recipe)())


def half(source: Source, target: Path) -> None:
    """Store the weights of convolutions, products and embeddings in float16; the computing stays in float32."""
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


def _convert(source: Source, target: Path, recipe: Any) -> None:
    from ai_edge_quantizer import quantizer

    with quiet():
        work = quantizer.Quantizer(str(source.path), recipe)
        ranges = work.calibrate(_feeds(source), num_threads=1) if work.need_calibration else None
        result = work.quantize(ranges, enable_progress_report=False)
    target.write_bytes(bytes(result.quantized_model))


def _feeds(source: Source) -> dict[str, list[dict[str, Any]]]:
    """Calibration items by the name of the file's signature and of its one input."""
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(model_path=str(source.path))
    signatures = interpreter.get_signature_list()
    if not signatures:
        raise RecipeError(
            "This TFLite file has no signature, which static quantization feeds its calibration items to; "
            "convert the model again with a current converter, or use int8-dynamic or int8-weight-only."
        )
    name, ports = next(iter(signatures.items()))
    takes = interpreter.get_input_details()[0]["dtype"]
    # The calibrator looks at every tensor from Python: an unrolled recurrence has thousands of them.
    limit = min(MOST_ITEMS, max(LEAST_ITEMS, LOOKS // len(interpreter.get_tensor_details())))
    return {name: [{ports["inputs"][0]: item} for item in batches(source, takes, limit)]}
