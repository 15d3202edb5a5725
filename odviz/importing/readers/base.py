"""The base class of readers of a person's own data."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import ClassVar

from odviz.importing.collection import Collection
from odviz.importing.raw_data import RawData
from odviz.runtimes.inputs import Port


class Reader(ABC):
    """Reads data of one kind; a plug-in.

    Attributes:
        name: of the kind ("image-folder").
        title: what it reads, for a person who has such files or not.
        suffixes: of the files that hold items, in lower case.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    suffixes: ClassVar[tuple[str, ...]]

    @abstractmethod
    def read(self, files: Collection, inputs: Sequence[Port], alive: Callable[[], None]) -> RawData:
        """Items and labels.

        Args:
            files: at least one has one of the suffixes.
            inputs: of the network.
            alive: to be called after every item that takes time.

        Raises:
            FileRefused: the data cannot be used; says why and what would work.
        """
