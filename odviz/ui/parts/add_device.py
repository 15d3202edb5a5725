"""A form for a device of the visitor's own, filled in by hand or from a file."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import streamlit as st

from odviz.domain.device import USUAL_PLATFORM, DeviceKind
from odviz.report.markdown import plain
from odviz.services import device_draft, user_devices
from odviz.services.device_draft import Draft
from odviz.ui.parts import measurement_editor, user_device
from odviz.ui.parts.device_facts import FAMILY_TITLES, KIND_TITLES, PLATFORM_TITLES
from odviz.ui.parts.layout import error_boundary
from odviz.units import counted

_SUBMITTED, _SAVED, _UPLOAD_VERSION = "_draft_submitted", "_draft_saved", "_profile_version"
_PREFIX = "user-"
"""Of the keys of the form's fields."""

_BYTES = {"GB": 1e9, "MB": 1e6, "kB": 1e3}
_MAX_UPLOAD_MB = 1
_MAX_PROBLEMS = 12


def add_device() -> None:
    """Draw both ways to add a device; typing reruns only this part of the page."""
    st.fragment(_add_device)()


def _add_device() -> None:
    _reset_after_save()
    with error_boundary():
        st.markdown(
            "Add a machine that odviz does not know, with what you measured on it. It is saved on this computer only, "
            "and can then be chosen in Explore."
        )
        with st.expander("I have a ready file (TOML)", icon=":material/upload_file:"), error_boundary():
            _upload()
        _form()


def _upload() -> None:
    st.caption("A profile as described in docs/devices.md; the device is named like the file.")
    key = f"{_PREFIX}toml-{st.session_state.get(_UPLOAD_VERSION, 0)}"
    upload = st.file_uploader("Profile", type="toml", key=key, max_upload_size=_MAX_UPLOAD_MB)
    if upload is None:
        return
    name, toml = user_devices.read_upload(upload.name, upload.getvalue())
    device = user_devices.validate(name, toml)
    st.markdown(
        f"**{plain(device.title)}**, {KIND_TITLES[device.kind]}: {counted(len(device.targets), 'way')} to run "
        f"networks, {counted(len(device.points), 'measurement')} of its own. Its name is “{plain(name)}”."
    )
    user_device.save_button(device, toml, "file", _discard_upload)


def _form() -> None:
    """The form; problems are listed once the visitor has asked to check it, until none is left."""
    draft = Draft(
        **_machine(),
        **_target(),
        source=_source(),
        measurements=measurement_editor.measurement_editor(),
        note=_field(
            st.text_input, "note", "Note (may be empty)", placeholder="What one should know about these figures."
        ),
    )
    st.caption(device_draft.enough(draft))
    if not st.session_state.get(_SUBMITTED):
        st.button("Check it", type="primary", icon=":material/fact_check:", on_click=_submit)
        return
    problems = [problem.message for problem in device_draft.problems(draft)]
    if user_devices.owner_of(draft.name) is user_devices.NameOwner.ODVIZ:
        problems.insert(0, f"“{draft.name}” is the name of a built-in device; choose another title.")
    if problems:
        lines = [plain(problem) for problem in problems[:_MAX_PROBLEMS]]
        if len(problems) > _MAX_PROBLEMS:
            lines.append(f"… and {len(problems) - _MAX_PROBLEMS} more")
        st.error("\n- ".join(("Still to do:", *lines)), icon=":material/checklist:")
        return
    toml = device_draft.to_toml(draft, datetime.date.today().isoformat())
    device = user_devices.validate(draft.name, toml)
    st.success(f"The form is complete. The device will be called “{plain(draft.name)}”.", icon=":material/check:")
    user_device.save_button(device, toml, "draft", _mark_saved)


def _machine() -> dict[str, Any]:
    st.markdown("##### The machine")
    kinds = [kind for kind in KIND_TITLES if kind is not DeviceKind.HOST]
    left, middle, right = st.columns((2, 1, 2))
    with left:
        title = _field(st.text_input, "title", "Title", placeholder="My till tablet")
    with middle:
        kind = _field(st.selectbox, "kind", "Kind", kinds, format_func=lambda kind: KIND_TITLES[kind].capitalize())
    with right:
        processor = _field(st.text_input, "processor", "Processor", placeholder="4× Cortex-A55, 1.8 GHz")
    fields = {"title": title, "kind": kind, "processor": processor}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        platforms = list(PLATFORM_TITLES)
        fields["platform"] = _field(
            st.selectbox,
            f"platform-{kind}",
            "System",
            platforms,
            index=platforms.index(USUAL_PLATFORM[kind]),
            format_func=PLATFORM_TITLES.__getitem__,
            width=150,
            help="What runs programs on it. With the kind of runtime it decides which file and code fit.",
        )
        fields["ram_bytes"] = _bytes("ram", "Memory (RAM)", "GB")
        if kind is DeviceKind.MICROCONTROLLER:
            fields["flash_bytes"] = _bytes("flash", "Storage (flash)", "MB")
    return fields


def _bytes(name: str, label: str, unit: str) -> float | None:
    units = list(_BYTES)
    number = _field(st.number_input, name, label, min_value=0.0, value=None, format="%g", width=170)
    chosen = _field(st.selectbox, f"{name}-unit", "Unit", units, index=units.index(unit), width=90)
    return number * _BYTES[chosen] if number else None


def _target() -> dict[str, Any]:
    st.markdown("##### How networks were run on it")
    runtime_help = "The program, and its version."
    type_help = "What the networks computed in: fp32 unless they were converted; int8 if they were quantized."
    types = ["fp32", "fp16", "int8"]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        return {
            "runtime": _field(
                st.text_input, "runtime", "Runtime", placeholder="TFLite 2.14", width=230, help=runtime_help
            ),
            "family": _field(
                st.selectbox,
                "family",
                "Kind of runtime",
                list(FAMILY_TITLES),
                format_func=FAMILY_TITLES.__getitem__,
                width=230,
            ),
            "backend": _field(st.selectbox, "backend", "Computes on", ["cpu", "gpu", "npu"], width=130),
            "threads": _field(
                st.number_input, "threads", "Threads", 1, 1024, value=None, width=170, placeholder="not known"
            )
            or 0,
            "precision": _field(st.selectbox, "precision", "Number type (precision)", types, width=190, help=type_help),
        }


def _source() -> str:
    st.markdown("##### What you measured")
    text: str = _field(
        st.text_input,
        "source",
        "How it was measured",
        placeholder="by me, benchmark_model, median of 50 runs, November 2026",
        help="Who measured, with which tool, and when. Shown with every figure as its source; a link is clickable.",
    )
    return text


def _field(widget: Callable[..., Any], name: str, label: str, *arguments: Any, **options: Any) -> Any:
    """A widget whose value survives a visit to another page."""
    return widget(label, *arguments, key=f"{_PREFIX}{name}", persist_state="session", **options)


def _submit() -> None:
    st.session_state[_SUBMITTED] = True


def _discard_upload() -> None:
    st.session_state[_UPLOAD_VERSION] = st.session_state.get(_UPLOAD_VERSION, 0) + 1


def _mark_saved() -> None:
    st.session_state[_SAVED] = True


def _reset_after_save() -> None:
    """Empty the form after its device was saved."""
    if st.session_state.pop(_SAVED, False):
        for key in [key for key in st.session_state if str(key).startswith(_PREFIX)]:
            del st.session_state[key]
        st.session_state.pop(_SUBMITTED, None)
        measurement_editor.discard()
