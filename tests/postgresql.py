"""A PostgreSQL server of the tests' own, where Debian's package is installed."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SETTINGS = {
    "listen_addresses": "",  # the socket in its folder is the only way in
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "shared_buffers": "16MB",
    "timezone": "Asia/Kathmandu",  # times are UTC whatever the server's zone is
}

ABSENT = "PostgreSQL is not installed (Debian: apt-get install postgresql)."


def programs() -> Path | None:
    """The folder of the server's programs; None where it is not installed."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    return folders[-1] if folders else None


@contextmanager
def postgresql(bin_folder: Path) -> Iterator[str]:
    """Start a server with an empty database in a temporary folder, and end it.

    Yields:
        The URL of the database.
    """
    user = {"user": "nobody", "group": "nogroup", "extra_groups": ()} if os.geteuid() == 0 else {}  # it refuses root
    folder = Path(tempfile.mkdtemp(prefix="postgresql-"))
    try:
        if user:
            shutil.chown(folder, user["user"])
        initdb = [bin_folder / "initdb", "-D", folder / "data", "-U", "odviz", "-A", "trust", "-E", "UTF8", "--no-sync"]
        subprocess.run([*initdb, "--locale=C"], check=True, capture_output=True, cwd=folder, **user)
        options = [f"-c{name}={value}" for name, value in SETTINGS.items()]
        command = [bin_folder / "postgres", "-D", folder / "data", "-k", folder, *options]
        with (
            (folder / "log").open("w") as log,
            subprocess.Popen(command, stderr=log, stdout=log, cwd=folder, **user) as server,
        ):
            try:
                ready = [bin_folder / "pg_isready", "-q", "-h", folder, "-t", "1"]
                while subprocess.run(ready, check=False, cwd=folder).returncode:
                    if server.poll() is not None:
                        raise RuntimeError((folder / "log").read_text())
                    time.sleep(0.05)
                yield f"postgresql://odviz@/postgres?host={folder}"
            finally:
                server.send_signal(signal.SIGQUIT)  # at once: nothing in it is needed again
    finally:
        shutil.rmtree(folder)
