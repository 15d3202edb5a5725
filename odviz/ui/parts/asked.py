"""What this visitor has asked to be measured: only that can be stopped without a second thought."""

from __future__ import annotations

import streamlit as st

from odviz.domain.plan import BenchmarkPlan
from odviz.services import benchmark
from odviz.ui import data

_MINE, _STOPPED = "_mine", "_stopped"


def measure(plan: BenchmarkPlan) -> None:
    """Measure it, as soon as the machine is free."""
    take_up(benchmark.submit(data.store(), plan).id)


def take_up(identity: str) -> None:
    """Measure one that waits in the store."""
    data.runner().add(identity)
    st.session_state.setdefault(_MINE, set()).add(identity)


def mine(identity: str) -> bool:
    """Whether this visitor asked for it, in this window."""
    return identity in st.session_state.get(_MINE, ())


def stop(identity: str) -> None:
    """Stop one that is measured or waits; what is finished is kept."""
    data.runner().cancel(identity)
    st.session_state[_STOPPED] = identity


def stopped() -> str:
    """Id of the one that this visitor stopped last; empty if there is none."""
    return str(st.session_state.get(_STOPPED, ""))
