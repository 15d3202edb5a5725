"""How a resumed benchmark had ended, so that it can be restored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from odviz.domain.failure import Failure
from odviz.domain.result import State
from odviz.library.owner import Owner
from odviz.serialization import to_json
from odviz.store.base import owner_columns


@dataclass(frozen=True, slots=True)
class PreviousState:
    """State of a benchmark when it had ended.

    Attributes:
        state: one of those that are an end.
        failure: why it had ended, if not well.
        queue_position: its position in the queue.
        started: when it had been claimed (UTC); None if it never was.
        ended: when it had ended (UTC).
        owner: who had run it; None if nobody had, or an older odviz wrote this.
    """

    state: State
    failure: Failure | None
    queue_position: int
    started: datetime | None
    ended: datetime | None
    owner: Owner | None = None

    @property
    def complete(self) -> bool:
        """Whether it had all its figures, which stopping a resumed run does not take away."""
        return self.state is State.DONE

    def columns(self) -> dict[str, Any]:
        """The columns of the table `benchmark` that restore it."""
        return {
            "state": self.state,
            "failure": None if self.failure is None else to_json(self.failure),
            "queue_position": self.queue_position,
            "started": self.started,
            "ended": self.ended,
            "cancel_requested": False,
            "stress_only": False,
            "previous_state": None,
            **owner_columns(self.owner),
        }
