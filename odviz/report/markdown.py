"""Escaping of foreign text for Markdown, so that it is shown as written and never interpreted."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from odviz.domain.text import visible

_SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#|~$:&])")
_LINE_START = re.compile(r"^(\d*)([-+=.])")
"""Characters that turn a line into a list or a rule."""


def plain(text: str) -> str:
    """Escape text for a place that reads Markdown.

    A web address in the text remains clickable and leads where it says.
    """
    return _LINE_START.sub(r"\1\\\2", _SPECIAL.sub(r"\\\1", " ".join(visible(text).split())))


def link(url: str, label: str = "") -> str:
    """A Markdown link, or only its label when the URL is not safe to follow.

    Args:
        url: an http or https address.
        label: text of the link; the host name by default.
    """
    escaped = plain(label or host_of(url))
    return f"[{escaped}](<{url}>)" if safe(url) else escaped


def safe(url: str) -> bool:
    """Whether a URL points to the web and contains no character that could end a link early."""
    return url.startswith(("https://", "http://")) and not re.search(r"[\s<>\"\\]", url) and host_of(url) != url


def host_of(url: str) -> str:
    """Host name of a URL ("github.com"); the whole text when it has none."""
    try:
        return urlsplit(url).netloc.removeprefix("www.") or url
    except ValueError:  # for example "https://["
        return url
