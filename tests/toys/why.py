"""Reports on the speed of a variant that was never run."""

from odviz.domain.estimate import Estimate, Provenance
from odviz.domain.model import Variant
from odviz.domain.recipe import parse_recipe
from odviz.domain.why import Bound, OperatorRole, OperatorTime, ProfileMethod, Roofline, TimeProfile, WhyReport

VARIANT = Variant("product-images", "ds-cnn-0.25", parse_recipe("int8-static"), "onnx")


def seconds(value):
    return Estimate(value, value * 0.98, value * 1.02, "s", Provenance.MEASURED, 36)


def times(value):
    return Estimate(value, value * 0.98, value * 1.02, "1", Provenance.MEASURED, 36)


def profile(*operators):
    """A profile of an inference of 100 µs; operators are (type, role, microseconds)."""
    timed = tuple(
        OperatorTime(kind, f"{kind}-{place}", role, time * 1e-6) for place, (kind, role, time) in enumerate(operators)
    )
    return TimeProfile(ProfileMethod.PROFILER, seconds(100e-6), timed, 3e-6, 0.5e-6)


def report(speed=0.9, experiments=(), bound=Bound.COMPUTE, **others):
    """A report; without a speed, that of an uncompressed network."""
    own = profile(
        ("QLinearConv", OperatorRole.INTEGER, 70),
        ("Conv", OperatorRole.FLOAT, 8),
        ("QuantizeLinear", OperatorRole.CONVERSION, 12),
    )
    parent = profile(("Conv", OperatorRole.FLOAT, 80), ("Conv", OperatorRole.FLOAT, 10))
    fields = {"macs": 1_000_000, "parent_macs": 1_000_000, "nonzero": 1.0, "weight_bytes": 50_000}
    return WhyReport(
        VARIANT, "0" * 64, "onnxruntime", 1, ("avx", "avx2"), own,
        parent if speed else None, times(speed) if speed else None,
        Roofline("cpu", 3e10, 8e10, 1e10), bound=bound, experiments=experiments, **(fields | others),
    )  # fmt: skip
