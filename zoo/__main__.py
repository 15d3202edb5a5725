"""Command line of the model zoo: ``python -m zoo TASK|all|check|manifest [--threads 1] [--only MODEL]``."""

from __future__ import annotations

import argparse
import importlib
import os
import pkgutil
import time
from pathlib import Path

from zoo import tasks
from zoo.manifest import write_manifest

ALL, CHECK, MANIFEST = "all", "check", "manifest"


def main(arguments: list[str] | None = None) -> None:
    """Make models and data of the selected tasks, then write the manifests of both folders."""
    names = sorted(module.name.replace("_", "-") for module in pkgutil.iter_modules(tasks.__path__))
    parser = argparse.ArgumentParser(prog="python -m zoo", description="Train, prune and export the models of a task.")
    parser.add_argument(
        "task",
        choices=[*names, ALL, CHECK, MANIFEST],
        help="'check' trains one small network on random pictures (give --root); 'manifest' only writes the manifests",
    )
    parser.add_argument("--threads", type=int, default=1, help="torch threads; more can be slower on small networks")
    parser.add_argument("--only", action="append", default=[], metavar="MODEL", help="make only this model; repeatable")
    parser.add_argument(
        "--cache",
        type=Path,
        default=Path(os.environ.get("ZOO_CACHE", tasks.REPOSITORY / "zoo" / ".cache")),
        help="folder for downloads and trained networks",
    )
    parser.add_argument("--fashion-mnist", type=Path, help="folder of the Fashion-MNIST files (product-images only)")
    parser.add_argument("--root", type=Path, default=tasks.REPOSITORY, help="folder that receives models/ and data/")
    options = parser.parse_args(arguments)
    if options.task == CHECK and options.root == tasks.REPOSITORY:
        parser.error("check would overwrite the repository's models: give --root")

    if options.task == CHECK:
        _make(["zoo.check"], options)
    elif options.task != MANIFEST:
        selected = names if options.task == ALL else [options.task]
        _make([f"zoo.tasks.{name.replace('-', '_')}" for name in selected], options)
    for folder in ("models", "data"):
        write_manifest(options.root / folder)


def _make(modules: list[str], arguments: argparse.Namespace) -> None:
    """Call ``run`` of each module."""
    # Set before torch is imported: its thread pools are sized at import.
    os.environ.setdefault("OMP_NUM_THREADS", str(arguments.threads))
    import torch

    torch.set_num_threads(arguments.threads)
    start = time.monotonic()
    options = tasks.Options(
        cache=arguments.cache,
        threads=arguments.threads,
        only=frozenset(arguments.only),
        fashion_mnist=arguments.fashion_mnist,
        root=arguments.root,
    )
    for module in modules:
        importlib.import_module(module).run(options)
    print(f"done in {time.monotonic() - start:.0f} s")


if __name__ == "__main__":
    main()
