"""What the person for whom code runs may do: everything, unless a page is served to a class.

Whatever changes something asks here: the database, the runner, and whatever starts a process or writes a file.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from odviz.domain.errors import Forbidden
from odviz.domain.rights import Right

_check: Callable[[Right], None] | None = None


def check_by(check: Callable[[Right], None] | None) -> None:
    """Set what decides for this process.

    Args:
        check: raises Forbidden, or another OdvizError, where whoever the calling thread works for lacks a right; None
            to allow everything.
    """
    global _check  # noqa: PLW0603
    _check = check


def require(right: Right) -> None:
    """Go on only with a right.

    Raises:
        Forbidden: whoever this thread works for does not have it.
    """
    if _check is not None:
        _check(right)


def may_change() -> bool:
    """Whether whoever this thread works for may change things, so that a page can leave out what would be refused."""
    with suppress(Forbidden):
        require(Right.CHANGE)
        return True
    return False
