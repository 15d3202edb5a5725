"""Records every attempt of a Python process to reach beyond this computer; on the path of processes under test.

Python imports a module of this name when it starts. `ODVIZ_TEST_CONNECTIONS` names the file to which it adds a line for
each attempt.
"""

import os
import sys

_FILE = os.environ.get("ODVIZ_TEST_CONNECTIONS", "")
_LOCAL = ("127.", "::1", "localhost", "0.0.0.0")


def _watch(event, arguments):
    if event in ("socket.connect", "socket.sendto"):
        host = arguments[1][0] if isinstance(arguments[1], tuple) else ""
    elif event == "socket.getaddrinfo":
        host = arguments[0] or ""
    else:
        return
    host = host.decode() if isinstance(host, bytes) else str(host)
    if host and not host.startswith(_LOCAL):
        with open(_FILE, "a") as file:  # noqa: PTH123 - imported before pathlib
            file.write(f"{event} {host}\n")


if _FILE:
    sys.addaudithook(_watch)
