"""A person's own devices on the page: kept, replaced, taken away, deleted; and files that cannot be read."""

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

_NEWS = "_device_news"


def news() -> str:
    """Say what was just kept or deleted.

    Returns:
        The device to show now; empty if nothing happened.
    """
    name, said = st.session_state.pop(_NEWS, ("", ""))
    if said:
        st.success(said, icon=":material/check:")
        if name != HOST:
            st.page_link(
                "pages/explore.py",
                label="Ask about it in Explore",
                icon=":material/explore:",
                query_params={"device": name},
            )
    return str(name)


def keep(device: DeviceProfile, text: str, key: str, on_kept: Callable[[], None]) -> None:
    """A button that keeps a device; it says so where that replaces one, and is not there where it cannot be.

    Args:
        device: looked over.
        text: its TOML.
        key: tells several such buttons apart.
        on_kept: called before the page is drawn anew.
    """
    whose = user_devices.taken(device.name)
    if whose is Taken.SHIPPED:
        st.error(
            f"“{plain(device.name)}” is the name of a device that odviz ships, which is never overwritten: choose "
            "another title, or call the file something else.",
            icon=":material/block:",
        )
        return
    replaces = whose is Taken.OWN
    if replaces:
        st.warning(f"You have a device called “{plain(device.name)}” already.", icon=":material/file_copy:")
    label = f"Replace “{plain(device.name)}”" if replaces else "Keep this device"
    if st.button(label, key=f"keep-{key}", type="primary", icon=":material/save:"):
        path = user_devices.save(device.name, text, replace=replaces)
        on_kept()
        st.session_state[_NEWS] = (device.name, f"**{plain(device.title)}** is kept in {plain(str(path))}.")
        st.rerun()


def tools(name: str) -> None:
    """What can be done with a person's own device; nothing for a shipped one."""
    if name not in user_devices.own_files():
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        # Read now, not when it is asked for: by then it may be gone, and a download that fails says nothing.
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


def broken(problems: Iterable[str]) -> None:
    """Files that cannot be read, each with what is wrong and a way to get rid of it if it is the person's own."""
    said = list(problems)
    own = user_devices.broken() if said else {}
    for sentence in (each for each in said if each not in own.values()):
        st.warning(plain(sentence), icon=":material/broken_image:")
    for name, sentence in own.items():
        with st.container(border=True, key=f"broken-{name}"):
            st.warning(f"A device file of yours cannot be used. {plain(sentence)}", icon=":material/broken_image:")
            tools(name)


def _delete(name: str) -> None:
    if delete_button(f"The file **{plain(name)}.toml** is removed for good, with the measurements in it.", name):
        user_devices.remove(name)
        st.session_state[_NEWS] = (HOST, f"{plain(name)} is deleted.")
        st.rerun()
