"""From an exception to the Failure it is recorded as."""

from __future__ import annotations

import errno
import traceback
from collections.abc import Iterator

from odviz.domain.errors import InputError, OdvizError, RunFailed, Unavailable
from odviz.domain.failure import Failure, FailureKind

_FULL = (errno.ENOSPC, errno.EDQUOT)
_NO_MEMORY = ("bad_alloc", "out of memory", "failed to allocate", "cannot allocate memory")
"""How runtimes say it in errors of other types: ONNX Runtime, TFLite and the C++ and C libraries, in lower case."""


def describe(error: Exception) -> Failure:
    """What happened, for the person who asked and, in `detail`, for an engineer."""
    detail = "".join(traceback.format_exception(error))
    chain = list(_chain(error))
    if any(_is_memory(link) for link in chain):
        return Failure(FailureKind.OUT_OF_MEMORY, "There was not enough memory for it.", detail)
    if any(isinstance(link, OSError) and link.errno in _FULL for link in chain):
        return Failure(FailureKind.DISK_FULL, f"The disk is full: {str(error).rstrip('.')}.", detail)
    if isinstance(error, RunFailed):
        return error.failure
    if isinstance(error, InputError | Unavailable):
        return Failure(FailureKind.UNSUPPORTED, str(error), detail)
    if isinstance(error, OdvizError):
        return Failure(FailureKind.ERROR, str(error), detail)
    return Failure(FailureKind.ERROR, f"{type(error).__name__}: {error}", detail)


def _is_memory(error: BaseException) -> bool:
    text = str(error).lower()
    return isinstance(error, MemoryError) or any(words in text for words in _NO_MEMORY)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
