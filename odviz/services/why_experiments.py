"""Experiments on the speed of a variant: what is changed, and what becomes of its time."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from msgspec.structs import replace

from odviz.analysis.why import RULES, ProfileEvidence, Rule, confirms
from odviz.compression.recipes import canonical, quantizers
from odviz.domain.errors import OdvizError, RunFailed
from odviz.domain.estimate import Estimate, Provenance
from odviz.domain.model import Layout, Variant
from odviz.domain.parity import Change
from odviz.domain.recipe import Recipe, Step
from odviz.domain.result import Block
from odviz.domain.why import BATCH, SpeedChange, SpeedExperiment
from odviz.execution.speed_probe import SpeedProbe
from odviz.library.items import Shapes
from odviz.stats import latency, speedup
from odviz.units import counted
from odviz.worker.request import Load

_RECIPES: Mapping[SpeedChange, Step] = {
    SpeedChange.STATIC: Step("int8-static"),
    SpeedChange.UNSIGNED: Step("int8-static"),
    SpeedChange.ALL_INTEGER: Step("int8-static", (("float-stem", "no"), ("scope", "all"))),
    SpeedChange.PRODUCTS_ONLY: Step("int8-static", (("scope", "products"),)),
}
"""The step that takes the place of the one that quantized."""

_WEIGHTS = {SpeedChange.FLOATS: Change.FLOATS, SpeedChange.SEVEN_BITS: Change.SEVEN_BITS}


@dataclass
class Trials:
    """The experiments on one variant.

    Attributes:
        probe: runs them.
        variant: which.
        own: how its file is loaded.
        parent: how the uncompressed file is loaded; None for that itself.
        shapes: of an item of the task, for each input.
        evidence: what is known before.
        raced: blocks of the variant and of what it was compared with, by change.
    """

    probe: SpeedProbe
    variant: Variant
    own: Load
    parent: Load | None
    shapes: Shapes
    evidence: ProfileEvidence
    raced: dict[SpeedChange, tuple[list[Block], list[Block]]] = field(default_factory=dict)

    def suspected(self) -> tuple[Rule, ...]:
        """The rules that there is reason to try."""
        return tuple(rule for rule in RULES if rule.suspects(self.evidence))

    def experiments(self, rules: Iterable[Rule]) -> list[SpeedExperiment]:
        """Every experiment that can be made; one that fails is left out."""
        made = []
        for rule in rules:
            with suppress(RunFailed):
                if (experiment := self._made(rule)) is not None:
                    made.append(experiment)
        return made

    def _made(self, rule: Rule) -> SpeedExperiment | None:
        if rule.change is SpeedChange.EMPTY:
            return self._empty(rule)
        if rule.change is SpeedChange.KERNELS:
            return self._kernels(rule)
        if rule.change is SpeedChange.BATCH:
            return self._batch(rule)
        if rule.change not in self.raced:
            load = self._changed(rule.change)
            if load is None:
                return None
            own, changed = self.probe.race((self.own, load))
            self.raced[rule.change] = own, changed
        own, changed = self.raced[rule.change]
        ratio = speedup(own, changed)
        return SpeedExperiment(
            rule.cause,
            rule.change,
            latency(own, threads=self.own.threads).p50,
            latency(changed, threads=self.own.threads).p50,
            ratio,
            confirms(rule.outcome, ratio),
            counted(1, "thread") if rule.change is SpeedChange.THREADS else "",
        )

    def _empty(self, rule: Rule) -> SpeedExperiment:
        """The network beside as many operators that compute almost nothing, which the profile has timed."""
        profile = self.evidence.own
        return _from_profile(
            rule, profile.p50, profile.overhead * profile.p50.centre, counted(len(profile.operators), "operator")
        )

    def _batch(self, rule: Rule) -> SpeedExperiment | None:
        """Several items in one inference; times are those of one item."""
        path = self.probe.varied(SpeedChange.BATCH)
        if path is None or len(self.shapes) > 1:
            return None
        one = np.load(self.own.inputs, allow_pickle=False)[0]
        laid_out = np.moveaxis(one, -1, 0) if self.own.layout is Layout.CHANNELS_FIRST else one
        items = self.probe.items(np.ascontiguousarray(np.stack([laid_out] * BATCH)[np.newaxis]))
        # An input without a batch axis takes items as they are: so does one that takes several items at once.
        load = replace(self.own, path=str(path), inputs=str(items), layout=Layout.TOKENS)
        own, together = self.probe.race((self.own, load))
        before, ratio = latency(own, threads=self.own.threads).p50, speedup(own, together)
        after = _times(latency(together, threads=self.own.threads).p50, 1 / BATCH)
        ratio = _times(ratio, BATCH)
        return SpeedExperiment(rule.cause, rule.change, before, after, ratio, confirms(rule.outcome, ratio))

    def _kernels(self, rule: Rule) -> SpeedExperiment | None:
        """The operators in integers beside those in floats that the uncompressed network has in their place."""
        if self.evidence.kernels is None:
            return None
        own_s, floats_s = self.evidence.kernels
        scale = own_s / self.evidence.own.p50.centre
        p50 = self.evidence.own.p50
        before = dataclasses.replace(p50, value=own_s, low=p50.low * scale, high=p50.high * scale)
        return _from_profile(rule, before, floats_s)

    def _changed(self, change: SpeedChange) -> Load | None:
        """How what a change makes is loaded; None where it makes nothing else."""
        match change:
            case SpeedChange.PARENT:
                return self.parent
            case SpeedChange.THREADS:
                return replace(self.own, threads=1)
            case SpeedChange.PLAIN:
                return replace(self.own, plain=True)
            case SpeedChange.FILLED:
                path = self.probe.varied(change)
            case SpeedChange.FLOATS | SpeedChange.SEVEN_BITS:
                path = self.probe.requantized(_WEIGHTS[change])
            case _:
                return self._remade(change)
        return replace(self.own, path=str(path)) if path else None

    def _remade(self, change: SpeedChange) -> Load | None:
        """The variant with another quantizer."""
        quantizing = quantizers(self.variant.recipe)
        kept = tuple(step for step in self.variant.recipe.steps if step.method not in quantizing)
        step = _RECIPES.get(change) or _other_stem(self.variant.recipe)
        if step is None:
            return None
        with suppress(OdvizError):
            recipe = canonical(Recipe((*kept, step)))
            file = self.probe.made(
                Variant(self.variant.task, self.variant.model, recipe, self.variant.format), self.shapes
            ).file
            if Path(file.path).read_bytes() != Path(self.own.path).read_bytes():
                return replace(self.own, path=file.path)
        return None


def _times(value: Estimate, factor: float) -> Estimate:
    """An estimate of a multiple."""
    return dataclasses.replace(value, value=value.centre * factor, low=value.low * factor, high=value.high * factor)


def _from_profile(rule: Rule, before: Estimate, after_s: float, detail: str = "") -> SpeedExperiment:
    """An experiment whose figures are parts of profiles that were made already."""
    after = Estimate(after_s, after_s, after_s, "s", Provenance.MEASURED, before.n, 1.0, "by the profile")
    ratio = Estimate(
        before.centre / after_s, before.low / after_s, before.high / after_s, "1", Provenance.MEASURED, before.n
    )
    confirmed = rule.change is SpeedChange.EMPTY or confirms(rule.outcome, ratio)
    return SpeedExperiment(rule.cause, rule.change, before, after, ratio, confirmed, detail)


def _other_stem(recipe: Recipe) -> Step | None:
    """The step int8-static of a recipe with the first convolution the other way; None without such a step."""
    for step in recipe.steps:
        if step.method == "int8-static":
            options = dict(step.options)
            options["float-stem"] = "no" if options.get("float-stem", "thin") != "no" else "yes"
            return Step(step.method, tuple(sorted(options.items())))
    return None
