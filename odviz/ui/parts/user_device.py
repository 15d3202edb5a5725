"""The visitor's own devices: save, replace, download, delete; and device files that cannot be read."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress

import streamlit as st

from odviz.domain.device import DeviceProfile
from odviz.domain.errors import FileRefused
from odviz.domain.target import HOST
from odviz.library.devices import user_files
from odviz.report.markdown import plain
from odviz.services import user_devices
from odviz.services.devices import Unlisted
from odviz.services.user_devices import NameOwner
from odviz.ui.parts.download import download_button
from odviz.ui.parts.layout import delete_button

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
    owner = user_devices.owner_of(device.name)
    if owner is NameOwner.ODVIZ:
        st.error(
            f"“{plain(device.name)}” is the name of a built-in device, which cannot be replaced. Choose another title, "
            "or rename the file.",
            icon=":material/block:",
        )
        return
    replaces = owner is NameOwner.USER
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
    if name not in user_files():
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        # Read now, not on click: a download that fails on click shows no message.
        with suppress(FileRefused):
            content, key = user_devices.content_of(name), f"toml-{name}"
            download_button("Its file (TOML)", content, f"{name}.toml", icon=":material/download:", key=key)
        _delete(name)


def unlisted_files(entries: Iterable[Unlisted]) -> None:
    """Draw a warning for each device file or folder that is not listed; the visitor's own files can be deleted."""
    for entry in entries:
        if not entry.user_supplied:
            st.warning(plain(entry.reason), icon=":material/broken_image:")
            continue
        with st.container(border=True, key=f"broken-{entry.name}"):
            st.warning(f"A device file of yours cannot be used. {plain(entry.reason)}", icon=":material/broken_image:")
            tools(entry.name)


def _delete(name: str) -> None:
    if delete_button(f"The file **{plain(name)}.toml** is removed for good, with the measurements in it.", name):
        user_devices.remove(name)
        st.session_state[_LAST_CHANGE] = (HOST, f"{plain(name)} is deleted.")
        st.rerun()
