"""Arm NN as a delegate of LiteRT in a Python program.

Its quick start guide: arm-software.github.io/armnn/latest/md_delegate_2_delegate_quick_start_guide.html.
"""

from __future__ import annotations

from odviz.deployment import _python
from odviz.deployment.base import DeployedModel, Deployment, Instructions
from odviz.domain.device import Platform, RuntimeFamily

_BACKENDS = {"cpu": "CpuAcc,CpuRef", "gpu": "GpuAcc,CpuAcc,CpuRef"}


def _instructions(model: DeployedModel) -> Instructions:
    backends = _BACKENDS[model.backend]
    program = _python.delegated(model, "libarmnnDelegate.so", f'{{"backends": "{backends}"}}')
    steps = (
        "Unpack the archive for the board's processor of "
        "[its releases](https://github.com/ARM-software/armnn/releases), and add its folder to `LD_LIBRARY_PATH`.",
        "`pip install ai-edge-litert numpy`, then `python classify.py`. Operators that Arm NN lacks run on LiteRT.",
    )
    return Instructions((program,), steps)


plugin = Deployment(
    name="armnn",
    title="Arm NN in Python",
    families=frozenset({RuntimeFamily.ARMNN}),
    platforms=frozenset({Platform.LINUX}),
    formats=("tflite",),
    instructions=_instructions,
)
