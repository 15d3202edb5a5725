"""Checkpoints: trained networks, dense or pruned, exported to both formats and checked."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn

from zoo.export import check_parity, export_onnx, export_tflite, run_onnx
from zoo.pruning import count_macs
from zoo.record import sha256
from zoo.training import Quality, accuracy, predict


def save_checkpoint(
    model: nn.Module,
    nominal: int,
    folder: Path,
    test: tuple[Tensor, Tensor],
    *,
    channel_last: bool,
    dense_macs: int | None = None,
    validation_accuracy: float | None = None,
    quality: Quality = accuracy,
) -> dict[str, object]:
    """Export one network, compare both files with torch, and describe it.

    Args:
        model: Trained network.
        nominal: Target percentage of MACs removed; 0 for the dense network.
        folder: ``models/<task>/<model>``.
        test: All test inputs in torch's layout, and labels.
        channel_last: Whether the TFLite file takes channels last; token ids and rows of a table have no channels.
        dense_macs: MACs of the dense network, for the share removed; None for the dense network itself.
        validation_accuracy: Accuracy on the validation part, if it has one.
        quality: What accuracy means here, from logits (N, C) and labels (N,).

    Returns:
        One entry of ``checkpoints`` in record.json.

    Raises:
        ValueError: The outputs of an exported file differ from torch.
    """
    stem = f"pruned{nominal}" if nominal else "fp32"
    paths = {"onnx": folder / f"{stem}.onnx", "tflite": folder / f"{stem}.tflite"}
    inputs, labels = test
    example = inputs[:1]
    export_onnx(model, example, paths["onnx"])
    export_tflite(model, example, paths["tflite"], channel_last)
    parity = check_parity(
        model, inputs[:: max(1, len(inputs) // 500)][:500], paths["onnx"], paths["tflite"], channel_last
    )

    torch_accuracy = quality(predict(model, inputs), labels)
    onnx_accuracy = quality(torch.from_numpy(run_onnx(paths["onnx"], inputs.numpy())), labels)
    if abs(torch_accuracy - onnx_accuracy) > 2 / len(labels):
        raise ValueError(f"{paths['onnx'].name}: accuracy {onnx_accuracy} at batch 1, {torch_accuracy} in torch")

    macs = count_macs(model, example)
    layouts = ("channels-first", "channels-last") if channel_last else ("tokens", "tokens")
    entry: dict[str, object] = {
        "nominal": nominal,
        "removed_macs": round(1 - macs / dense_macs, 4) if dense_macs else 0.0,
        "test_accuracy": round(onnx_accuracy, 4),
        "macs": macs,
        "parameters": sum(parameter.numel() for parameter in model.parameters()),
        "artifacts": {
            kind: {
                "path": "/".join(path.parts[-3:]),
                "sha256": sha256(path),
                "bytes": path.stat().st_size,
                "layout": layout,
            }
            for (kind, path), layout in zip(paths.items(), layouts, strict=True)
        },
        "parity": parity,
    }
    if validation_accuracy is not None:
        entry["validation_accuracy"] = round(validation_accuracy, 4)
    return entry
