"""Dependencies of a benchmark's figures beside its plan; a benchmark can be resumed only if none has changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from odviz.compression.recipes import ResolvedStep, resolve
from odviz.domain.environment import BenchmarkEnvironment, Environment
from odviz.domain.errors import OdvizError
from odviz.domain.model import Variant
from odviz.domain.target import OperatingPoint
from odviz.formats import FORMATS
from odviz.library.models import load_model
from odviz.runtimes import RUNTIMES
from odviz.stress import STRESS_TESTS
from odviz.tasks import TASKS


def made_of(points: Sequence[OperatingPoint], stress: Sequence[str] = ()) -> dict[str, str]:
    """What figures depend on beside packages: a version or sha256 of each thing by a name for people.

    A variant that cannot be looked up is left out: making its file fails with the reason.

    Args:
        points: of the benchmark, whose files are made of them.
        stress: names of its stress tests.
    """
    parts = {f"the stress test {name}": str(STRESS_TESTS[name].version) for name in stress}
    for variant in dict.fromkeys(point.variant for point in points):
        try:
            parts |= _made_of(variant)
        except OdvizError:
            continue
    return parts


def _made_of(variant: Variant) -> dict[str, str]:
    steps = resolve(variant.recipe, variant.format)
    checkpoints = load_model(variant.task, variant.model).checkpoints
    files = [checkpoint.artifacts.get(variant.format) for checkpoint in checkpoints]
    parts = {f"the shipped {variant.format} of {variant.model}": " ".join(file.sha256 for file in files if file)}
    parts |= {f"the method {step.method.name}": str(step.method.version) for step in steps}
    if any(step.method.calibrated for step in steps):
        parts[f"the calibration items of {variant.task}"] = TASKS[variant.task].calibration().fingerprint
    return parts


def changed(before: BenchmarkEnvironment, now: BenchmarkEnvironment, points: Sequence[OperatingPoint]) -> list[str]:
    """Name what has changed since a benchmark was measured. What an older odviz did not record is not compared.

    Args:
        before: the environment that is stored with the benchmark.
        now: the environment as it would be recorded today.
        points: the operating points of the benchmark.

    Raises:
        UnknownName: the runtime of a point no longer exists.
    """
    changes = [] if _same_processor(before, now) else ["the processor"]
    runtimes = {name: RUNTIMES[name].title for name in _runtimes(points)}
    packages = {name: f"the package {name}" for name in _packages(points)}
    changes += _differing(before.runtimes, now.runtimes, runtimes)
    changes += _differing(before.packages, now.packages, packages)
    changes += _differing(before.made_of, now.made_of, {name: name for name in before.made_of})
    if before.data_sha256 and before.data_sha256 != now.data_sha256:
        changes.append("the test set")
    return changes


def mixture(benchmark: str, changes: Sequence[str]) -> str:
    """The message that refuses to resume a benchmark.

    Args:
        benchmark: its id.
        changes: from `changed`; not empty.
    """
    return (
        f"Benchmark {benchmark} cannot be resumed: {', '.join(changes)} changed since it was measured. "
        "Measure the same again instead."
    )


def _same_processor(before: Environment, now: Environment) -> bool:
    """Compare the flags as well as the name: under one name, virtual machines hide several processors."""
    return before.cpu == now.cpu and (before.flags is None or before.flags == now.flags)


def _runtimes(points: Sequence[OperatingPoint]) -> list[str]:
    return list(dict.fromkeys(point.target.runtime for point in points))


def _packages(points: Sequence[OperatingPoint]) -> list[str]:
    """Packages that make the points' files, without runtimes; none for the files of checkpoints."""
    formats = {point.variant.format for point in points if _steps(point.variant)}
    names = {name for format in formats for name in FORMATS[format].packages}
    return sorted(names.difference(_runtimes(points)))


def _steps(variant: Variant) -> tuple[ResolvedStep, ...]:
    try:
        return resolve(variant.recipe, variant.format)
    except OdvizError:  # the method no longer exists; making the file raises the error
        return ()


def _differing(before: Mapping[str, str], now: Mapping[str, str], titles: Mapping[str, str]) -> list[str]:
    """Titles of the names whose versions differ; none if no version was recorded before."""
    return [title for name, title in titles.items() if before and before.get(name) != now.get(name)]
