"""Somebody's words between ours: shown as they were written, never read as formatting or pictures."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_SIGNS = re.compile(r"([\\`*_{}\[\]()<>#|~$:&])")
_FIRST = re.compile(r"^(\d*)([-+=.])")
"""What makes a list or a rule of a line that begins with it."""


def plain(text: str) -> str:
    """Text for a place that reads Markdown, where every sign stands for itself.

    A web address in it may still be followed, to where it says.
    """
    return _FIRST.sub(r"\1\\\2", _SIGNS.sub(r"\\\1", " ".join(text.split())))


def link(url: str, words: str = "") -> str:
    """A link in Markdown; words alone where the address is none that a browser should follow.

    Args:
        url: starting with http.
        words: of the link; by default its host name.
    """
    shown = plain(words or host_of(url))
    return f"[{shown}](<{url}>)" if safe(url) else shown


def safe(url: str) -> bool:
    """Whether an address leads to the web and holds nothing that ends a link early."""
    return url.startswith(("https://", "http://")) and not re.search(r"[\s<>\"\\]", url) and host_of(url) != url


def host_of(url: str) -> str:
    """Where an address leads, in short ("github.com"); the whole of it if it leads nowhere."""
    try:
        return urlsplit(url).netloc.removeprefix("www.") or url
    except ValueError:  # "https://[" is no address
        return url
