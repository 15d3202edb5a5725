"""What this visitor has asked to be measured: only that can be stopped without a second thought."""

from __future__ import annotations

import streamlit as st

from odviz.domain.plan import BenchmarkPlan
from odviz.services import benchmark
from odviz.ui import data

_MINE, _STOPPED = "_mine", "_stopped"
_ICON = ":material/stop:"


def measure(plan: BenchmarkPlan) -> str:
    """Measure it, as soon as the machine is free; its id."""
    identity = benchmark.submit(data.store(), plan).id
    take_up(identity)
    return identity


def take_up(identity: str) -> None:
    """Measure one that waits in the store."""
    data.runner().add(identity)
    st.session_state.setdefault(_MINE, {})[identity] = None  # in the order they were asked for


def take_up_and_show(identity: str, leave: bool) -> None:
    """The same, and draw the page anew; or go to the one that shows how far it is, where this one does not."""
    take_up(identity)
    if leave:
        st.switch_page("pages/new_benchmark.py")
    st.rerun()


def mine(identity: str) -> bool:
    """Whether this visitor asked for it, in this window."""
    return identity in st.session_state.get(_MINE, ())


def stop_button(label: str, identity: str) -> bool:
    """A button that stops one that is measured or waits, or takes it out of the line; asks first if others want it.

    Returns:
        Whether it was pressed; what is finished is kept.
    """
    if mine(identity):
        pressed = _button(label, identity)
    else:
        with st.popover(label, icon=_ICON):
            st.markdown("It was started in another window, and somebody may wait for it.")
            pressed = _button(f"{label} all the same", identity)
    if pressed:
        data.runner().cancel(identity)
        st.session_state[_STOPPED] = identity
    return pressed


def _button(label: str, identity: str) -> bool:
    return st.button(label, key=f"stop-{identity}", icon=_ICON, help="What is finished is kept.")


def concern() -> tuple[str, ...]:
    """Ids whose end this visitor should hear of: what was stopped here last, then what was asked for, newest first."""
    own = [*st.session_state.get(_MINE, ())][::-1]
    return tuple(filter(None, dict.fromkeys([str(st.session_state.get(_STOPPED, "")), *own])))
