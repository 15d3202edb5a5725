"""The button that downloads a file, which is made when it is pressed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePath
from typing import Any

import streamlit as st

_MEDIA_TYPES = {
    ".csv": "text/csv",
    ".html": "text/html",
    ".json": "application/json",
    ".md": "text/markdown",
    ".pdf": "application/pdf",
    ".toml": "application/toml",
    ".zip": "application/zip",
}


def download_button(label: str, content: str | bytes | Callable[[], str | bytes], name: str, **options: Any) -> None:
    """Draw the button.

    Args:
        label: of the button.
        content: of the file, or what makes it.
        name: of the file; its ending decides the media type.
        options: of Streamlit's button.
    """
    media_type = _MEDIA_TYPES.get(PurePath(name).suffix, "application/octet-stream")
    st.download_button(label, content, name, media_type, on_click="ignore", **options)
