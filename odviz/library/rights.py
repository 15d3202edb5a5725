"""What the person for whom code runs may do: everything, unless a page is served to a class.

All that changes something calls `require`: the database, the runner, and what starts a process or writes a file.
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
        check: raises Forbidden, or another OdvizError, if the session of the calling thread lacks a right; None
            to allow everything.
    """
    global _check  # noqa: PLW0603
    _check = check


def require(right: Right) -> None:
    """Go on only with a right.

    Raises:
        Forbidden: this session does not have it.
    """
    if _check is not None:
        _check(right)


def may_change() -> bool:
    """Whether this session may change things, so that a page can leave out what would be refused."""
    with suppress(Forbidden):
        require(Right.CHANGE)
        return True
    return False
