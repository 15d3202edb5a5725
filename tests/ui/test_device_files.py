"""Files in the folder of a person's devices that are none: the page lists them and goes on."""

import os

import pytest

from odviz.library.sources import user


@pytest.mark.parametrize("page", ["devices", "explore"])
def test_files_that_cannot_be_read_are_said_and_the_page_is_drawn(visit, measured, page):
    user().devices.mkdir(parents=True)
    for name in (b"bad\xff.toml", b"host.toml"):
        (user().devices / os.fsdecode(name)).write_text("title = 1")
    os.mkfifo(user().devices / "pipe.toml")
    said = "\n".join(text.value for text in visit(page).warning)
    if page == "devices":
        assert said.count("A device file of yours") == 3
