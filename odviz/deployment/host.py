"""Deployment on the machine that measured: a Python program with the runtime that measured."""

from __future__ import annotations

from functools import cache

from odviz.deployment import _python
from odviz.deployment.base import DeployedModel, Deployment, Instructions
from odviz.domain.device import Platform
from odviz.runtimes import RUNTIMES

_STEP = "Install the packages that `classify.py` imports, then `python classify.py`."


@cache
def host_deployment(runtime: str) -> Deployment:
    """The deployment by one of odviz's runtimes, by its name.

    Raises:
        UnknownName: no such runtime.
    """
    plugin = RUNTIMES[runtime]

    def instructions(model: DeployedModel) -> Instructions:
        return Instructions((_python.classifier(runtime, model),), (_STEP,))

    return Deployment(
        name=runtime,
        title=f"{plugin.title} in Python",
        families=frozenset(),
        platforms=frozenset({Platform.LINUX}),
        formats=plugin.formats,
        instructions=instructions,
    )
