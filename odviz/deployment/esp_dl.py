"""ESP-DL in the firmware of an ESP32: an ONNX file quantized by ESP-PPQ.

docs.espressif.com/projects/esp-dl/en/latest/tutorials/how_to_quantize_model.html
"""

from __future__ import annotations

from odviz.deployment.base import DeployedModel, Deployment, Instructions, SourceFile, render
from odviz.domain.device import Platform, RuntimeFamily

_CONVERT = """\
import numpy
import torch
from esp_ppq.api import espdl_quantize_onnx  # pip install esp-ppq

item = @item
espdl_quantize_onnx(
    onnx_import_file="@file",
    espdl_export_file="@stem.espdl",
    calib_dataloader=[torch.from_numpy(item)],  # better: some hundred items of yours
    calib_steps=1,
    input_shape=@shape,
    target="esp32s3",  # or "esp32p4"
    num_of_bits=8,
)
"""


def _instructions(model: DeployedModel) -> Instructions:
    code = render(_CONVERT, model, item=model.item, shape=list(model.signature.input.shape))
    steps = (
        "Convert once, on a computer: `pip install esp-ppq`, name the chip in `convert.py`, then `python convert.py`. "
        "ESP-PPQ quantizes to int8 by itself, so start from a variant that is not quantized; the accuracy is then "
        "another one than here.",
        f"In the firmware: `idf.py add-dependency espressif/esp-dl`, then load `{model.stem}.espdl` as "
        "[its guide](https://docs.espressif.com/projects/esp-dl/en/latest/tutorials/how_to_run_model.html) shows.",
    )
    return Instructions((SourceFile("convert.py", "python", code),), steps)


plugin = Deployment(
    name="esp-dl",
    title="ESP-DL in firmware",
    families=frozenset({RuntimeFamily.ESP_DL}),
    platforms=frozenset({Platform.BARE_METAL}),
    formats=("onnx",),
    instructions=_instructions,
    converts=True,
)
