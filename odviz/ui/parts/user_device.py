"""The visitor's own devices: save, replace, download, delete; and device files that cannot be read."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress

import streamlit as st

from odviz.domain.device import DeviceProfile
from odviz.domain.errors import FileRefused
from odviz.domain.target import HOST
from odviz.services import user_devices
from odviz.services.user_devices import Taken
from odviz.ui.markup import plain
from odviz.ui.parts.delete_button import delete_button

_LAST_CHANGE = "_device_change"


def report_change() -> str:
    """Report the device that was just saved or deleted.

    Returns:
        Name of the device to show now; empty when nothing changed.
    """
    name, message = st.session_state.pop(_LAST_CHANGE, ("", ""))
    if message:
        st.success(message, icon=":material/check:")
        if name != HOST:
            st.page_link(
                "pages/explore.py",
                label="Use it in Explore",
                icon=":material/explore:",
                query_params={"device": name},
            )
    return str(name)


def save_button(device: DeviceProfile, toml: str, key: str, on_saved: Callable[[], None]) -> None:
    """Draw a button that saves a device; a warning precedes it where that replaces one of the visitor's own.

    Args:
        device: parsed and validated.
        toml: its file.
        key: distinguishes several such buttons.
        on_saved: called before the page reruns.
    """
    taken = user_devices.taken(device.name)
    if taken is Taken.SHIPPED:
        st.error(
            f"“{plain(device.name)}” is the name of a built-in device, which cannot be replaced. Choose another title, "
            "or rename the file.",
            icon=":material/block:",
        )
        return
    replaces = taken is Taken.OWN
    if replaces:
        st.warning(f"You have a device called “{plain(device.name)}” already.", icon=":material/file_copy:")
    label = f"Replace “{plain(device.name)}”" if replaces else "Save this device"
    if st.button(label, key=f"save-{key}", type="primary", icon=":material/save:"):
        path = user_devices.save(device.name, toml, replace=replaces)
        on_saved()
        st.session_state[_LAST_CHANGE] = (device.name, f"**{plain(device.title)}** is saved in {plain(str(path))}.")
        st.rerun()


def tools(name: str) -> None:
    """Draw download and delete for a user device; nothing for a built-in one."""
    if name not in user_devices.own_files():
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        # Read now, not on click: a download that fails on click shows no message.
        with suppress(FileRefused):
            st.download_button(
                "Its file (TOML)",
                user_devices.content_of(name),
                f"{name}.toml",
                "application/toml",
                icon=":material/download:",
                on_click="ignore",
                key=f"toml-{name}",
            )
        _delete(name)


def unreadable_files(problems: Iterable[str]) -> None:
    """Draw a warning for each unreadable device file, with download and delete where it is the visitor's own."""
    messages = list(problems)
    own_problems = user_devices.broken() if messages else {}
    for message in messages:
        if message not in own_problems.values():
            st.warning(plain(message), icon=":material/broken_image:")
    for name, message in own_problems.items():
        with st.container(border=True, key=f"broken-{name}"):
            st.warning(f"A device file of yours cannot be used. {plain(message)}", icon=":material/broken_image:")
            tools(name)


def _delete(name: str) -> None:
    if delete_button(f"The file **{plain(name)}.toml** is removed for good, with the measurements in it.", name):
        user_devices.remove(name)
        st.session_state[_LAST_CHANGE] = (HOST, f"{plain(name)} is deleted.")
        st.rerun()
