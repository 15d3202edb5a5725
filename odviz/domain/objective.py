"""Objectives, which are the axes of the fronts, and the limits that a person sets on them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from odviz.domain.errors import LimitError


@dataclass(frozen=True, slots=True)
class Need:
    """A limit in everyday terms.

    Attributes:
        name: in addresses and on the command line ("instant").
        title: as shown ("At once: it feels instant").
        limit: in the SI unit of the objective.
    """

    name: str
    title: str
    limit: float


@dataclass(frozen=True, slots=True)
class Limit:
    """How a person sets a limit on an objective.

    Attributes:
        key: name of the number in an address, of its widget and of the CLI option ("deadline").
        label: name of the input ("Deadline").
        phrase: the limit within a sentence ("memory limit").
        short: format of a limit that is set, where there is little room ("≤ {} memory").
        unit: unit of the number that is typed on the page ("ms").
        scale: that unit in the SI unit of the objective (0.001).
        help: one sentence.
        most: greatest number accepted, in that unit.
        needs: limits in everyday terms, tightest first.
        default: name of the need that holds until a person chooses another; empty for no limit.
    """

    key: str
    label: str
    phrase: str
    short: str
    unit: str
    scale: float
    help: str
    most: float = 1e9
    needs: tuple[Need, ...] = ()
    default: str = ""

    def need(self, name: str) -> Need | None:
        """The need of this name; None if there is none."""
        return next((need for need in self.needs if need.name == name), None)


def noun(title: str) -> str:
    """A title within a sentence: without its first capital, unless it begins with an abbreviation."""
    first = title.partition(" ")[0]
    return title if first == first.upper() or first[1:] != first[1:].lower() else title[:1].lower() + title[1:]


@dataclass(frozen=True, slots=True)
class Objective:
    """One property of a variant by which variants are compared; two of the same name are equal.

    Attributes:
        name: as in exports and JSON ("latency").
        title: as shown ("Latency").
        unit: SI unit of its estimates: "s", "B", "J", "1" for a share, or any other text.
        higher_is_better: whether more of it is better.
        limit: how a limit on it is set.
        order: place among the objectives; the one that all others are traded for comes first.
        log: whether its axis is logarithmic.
        superlative: the variant with the best value, in a sentence ("the fastest").
        caption: what the value is of, where its title alone does not say ("for one inference").
        counts_right: whether it is a share of right predictions, so that the rest of it are wrong ones.
        decides: whether a variant can be recommended for it.
        relative: whether its estimates are ratios to a reference; limits are on the absolute figures.
    """

    name: str
    title: str = field(compare=False)
    unit: str = field(compare=False)
    higher_is_better: bool = field(compare=False)
    limit: Limit = field(compare=False)
    order: int = field(compare=False)
    log: bool = field(default=True, compare=False)
    superlative: str = field(default="", compare=False)
    caption: str = field(default="", compare=False)
    counts_right: bool = field(default=False, compare=False)
    decides: bool = field(default=True, compare=False)
    relative: bool = field(default=False, compare=False)

    @property
    def noun(self) -> str:
        """The title within a sentence ("file size", "RMSE")."""
        return noun(self.title)

    @property
    def is_share(self) -> bool:
        """Whether its values lie between 0 and 1 and are written in percent."""
        return self.unit == "1"

    @property
    def sign(self) -> int:
        """Factor that turns its values into costs, which are minimised: −1 where higher is better, else 1."""
        return -1 if self.higher_is_better else 1


class Limits(Mapping[Objective, float]):
    """The limits that are set: an immutable mapping from objectives, or their names, to values in SI units.

    A limit is the least value where higher is better, else the greatest. Iteration follows the order of the objectives.

    Args:
        values: by objective.

    Raises:
        LimitError: a value that is not positive and finite, or a share above 1.
    """

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[Objective, float] | None = None) -> None:
        ordered = sorted((values or {}).items(), key=lambda item: (item[0].order, item[0].name))
        for objective, value in ordered:
            _check(objective, value)
        self._values = {objective.name: (objective, float(value)) for objective, value in ordered}

    def __getitem__(self, objective: Objective | str) -> float:
        name = objective if isinstance(objective, str) else objective.name
        return self._values[name][1]

    def __iter__(self) -> Iterator[Objective]:
        return (objective for objective, _ in self._values.values())

    def __len__(self) -> int:
        return len(self._values)

    def __hash__(self) -> int:
        return hash(tuple(self.items()))

    def __repr__(self) -> str:
        return f"Limits({', '.join(f'{objective.name}={value}' for objective, value in self.items())})"

    def under(self, objectives: Mapping[str, Objective]) -> Limits:
        """The same limits on the objectives of one task, whose metric may have another unit or direction.

        Args:
            objectives: those of the task by name.

        Raises:
            LimitError: a value that makes no sense for the objective as this task has it.
        """
        return Limits({objectives.get(objective.name, objective): value for objective, value in self.items()})


NO_LIMITS = Limits()


def _check(objective: Objective, value: float) -> None:
    most = 1.0 if objective.is_share else float("inf")
    if not 0 < value <= most or value == float("inf"):
        raise LimitError(objective.name, value, most)
