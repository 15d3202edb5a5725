"""Exceptions as failures that are recorded."""

from __future__ import annotations

import traceback
from collections.abc import Iterator

from odviz.domain.errors import InputError, IntegrityError, OdvizError, RunFailed, Unavailable
from odviz.domain.failure import FULL, Failure, FailureKind

_OUT_OF_MEMORY = (
    "bad_alloc", "memoryerror", "out of memory", "failed to allocate", "cannot allocate memory",
    "can't start new thread", "failed to map segment",
)  # fmt: skip
"""What ONNX Runtime, TFLite, Python and the C++ and C libraries print when memory runs out, in lower case."""


def reports_out_of_memory(output: str) -> bool:
    """Whether what a program printed says that memory ran out: native code has no other way to say it."""
    lower = output.lower()
    return any(phrase in lower for phrase in _OUT_OF_MEMORY)


def describe(error: Exception) -> Failure:
    """Describe an exception: its kind, a sentence for people, and the traceback in `detail`."""
    detail = "".join(traceback.format_exception(error))
    chain = list(_chain(error))
    if any(isinstance(link, MemoryError) or reports_out_of_memory(str(link)) for link in chain):
        return Failure(FailureKind.OUT_OF_MEMORY, "There was not enough memory for it.", detail)
    if full := next((link for link in chain if isinstance(link, OSError) and link.errno in FULL), None):
        from odviz.library.scratch import temporary_files_refused  # workers seldom need it

        refused = error if isinstance(error, OdvizError) else temporary_files_refused(full)
        return Failure(FailureKind.DISK_FULL, f"The disk is full. {refused}", detail)
    if isinstance(error, RunFailed):
        return error.failure
    if isinstance(error, InputError | Unavailable) and not isinstance(error, IntegrityError):
        return Failure(FailureKind.UNSUPPORTED, str(error), detail)
    if isinstance(error, OdvizError):
        return Failure(FailureKind.ERROR, str(error), detail)
    return Failure(FailureKind.ERROR, f"{type(error).__name__}: {error}", detail)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
