"""Export of torch networks to ONNX and TFLite, and comparison of their outputs."""

from __future__ import annotations

import copy
import logging
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

OPSET = 17


class ChannelLast(nn.Module):
    """Wrapper that takes channel-last inputs (N, ..., C); the converter folds the transpose away."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, x: Tensor) -> Tensor:
        """Output of the network on the transposed input."""
        return self.network(torch.movedim(x, -1, 1))


def export_onnx(model: nn.Module, example: Tensor, path: Path) -> None:
    """Write one self-contained ONNX file with input ``input``, output ``logits`` and static shapes."""
    torch.onnx.export(
        copy.deepcopy(model).eval(),
        (example,),
        str(path),
        dynamo=False,
        opset_version=OPSET,
        input_names=["input"],
        output_names=["logits"],
    )


def export_tflite(model: nn.Module, example: Tensor, path: Path, channel_last: bool) -> None:
    """Write a float32 TFLite file.

    Args:
        model: Network.
        example: One input in torch's layout.
        path: Target file.
        channel_last: Whether the file takes (1, ..., C) instead of torch's (1, C, ...).
    """
    import litert_torch  # takes 10 s and logs much

    logging.getLogger().setLevel(logging.WARNING)
    module = copy.deepcopy(model).eval()
    if channel_last:
        module, example = ChannelLast(module).eval(), example.movedim(1, -1).contiguous()
    litert_torch.convert(module, (example,)).export(str(path))


def run_onnx(path: Path, inputs: np.ndarray) -> np.ndarray:
    """Logits (N, C) of the ONNX file, one item at a time, one thread."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    return np.concatenate([session.run(None, {"input": inputs[i : i + 1]})[0] for i in range(len(inputs))])


def run_tflite(path: Path, inputs: np.ndarray) -> np.ndarray:
    """Logits (N, C) of the TFLite file on inputs in the file's own layout, one item at a time."""
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(model_path=str(path), num_threads=1)
    interpreter.allocate_tensors()
    source, target = interpreter.get_input_details()[0]["index"], interpreter.get_output_details()[0]["index"]
    logits = []
    for i in range(len(inputs)):
        interpreter.set_tensor(source, inputs[i : i + 1])
        interpreter.invoke()
        logits.append(interpreter.get_tensor(target).copy())
    return np.concatenate(logits)


@torch.no_grad()
def check_parity(
    model: nn.Module, inputs: Tensor, onnx_path: Path, tflite_path: Path, channel_last: bool = True
) -> dict[str, float]:
    """Compare both files with torch on inputs (N, ...) in torch's layout.

    Returns:
        Largest absolute difference of a logit per file, and the share of items with the same argmax in all three.

    Raises:
        ValueError: A logit differs by more than 1e-2, or the agreement is below 99 %.
    """
    expected = model.eval()(inputs).numpy()
    raw = inputs.numpy()
    onnx = run_onnx(onnx_path, raw)
    tflite = run_tflite(tflite_path, np.ascontiguousarray(np.moveaxis(raw, 1, -1)) if channel_last else raw)
    classes = expected.argmax(1)
    parity = {
        "items": len(raw),
        "onnx_max_abs": float(np.abs(onnx - expected).max()),
        "tflite_max_abs": float(np.abs(tflite - expected).max()),
        "argmax_agreement": float(((onnx.argmax(1) == classes) & (tflite.argmax(1) == classes)).mean()),
    }
    if max(parity["onnx_max_abs"], parity["tflite_max_abs"]) > 1e-2 or parity["argmax_agreement"] < 0.99:
        raise ValueError(f"outputs of the exported files differ from torch: {parity}")
    return parity
