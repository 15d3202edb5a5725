"""How C++ takes one item and gives one score; for the deployments that are C++."""

from __future__ import annotations

from odviz.deployment.base import DeployedModel

_TYPES = {"float32": "float", "int32": "int32_t", "int8": "int8_t", "int16": "int16_t"}
_BOUNDS = {"int8": (-128, 127), "int16": (-32768, 32767)}


def numbers(model: DeployedModel) -> dict[str, str]:
    """Values for the placeholders of a template.

    Returns:
        `item_type` and `number`: type of a number of an item before it is quantized, and as the file takes it; `score`:
        type of a number of the output; `value`: expression of the number that the file takes for `item[i]`.
    """
    number = _TYPES[model.signature.input.dtype]
    return {
        "item_type": "float" if model.quantized else number,
        "number": number,
        "score": _TYPES[model.signature.output.dtype],
        "value": _quantized(model),
    }


def _quantized(model: DeployedModel) -> str:
    read = model.signature.input
    if not model.quantized:
        return "item[i]"
    low, high = _BOUNDS[read.dtype]
    return f"std::min({high}L, std::max({low}L, std::lround(item[i] / {read.scale:.9g}f) + {read.zero_point}))"
