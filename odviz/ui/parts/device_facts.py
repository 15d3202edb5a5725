"""Hardware facts of a device with their sources, and a table of all devices."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from odviz.analysis.device_calibration import calibration
from odviz.domain.device import DeviceKind, DeviceProfile, Fact, Platform, RuntimeFamily
from odviz.library.device_facts import FACT_TYPES
from odviz.library.devices import user_files
from odviz.report.markdown import link, plain
from odviz.ui.parts.data_table import data_table
from odviz.ui.parts.layout import is_phone

KIND_TITLES = {
    DeviceKind.HOST: "this machine",
    DeviceKind.BOARD: "board",
    DeviceKind.PHONE: "phone",
    DeviceKind.LAPTOP: "laptop",
    DeviceKind.MICROCONTROLLER: "microcontroller",
}
"""Title of each kind of device, in the order in which devices are listed."""

PLATFORM_TITLES = {
    Platform.ANDROID: "Android",
    Platform.IOS: "iOS",
    Platform.LINUX: "Linux",
    Platform.MACOS: "macOS",
    Platform.WINDOWS: "Windows",
    Platform.BARE_METAL: "no system",
}
"""Title of each platform."""

FAMILY_TITLES = {
    RuntimeFamily.TFLITE: "LiteRT (TensorFlow Lite)",
    RuntimeFamily.TFLITE_MICRO: "TensorFlow Lite Micro",
    RuntimeFamily.ONNX_RUNTIME: "ONNX Runtime",
    RuntimeFamily.OPENVINO: "OpenVINO",
    RuntimeFamily.NCNN: "ncnn",
    RuntimeFamily.ARMNN: "Arm NN",
    RuntimeFamily.EDGE_TPU: "Edge TPU",
    RuntimeFamily.RKNN: "RKNN",
    RuntimeFamily.QNN: "Qualcomm AI Engine Direct",
    RuntimeFamily.CORE_ML: "Core ML",
    RuntimeFamily.OPENCV: "OpenCV",
    RuntimeFamily.ST_EDGE_AI: "ST Edge AI (Cube.AI)",
    RuntimeFamily.ESP_DL: "ESP-DL",
    RuntimeFamily.OTHER: "another",
}
"""Title of each family of runtimes."""

_CARD_PX = 160
"""Width of one fact: two fit side by side on a phone."""


def sort_devices(profiles: Sequence[DeviceProfile]) -> list[DeviceProfile]:
    """Devices in the order of `KIND_TITLES`, then by title."""
    return sorted(profiles, key=lambda profile: (list(KIND_TITLES).index(profile.kind), profile.title.casefold()))


def device_facts(device: DeviceProfile) -> None:
    """Draw the heading and the facts of a device."""
    badge = " :blue-badge[yours]" if device.name in user_files() else ""
    st.header(plain(device.title) + badge, anchor=False)
    kind = "" if device.kind is DeviceKind.HOST else f"{KIND_TITLES[device.kind].capitalize()}: "
    st.markdown(kind + plain(device.processor))
    if device.note:
        st.markdown(f":small[{plain(device.note)}]")
    if not device.facts:
        st.caption("Its hardware figures are not known.")
    with st.container(horizontal=True, gap="small"):
        for name in (name for name in FACT_TYPES if name in device.facts):
            with st.container(width=_CARD_PX, gap=None):
                _card(name, device.facts[name])


def _card(name: str, fact: Fact) -> None:
    fact_type = FACT_TYPES[name]
    checked = "checked at its source" if fact.checked else "not checked"
    st.caption(fact_type.title, help=f"{fact_type.description.capitalize()}. Source: {plain(fact.source)} ({checked}).")
    st.markdown(f"**{fact_type.write(fact.value)}**")
    source = link(fact.link) if fact.link else plain(fact.source)
    # Small text, not a caption: captions make links and colours too pale to read.
    st.markdown(f":small[{source} · {':green[✓] checked' if fact.checked else 'not checked'}]")


def device_table(profiles: Sequence[DeviceProfile], key: str, on_choice: Callable[[str], None]) -> None:
    """Draw all devices as a table; choosing a row opens that device.

    Args:
        profiles: in the order shown.
        key: of the table.
        on_choice: called with the name of the chosen device.
    """
    coverage = [_coverage(profile) for profile in profiles]
    st.caption("Choose a row to open a device.")
    data_table(
        {
            "Device": [profile.title for profile in profiles],
            "Kind": [KIND_TITLES[profile.kind] for profile in profiles],
            "Processor": [profile.processor for profile in profiles],
            "RAM": [_fact(profile, "ram_bytes") for profile in profiles],
            "Ways to run": [len(profile.targets) or None for profile in profiles],
            "Networks measured": [count for count, _ in coverage],
            "Other networks": [projection for _, projection in coverage],
            "Name": [profile.name for profile in profiles],
        },
        "All devices",
        key,
        on_select=lambda rows: on_choice(profiles[rows[0]].name) if rows and rows[0] < len(profiles) else None,
        height="content",
        column_config={
            "Device": st.column_config.TextColumn(pinned=True, width=150 if is_phone() else 230),
            "Ways to run": st.column_config.NumberColumn(help="Runtime × processor × threads × number type (targets)."),
            "Networks measured": st.column_config.NumberColumn(
                help="Networks with a published or user-supplied measurement on the best-measured target."
            ),
            "Other networks": st.column_config.TextColumn(
                help="Whether the latency of other networks is projected from those measurements."
            ),
        },
    )


def _fact(device: DeviceProfile, name: str) -> str:
    return FACT_TYPES[name].write(device.facts[name].value) if name in device.facts else ""


def _coverage(device: DeviceProfile) -> tuple[int | None, str]:
    """Number of measured networks on the default target, and what is shown for others."""
    if device.default is None:
        return None, "measured here"
    fitted = calibration(device, device.default)
    return len(fitted.rows), "projected, with an interval" if fitted.projects else "measured points only"
