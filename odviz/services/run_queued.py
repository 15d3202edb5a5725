"""`python -m odviz.services.run_queued BENCHMARK`: started by `odviz.services.benchmark_process`, not by a person.

Writes one message a line. Reads `cancel`, and the end of its input as the end of the program that started it.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from contextlib import suppress
from functools import partial
from typing import BinaryIO

from odviz.domain.errors import StoreError
from odviz.serialization import to_json
from odviz.services import benchmark
from odviz.services.attempt import Controls, Message, Troubled, run_to_end
from odviz.services.benchmark_process import CANCEL
from odviz.store import open_store
from odviz.worker.isolation import private_pipes


def main() -> None:
    """Run the benchmark."""
    requests, replies = private_pipes()
    controls, lock = Controls(), threading.Lock()

    def send(message: Message) -> None:
        with lock, suppress(BrokenPipeError):  # the end of the input is noticed anyway
            replies.write(to_json(message).encode() + b"\n")

    threading.Thread(target=_follow, args=(requests, controls), daemon=True).start()
    # In a thread: the main thread may be inside a lock that is needed.
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=controls.end).start())
    try:
        with open_store() as store:
            run_to_end(store, sys.argv[1], send, controls, partial(benchmark.run, server=os.getppid()))
    except StoreError as error:
        send(Troubled(str(error)))


def _follow(requests: BinaryIO, controls: Controls) -> None:
    for line in requests:
        if line == CANCEL:
            controls.cancel()
    controls.end()


if __name__ == "__main__":
    main()
