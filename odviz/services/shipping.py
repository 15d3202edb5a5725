"""The file of a variant for a device, and the code that runs it there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from odviz.analysis.benchmark_data import BenchmarkData
from odviz.analysis.candidates import Candidate
from odviz.compression.recipes import formats as formats_of
from odviz.compression.recipes import quantizers
from odviz.deployment import deployment
from odviz.deployment.base import DeployedModel, Deployment, Instructions
from odviz.deployment.host import host_deployment
from odviz.domain.device import DeviceProfile, DeviceTarget, Platform, RuntimeFamily
from odviz.domain.errors import OdvizError
from odviz.domain.model import Artifact, GraphFacts, Layout, Signature, TensorType, Variant
from odviz.domain.target import OperatingPoint
from odviz.execution.prepare import find
from odviz.formats import FORMATS
from odviz.library.models import load_model
from odviz.projection.memory import arena
from odviz.services.model_file import ModelFile, checked, name_of
from odviz.tasks import TASKS

_PREPARED = "  # one item, prepared as said above"


class Origin(StrEnum):
    """Where the file of a shipment comes from."""

    MEASURED = "measured"
    SAME_RECIPE = "same recipe"


@dataclass(frozen=True, slots=True)
class Shipment:
    """What it takes to run a variant on a device.

    Attributes:
        deployment: how it runs there.
        variant: of the file: model and recipe of the candidate, in a format for the device.
        file: the file; None if it is not kept.
        origin: whether the file is the one that was measured, or one of the same recipe in another format.
        device: title of the device; empty for this host.
        software: the runtime of the device's figures, where the deployment is of another one; else empty.
        model: what the code says of the file; None without a file.
    """

    deployment: Deployment
    variant: Variant
    file: ModelFile | None
    origin: Origin
    device: str = ""
    software: str = ""
    model: DeployedModel | None = None

    @property
    def takes(self) -> str:
        """One item as the model takes it, described for a person."""
        return TASKS[self.variant.task].takes

    @property
    def instructions(self) -> Instructions:
        """How to run the file; empty without a file."""
        if self.model is None:
            return Instructions()
        inputs = len(TASKS[self.variant.task].shapes)
        if inputs > 1:
            return Instructions(refusal=f"odviz writes code for networks of one input; this one has {inputs}.")
        instructions = self.deployment.instructions(self.model)
        if self.model.classes:
            return instructions
        # The code in other languages prints the label of the highest score.
        programs = tuple(file for file in instructions.files if file.language == "python")
        return replace(instructions, files=programs)

    @property
    def has_original(self) -> bool:
        """Whether the model is still there, with a file in the format of `variant`, of which others could be made."""
        try:
            return self.variant.format in load_model(self.variant.task, self.variant.model).dense.artifacts
        except OdvizError:
            return False

    @property
    def can_be_made(self) -> bool:
        """Whether the recipe can be applied in the format of `variant`."""
        return self.has_original and self.variant.format in formats_of(self.variant.recipe)


def shipment(
    data: BenchmarkData,
    candidate: Candidate,
    device: DeviceProfile | None = None,
    target: DeviceTarget | None = None,
    item: str = "",
) -> Shipment:
    """The file of a candidate for a device, and how to run it there.

    Args:
        data: of the benchmark.
        candidate: of the device.
        device: the device; None for this host.
        target: how networks are run on it; None for this host.
        item: Python expression of an item with the batch axis; by default one of zeros.

    Raises:
        FileRefused: the file has changed since it was measured.
        UnknownName: the task no longer exists.
    """
    point = candidate.host_point
    if device is None or target is None:
        plan, software = host_deployment(point.target.runtime), ""
        backend, platform = "cpu", Platform.LINUX
    else:
        plan, backend, platform = deployment(target.family, device.platform), target.target.backend, device.platform
        own = target.family is not RuntimeFamily.OTHER and target.family in plan.families
        software = "" if own else target.target.runtime
    variant, artifact, facts, origin = _artifact(data, point, plan)
    title = device.title if device else ""
    if artifact is None:
        return Shipment(plan, variant, None, origin, title, software)
    files = checked(artifact)
    name = Path(name_of(variant))
    file = ModelFile(name.name if len(files) == 1 else f"{name.stem}.zip", artifact, name.stem)
    signature = _signature(variant, artifact)
    facts = facts or _facts(variant.task, artifact)
    memory = arena(facts)
    model = DeployedModel(
        file=name.name,
        signature=signature,
        classes=TASKS[variant.task].classes(),
        item=item or f"numpy.zeros({signature.input.shape}, numpy.{TASKS[variant.task].dtype}){_PREPARED}",
        quantizers=quantizers(variant.recipe),
        facts=facts,
        arena_bytes=None if memory is None else round(memory.high),
        platform=platform,
        backend=backend,
        threads=candidate.result.point.target.threads,
    )
    return Shipment(plan, variant, file, origin, title, software, model)


def _artifact(
    data: BenchmarkData, point: OperatingPoint, plan: Deployment
) -> tuple[Variant, Artifact | None, GraphFacts | None, Origin]:
    """The file of a variant in the best of the formats that a deployment takes.

    The file of the point itself comes first, then another one that the benchmark measured, then one of the library or
    the cache.
    """
    here = point.variant
    measured = {
        other.format: stored
        for other, stored in data.files_of_variants.items()
        if (other.model, other.recipe) == (here.model, here.recipe) and Path(stored.file.path).is_file()
    }
    wanted = sorted(plan.formats, key=lambda format: format != here.format)
    for format in wanted:
        stored = measured.get(format)
        if stored is not None:
            return _in(here, format), stored.file, stored.facts, Origin.MEASURED
    for format in wanted:
        artifact = find(_in(here, format)) if format != here.format else None
        if artifact is not None:
            return _in(here, format), artifact, None, Origin.SAME_RECIPE
    return _in(here, wanted[0]), None, None, Origin.SAME_RECIPE


def _in(variant: Variant, format: str) -> Variant:
    return Variant(variant.task, variant.model, variant.recipe, format)


@lru_cache(maxsize=256)
def _facts(task: str, artifact: Artifact) -> GraphFacts:
    return FORMATS[artifact.format].facts(Path(artifact.path), *artifact.layout.batches(TASKS[task].shapes))


@lru_cache(maxsize=256)
def _signature(variant: Variant, artifact: Artifact) -> Signature:
    """What a file takes and returns; where the format does not say, what the task does."""
    stored = FORMATS[artifact.format].signature(Path(artifact.path))
    if stored is not None:
        return stored
    task = TASKS[variant.task]
    shape = task.shape
    if artifact.layout is Layout.CHANNELS_FIRST:
        shape = (shape[-1], *shape[:-1])
    return Signature(TensorType((1, *shape), task.dtype), TensorType((1, len(task.classes())), "float32"))
