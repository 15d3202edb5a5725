"""Command line of the model zoo: ``python -m zoo <task> [--threads 1] [--only MODEL]``."""

from __future__ import annotations

import argparse
import importlib
import os
import pkgutil
import time
from pathlib import Path

from zoo import tasks


def main(arguments: list[str] | None = None) -> None:
    """Makes the models and data of one task."""
    names = sorted(module.name.replace("_", "-") for module in pkgutil.iter_modules(tasks.__path__))
    parser = argparse.ArgumentParser(prog="python -m zoo", description="Train, prune and export the models of a task.")
    parser.add_argument("task", choices=names)
    parser.add_argument("--threads", type=int, default=1, help="threads for torch (more can be slower on small nets)")
    parser.add_argument("--only", action="append", default=[], metavar="MODEL", help="make only this model; repeatable")
    parser.add_argument(
        "--cache",
        type=Path,
        default=Path(os.environ.get("ZOO_CACHE", tasks.REPOSITORY / "zoo" / ".cache")),
        help="folder for downloads and checkpoints",
    )
    parser.add_argument("--fashion-mnist", type=Path, help="folder of the Fashion-MNIST files (product-images only)")
    parser.add_argument("--root", type=Path, default=tasks.REPOSITORY, help="folder that receives models/ and data/")
    given = parser.parse_args(arguments)

    # Set before torch is imported: its thread pools are sized at import.
    os.environ.setdefault("OMP_NUM_THREADS", str(given.threads))
    import torch

    torch.set_num_threads(given.threads)
    started = time.monotonic()
    options = tasks.Options(
        cache=given.cache,
        threads=given.threads,
        only=frozenset(given.only),
        fashion_mnist=given.fashion_mnist,
        root=given.root,
    )
    importlib.import_module(f"zoo.tasks.{given.task.replace('-', '_')}").run(options)
    print(f"done in {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
