"""A device of a person's own: filled in with what they measured, or taken from a file. Nothing typed is lost."""

from __future__ import annotations

import datetime
from typing import Any

import streamlit as st

from odviz.domain.device import Kind
from odviz.services import device_draft, user_devices
from odviz.services.device_draft import Draft
from odviz.ui.markup import plain
from odviz.ui.parts import measurement_editor, user_device
from odviz.ui.parts.device_facts import KINDS
from odviz.ui.parts.layout import guarded
from odviz.units import counted

_KEPT, _TRIED, _DONE, _FILES = "_draft", "_draft_tried", "_draft_done", "_draft_files"
_UNITS = {"GB": 1e9, "MB": 1e6, "kB": 1e3}
_START: dict[str, Any] = {
    "own-title": "",
    "own-kind": Kind.BOARD,
    "own-processor": "",
    "own-ram": None,
    "own-ram-unit": "GB",
    "own-flash": None,
    "own-flash-unit": "MB",
    "own-runtime": "",
    "own-backend": "cpu",
    "own-threads": None,
    "own-precision": "fp32",
    "own-source": "",
    "own-note": "",
}
_MEGABYTES = 1
_MOST_SAID = 12


def add() -> None:
    """Both ways to add a device; only this part is drawn anew while somebody types."""
    st.fragment(_add)()


def _add() -> None:
    _begin_anew()
    with guarded():
        st.markdown(
            "Add a machine that odviz does not know, with what you measured on it. It is kept on this computer only, "
            "and can then be asked about in Explore."
        )
        with st.expander("I have a ready file (TOML)", icon=":material/upload_file:"), guarded():
            _from_file()
        _bring_back()
        _fill_in()


def _from_file() -> None:
    st.caption("A profile as docs/devices.md describes it; its name is that of the file.")
    given = st.file_uploader(
        "Profile", type="toml", key=f"own-toml-{st.session_state.get(_FILES, 0)}", max_upload_size=_MEGABYTES
    )
    if given is None:
        return
    name, text = user_devices.read_upload(given.name, given.getvalue())
    device = user_devices.accept(name, text)
    st.markdown(
        f"**{plain(device.title)}**, {KINDS[device.kind]}: {counted(len(device.targets), 'way')} to run networks, "
        f"{counted(len(device.points), 'measurement')} of its own. Its name is “{plain(name)}”."
    )
    user_device.keep(device, text, "file", _file_done)


def _fill_in() -> None:
    """The form; what is wrong is said once a person has asked to go on, and until nothing is."""
    draft = Draft(**_machine(), **_way(), source=_source(), measurements=measurement_editor.table(), note=_note())
    st.caption(device_draft.enough(draft))
    _keep_typed()
    if not st.session_state.get(_TRIED):
        st.button("Look it over", type="primary", icon=":material/fact_check:", on_click=_try)
        return
    wrong = list(device_draft.problems(draft))
    if user_devices.taken(draft.name) is user_devices.Taken.SHIPPED:
        wrong.insert(0, f"“{draft.name}” is the name of a device that odviz ships; choose another title.")
    if wrong:
        said = [plain(each) for each in wrong[:_MOST_SAID]]
        if len(wrong) > _MOST_SAID:
            said.append(f"… and {len(wrong) - _MOST_SAID} more")
        st.error("\n- ".join(("Still to do:", *said)), icon=":material/checklist:")
        return
    text = device_draft.to_toml(draft, datetime.date.today().isoformat())
    device = user_devices.accept(draft.name, text)
    st.success(f"Everything is there. It will be called “{plain(draft.name)}”.", icon=":material/check:")
    user_device.keep(device, text, "draft", _done)


def _machine() -> dict[str, Any]:
    st.markdown("##### The machine")
    one, two, three = st.columns((2, 1, 2))
    found: dict[str, Any] = {
        "title": one.text_input("Title", key="own-title", placeholder="My till tablet"),
        "kind": two.selectbox(
            "Kind",
            [kind for kind in KINDS if kind is not Kind.HOST],
            format_func=lambda kind: KINDS[kind].capitalize(),
            key="own-kind",
        ),
        "processor": three.text_input("Processor", key="own-processor", placeholder="4× Cortex-A55, 1.8 GHz"),
    }
    with st.container(horizontal=True, vertical_alignment="bottom"):
        found["ram_bytes"] = _amount("Memory (RAM)", "own-ram")
        if found["kind"] is Kind.MICROCONTROLLER:
            found["flash_bytes"] = _amount("Storage (flash)", "own-flash")
    return found


def _amount(label: str, key: str) -> float | None:
    number = st.number_input(label, min_value=0.0, value=None, format="%g", key=key, width=170)
    unit = st.selectbox("Unit", list(_UNITS), key=f"{key}-unit", width=90)
    return number * _UNITS[unit] if number else None


def _way() -> dict[str, Any]:
    st.markdown("##### How networks were run on it")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        return {
            "runtime": st.text_input(
                "Runtime", key="own-runtime", placeholder="TFLite 2.14", width=230, help="The program, and its version."
            ),
            "backend": st.selectbox("Computes on", ["cpu", "gpu", "npu"], key="own-backend", width=130),
            "threads": st.number_input(
                "Threads", 1, 1024, value=None, key="own-threads", width=170, placeholder="not known"
            )
            or 0,
            "precision": st.selectbox(
                "Number type (precision)",
                ["fp32", "fp16", "int8"],
                key="own-precision",
                width=190,
                help="What the networks computed in: fp32 unless they were converted; int8 if they were quantized.",
            ),
        }


def _source() -> str:
    st.markdown("##### What you measured")
    return st.text_input(
        "How it was measured",
        key="own-source",
        placeholder="by me, benchmark_model, median of 50 runs, November 2026",
        help="Who, with what, when; stands beside every figure as its source. A link becomes one.",
    )


def _note() -> str:
    return st.text_input("Note (may be empty)", key="own-note", placeholder="What one should know of these figures.")


def _bring_back() -> None:
    """What was typed is there again when a person comes back from another page."""
    kept = st.session_state.get(_KEPT, {})
    for key, start in _START.items():
        if key not in st.session_state:
            st.session_state[key] = kept.get(key, start)


def _keep_typed() -> None:
    kept = st.session_state.setdefault(_KEPT, {})
    kept |= {key: st.session_state[key] for key in _START if key in st.session_state}


def _try() -> None:
    st.session_state[_TRIED] = True


def _file_done() -> None:
    """No file; what was typed below it stays."""
    st.session_state[_FILES] = st.session_state.get(_FILES, 0) + 1


def _done() -> None:
    st.session_state[_DONE] = True


def _begin_anew() -> None:
    """An empty form, once a device is kept."""
    if st.session_state.pop(_DONE, False):
        st.session_state.update(_START)
        for key in (_KEPT, _TRIED):
            st.session_state.pop(key, None)
        measurement_editor.discard()
