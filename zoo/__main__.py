"""Command line of the model zoo: ``python -m zoo <task>|all|manifest [--threads 1] [--only MODEL]``."""

from __future__ import annotations

import argparse
import importlib
import os
import pkgutil
import time
from pathlib import Path

from zoo import tasks
from zoo.manifest import write_manifest


def main(arguments: list[str] | None = None) -> None:
    """Makes models and data, and the manifests over them."""
    names = sorted(module.name.replace("_", "-") for module in pkgutil.iter_modules(tasks.__path__))
    parser = argparse.ArgumentParser(prog="python -m zoo", description="Train, prune and export the models of a task.")
    parser.add_argument(
        "task", choices=[*names, "all", "manifest"], help="'manifest' only writes the sha256 lists anew"
    )
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

    if given.task != "manifest":
        _make(names if given.task == "all" else [given.task], given)
    for folder in ("models", "data"):
        write_manifest(given.root / folder)


def _make(names: list[str], given: argparse.Namespace) -> None:
    """Trains, prunes and exports the models of some tasks."""
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
    for name in names:
        importlib.import_module(f"zoo.tasks.{name.replace('-', '_')}").run(options)
    print(f"done in {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
