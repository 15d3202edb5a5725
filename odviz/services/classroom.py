"""A class that is collected by a code: who has joined, with which rights, and how often somebody may try.

Nothing of it is stored: when the server ends, so do the class, its code and its links. Predictions stay.
"""

from __future__ import annotations

import ipaddress
import secrets
import threading
import time
import unicodedata
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from odviz.domain.errors import Forbidden, JoinRefused, TooOften
from odviz.domain.lesson import Pupil
from odviz.domain.rights import Refusal, Right

ADDRESS_VARIABLE = "ODVIZ_CLASS_ADDRESS"
"""Environment of a server that serves to a class: the address of this computer in the local network."""

ALPHABET = "23456789abcdefghjkmnpqrstvwxyz"
"""No letter or digit that is mistaken for another when it is read from a board."""

CODE_LENGTH = 8
"""Characters of a code: 6 · 10¹¹ codes, of which an address can try about 20 before the code expires."""

CODE_LIFETIME_S = 3 * 3600.0
"""A code is good for so long; those who have joined stay."""

MOST_PUPILS, MOST_ADDRESSES = 100, 10_000
WRONG_CODES = 5
"""Wrong codes after which an address has to wait."""

FIRST_WAIT_S, LONGEST_WAIT_S = 30.0, 1800.0
"""The wait doubles with every further wrong code."""

JOINS, ANSWERS = 40, 12
"""Most joins from one address and predictions of one pupil within a minute; a school may share one address."""

_MINUTE_S = 60.0


class Role(StrEnum):
    """Who somebody is in a class."""

    TEACHER = "teacher"
    PUPIL = "pupil"


@dataclass(eq=False)
class Visitor:
    """Somebody who may see the pages.

    Attributes:
        role: teacher or pupil.
        pupil: who answers; None for the teacher.
        id: how the server tells its sessions whose they are; never sent to a browser.
        connections: pages that are open now.
    """

    role: Role
    pupil: Pupil | None = None
    id: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    connections: int = 0
    _answers: deque[float] = field(default_factory=deque, repr=False)


@dataclass(frozen=True, slots=True)
class Invitation:
    """How to come into a class that was opened.

    Attributes:
        address: that pupils type.
        link: of the QR code; it has the code.
        code: that pupils enter.
        own_page: address of the teacher's page on the computer that serves.
        teacher_link: lets the teacher in from another computer; a secret.
    """

    address: str
    link: str
    code: str
    own_page: str
    teacher_link: str


@dataclass(slots=True)
class _Tries:
    wrong: int = 0
    locked_until: float = 0.0
    joins: deque[float] = field(default_factory=deque)


