"""A network with more of every count is never predicted faster, on every published target, by name or without one."""

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from odviz.library.published import read_published
from odviz.projection.calibration import calibrate
from odviz.projection.conformal import Residuals
from odviz.projection.features import KINDS, Features
from odviz.projection.sample import Sample

FREE = ("activations", "compute_layers", "parameters")
STEPS = st.floats(1.0, 30.0)
PARTS = 12
"""All targets of a part predict the same networks: to draw those for each one took most of the time."""

pytestmark = pytest.mark.xdist_group("projection")  # one process fits them all


@cache
def projecting():
    return {target: known for target, known in calibrate(read_published()).items() if known.projects}


@pytest.fixture(scope="module", autouse=True)
def _no_intervals():
    """No network is left out: intervals take nine tenths of the time, and are not looked at here."""

    def residuals(sample, columns):
        return Residuals(np.zeros(1), np.zeros(1, np.int64))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Sample, "by_family", residuals)
        patch.setattr(Sample, "by_network", residuals)
        yield


@st.composite
def growing(draw):
    """Two networks of which the second has at least as much of every count: all of them, without kinds, or MACs."""
    kinds = {name: 10 ** draw(st.floats(0, 9)) for name in KINDS}
    free = {name: 10 ** draw(st.floats(1, most)) for name, most in zip(FREE, (7, 2, 7), strict=True)}
    more = {name: count * draw(STEPS) for name, count in {**kinds, **free}.items()}
    chosen = draw(st.sampled_from([(*KINDS, *FREE), ("depthwise_macs", *FREE), ()]))
    return tuple(
        Features(macs=sum(counts[name] for name in KINDS), **{name: counts[name] for name in chosen})
        for counts in ({**kinds, **free}, more)
    )


@pytest.mark.parametrize("part", range(PARTS))
@settings(max_examples=8, deadline=None)
@given(networks=growing(), known=st.none() | st.integers(0, 1000))
def test_more_of_every_count_is_never_faster(part, networks, known):
    """Without a name, or by that of a network that the target knows."""
    faster = []
    for target, calibration in list(projecting().items())[part::PARTS]:
        name = "" if known is None else calibration.rows[known % len(calibration.rows)].model
        smaller, larger = (calibration.predict(features, name).value for features in networks)
        if larger < smaller * (1 - 1e-9):
            faster.append((target, name))
    assert not faster
