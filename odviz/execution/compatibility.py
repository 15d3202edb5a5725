"""What figures depend on beside the plan: where it is not as it was, more of them would be of something else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from odviz.compression.recipes import ResolvedStep, resolve
from odviz.domain.errors import OdvizError
from odviz.domain.model import Variant
from odviz.domain.target import OperatingPoint
from odviz.formats import FORMATS
from odviz.library.models import load_model
from odviz.runtimes import RUNTIMES
from odviz.tasks import TASKS

Environment = Mapping[str, object]
"""As a benchmark keeps it: the fields of `measurement.environment.Environment`, `data_sha256` and `made_of`."""


def environment(machine: Mapping[str, object], data_sha256: str, points: Sequence[OperatingPoint]) -> Environment:
    """What is kept with a benchmark, and compared before it goes on.

    Args:
        machine: the fields of `measurement.environment.Environment`.
        data_sha256: fingerprint of the held-out set.
        points: what it measures.
    """
    return {**machine, "data_sha256": data_sha256, "made_of": made_of(points)}


def made_of(points: Sequence[OperatingPoint]) -> dict[str, str]:
    """What the files of points are made of, beside packages: names in words, and a version or a sha256 of each.

    Of a variant that cannot be looked up nothing is said here: making it fails with the reason.
    """
    found: dict[str, str] = {}
    for variant in dict.fromkeys(point.variant for point in points):
        try:
            found |= _made_of(variant)
        except OdvizError:
            continue
    return found


def _made_of(variant: Variant) -> dict[str, str]:
    steps = resolve(variant.recipe, variant.format)
    checkpoints = load_model(variant.task, variant.model).checkpoints
    shipped = [each.artifacts.get(variant.format) for each in checkpoints]
    found = {f"the shipped {variant.format} of {variant.model}": " ".join(file.sha256 for file in shipped if file)}
    found |= {f"the method {step.method.name}": str(step.method.version) for step in steps}
    if any(step.method.calibrated for step in steps):
        found[f"the calibration items of {variant.task}"] = TASKS[variant.task].calibration().fingerprint
    return found


def changed(then: Environment, now: Environment, points: Sequence[OperatingPoint]) -> list[str]:
    """What is no longer as it was, in words; what an older odviz did not write down is not compared.

    Args:
        then: what is kept with the benchmark; empty where it never began.
        now: what would be kept today.
        points: what it measures.

    Raises:
        UnknownName: a point's runtime is not known any more.
    """
    if not then:
        return []
    found = [] if _one_processor(then, now) else ["the processor"]
    found += _differing(then, now, "runtimes", {name: RUNTIMES[name].title for name in _runtimes(points)})
    found += _differing(then, now, "packages", {name: f"the package {name}" for name in _packages(points)})
    found += _differing(then, now, "made_of", {name: name for name in _part(then, "made_of")})
    if then.get("data_sha256", now.get("data_sha256")) != now.get("data_sha256"):
        found.append("the held-out set")
    return found


def mixture(benchmark: str, other: Sequence[str]) -> str:
    """The sentence that refuses to go on.

    Args:
        benchmark: its id.
        other: from `changed`; not empty.
    """
    return (
        f"Benchmark {benchmark} cannot go on: {', '.join(other)} changed since it was measured. "
        "Measure the same again instead."
    )


def processor(environment: Environment) -> str:
    """By what runtimes choose their kernels: instruction set, name, and those features that an environment lists."""
    parts = (environment.get("architecture"), environment.get("cpu"), *_flags(environment))
    return " ".join(str(part) for part in parts if part)


def _one_processor(then: Environment, now: Environment) -> bool:
    """By name and by what it can do: behind one name, virtual machines hide several."""
    return then.get("cpu") == now.get("cpu") and ("flags" not in then or _flags(then) == _flags(now))


def _flags(environment: Environment) -> tuple[object, ...]:
    flags = environment.get("flags")
    return tuple(flags) if isinstance(flags, list | tuple) else ()


def _runtimes(points: Sequence[OperatingPoint]) -> list[str]:
    return list(dict.fromkeys(point.target.runtime for point in points))


def _packages(points: Sequence[OperatingPoint]) -> list[str]:
    """Those that make the points' files; the shipped file itself is made by none. Runtimes are named on their own."""
    made = {point.variant.format for point in points if _steps(point.variant)}
    names = {name for format in made for name in FORMATS[format].packages}
    return sorted(names.difference(_runtimes(points)))


def _steps(variant: Variant) -> tuple[ResolvedStep, ...]:
    try:
        return resolve(variant.recipe, variant.format)
    except OdvizError:  # it meant something when it was asked for; that it no longer does is said when it is made
        return ()


def _differing(then: Environment, now: Environment, part: str, words: Mapping[str, str]) -> list[str]:
    before, after = _part(then, part), _part(now, part)
    return [said for name, said in words.items() if part in then and before.get(name) != after.get(name)]


def _part(environment: Environment, name: str) -> Mapping[str, object]:
    part = environment.get(name)
    return part if isinstance(part, Mapping) else {}