class Classroom:
    """The class of one server.

    Args:
        clock: seconds; tests replace it.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self.name = f"{time.strftime('%Y-%m-%d %H.%M')}"
        self.teacher_key = secrets.token_urlsafe(32)
        self.teacher = Visitor(Role.TEACHER)
        self._by_token: dict[str, Visitor] = {}
        self._by_id = {self.teacher.id: self.teacher}
        self._tries: OrderedDict[str, _Tries] = OrderedDict()
        self._revealed: frozenset[str] = frozenset()
        self.renew_code()

    def renew_code(self) -> None:
        """Make a new code; the old one is good for nothing any more."""
        self._code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
        self._expires = self._clock() + CODE_LIFETIME_S

    @property
    def code(self) -> str:
        """The code that pupils enter; empty once it has expired."""
        return self._code if self._clock() < self._expires else ""

    @property
    def pupils(self) -> tuple[Visitor, ...]:
        """Who has joined, in the order they came."""
        return tuple(visitor for visitor in self._by_token.copy().values() if visitor.role is Role.PUPIL)

    @property
    def revealed(self) -> frozenset[str]:
        """Names of the lessons whose answer the teacher has revealed."""
        return self._revealed

    def reveal(self, lesson: str) -> None:
        """Let pupils see what was measured for a lesson."""
        self._revealed |= {lesson}

    def join(self, code: str, name: str, address: str) -> str:
        """Let a pupil in.

        Args:
            code: as entered: capitals and spaces do not matter.
            name: of the pupil.
            address: from which it was entered.

        Returns:
            The secret by which the pupil's browser is known from now on.

        Raises:
            JoinRefused: the code is wrong or has expired, the name is taken, or the class is full.
            TooOften: the address has tried or joined too often.
            InputError: a name that cannot be shown.
        """
        with self._lock:
            tries = self._tries_of(address)
            self._check_code(self._code, "".join(code.split()).lower(), tries)
            if self._clock() >= self._expires:
                raise JoinRefused(Refusal.EXPIRED)
            pupil = Pupil(" ".join(name.split()), self.name, may_measure=False)
            if any(_same(pupil.name, visitor.pupil) for visitor in self.pupils):
                raise JoinRefused(Refusal.NAME_TAKEN)
            if len(self.pupils) >= MOST_PUPILS:
                raise JoinRefused(Refusal.FULL)
            _count(tries.joins, self._clock(), JOINS)
            return self._enter(Visitor(Role.PUPIL, pupil))

    def enter_as_teacher(self, key: str, address: str) -> str:
        """Let the teacher in from another computer than the one that serves.

        Returns:
            The secret by which that browser is known from now on.

        Raises:
            JoinRefused: the key is wrong.
            TooOften: the address has tried too often.
        """
        with self._lock:
            self._check_code(self.teacher_key, key, self._tries_of(address))
            return self._enter(self.teacher)

    def visitor(self, token: str) -> Visitor | None:
        """Whose browser has this secret; None if nobody's."""
        return self._by_token.get(token)

    def visitor_of_id(self, identity: str) -> Visitor | None:
        """The visitor of an id, which the server itself put into a request."""
        return self._by_id.get(identity)

    def remove(self, visitor: Visitor) -> None:
        """Send a pupil away, whose name is free then; answers stay."""
        with self._lock:
            self._by_token = {token: one for token, one in self._by_token.items() if one is not visitor}
            self._by_id.pop(visitor.id, None)

    def check(self, visitor: Visitor | None, right: Right) -> None:
        """Whether a visitor has a right.

        Raises:
            Forbidden: no.
            TooOften: a pupil locks in predictions faster than anybody thinks.
        """
        if visitor is not None and visitor.role is Role.TEACHER:
            return
        if visitor is None or right is not Right.ANSWER:
            raise Forbidden(right)
        with self._lock:
            _count(visitor._answers, self._clock(), ANSWERS)

    def _enter(self, visitor: Visitor) -> str:
        token = secrets.token_urlsafe(32)
        self._by_token = {**self._by_token, token: visitor}
        self._by_id[visitor.id] = visitor
        return token

    def _check_code(self, right: str, entered: str, tries: _Tries) -> None:
        now = self._clock()
        if now < tries.locked_until:
            raise TooOften(tries.locked_until - now)
        if secrets.compare_digest(right.encode(), entered.encode("utf-8", "replace")):
            tries.wrong = 0
            return
        tries.wrong += 1
        if tries.wrong >= WRONG_CODES:
            wait_s = min(FIRST_WAIT_S * 2 ** min(tries.wrong - WRONG_CODES, 10), LONGEST_WAIT_S)
            tries.locked_until = now + wait_s
        raise JoinRefused(Refusal.WRONG_CODE)

    def _tries_of(self, address: str) -> _Tries:
        """The tries of an address; of IPv6, those of its network, because a computer has as many as it likes."""
        tries = self._tries.setdefault(_network(address), _Tries())
        self._tries.move_to_end(_network(address))
        if len(self._tries) > MOST_ADDRESSES:
            self._tries.popitem(last=False)
        return tries


def _network(address: str) -> str:
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(parsed.ipv4_mapped or ipaddress.ip_network((parsed, 64), strict=False))
    return address


def _same(name: str, pupil: Pupil | None) -> bool:
    return pupil is not None and _folded(pupil.name) == _folded(name)


def _folded(name: str) -> str:
    """A name without what the eye hardly tells apart: capitals, and letters of other forms."""
    return unicodedata.normalize("NFKC", name).casefold()


def _count(times: deque[float], now: float, most: int) -> None:
    """Count something that may happen `most` times a minute.

    Raises:
        TooOften: it happened more often.
    """
    while times and now - times[0] > _MINUTE_S:
        times.popleft()
    if len(times) >= most:
        raise TooOften(_MINUTE_S - (now - times[0]))
    times.append(now)
