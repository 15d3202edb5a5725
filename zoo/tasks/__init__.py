"""One module per task, with a function ``run(options)``.

``python -m zoo product-images`` calls ``zoo.tasks.product_images.run``.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Options:
    """Options of the command line.

    Attributes:
        cache: Folder for downloads and trained networks; not committed.
        threads: Number of torch threads.
        only: Names of the models to make; empty for all.
        fashion_mnist: Folder of the four ``*-ubyte.gz`` files; None for the Debian package's folder.
        root: Folder that receives ``models/`` and ``data/``.
    """

    cache: Path
    threads: int = 1
    only: frozenset[str] = frozenset()
    fashion_mnist: Path | None = None
    root: Path = REPOSITORY

    def selects(self, model: str) -> bool:
        """Whether to make this model."""
        return not self.only or model in self.only

    def data_folder(self, task: str) -> Path:
        """``data/<task>``, created if missing."""
        return _created(self.root / "data" / task)

    def model_folder(self, task: str, model: str) -> Path:
        """``models/<task>/<model>``, created if missing."""
        return _created(self.root / "models" / task / model)


def _created(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder
