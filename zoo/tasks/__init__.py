"""One module per task; each offers ``run(options)`` and is found by its file name.

``python -m zoo product-images`` runs ``zoo.tasks.product_images.run``.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Options:
    """What the command line asked for.

    Attributes:
        cache: Folder for downloads and unfinished work; never committed.
        threads: Threads torch may use.
        only: Names of the models to make; empty means all.
        fashion_mnist: Where the four ``*-ubyte.gz`` files lie, if not at the Debian package's place.
        root: Repository that receives ``models/`` and ``data/``.
    """

    cache: Path
    threads: int = 1
    only: frozenset[str] = frozenset()
    fashion_mnist: Path | None = None
    root: Path = REPOSITORY

    def wants(self, model: str) -> bool:
        """Whether this model is to be made."""
        return not self.only or model in self.only

    def data_folder(self, task: str) -> Path:
        """``data/<task>``, created if missing."""
        return _made(self.root / "data" / task)

    def model_folder(self, task: str, model: str) -> Path:
        """``models/<task>/<model>``, created if missing."""
        return _made(self.root / "models" / task / model)


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder
