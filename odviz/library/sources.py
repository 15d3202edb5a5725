"""The sources of the library: the built-in folders and the user's own."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from odviz.domain.errors import IntegrityError
from odviz.library import integrity
from odviz.library.integrity import FileCheck
from odviz.library.paths import data_dir, models_dir, user_dir


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder of the library; it need not exist.

    Attributes:
        path: of the folder, absolute.
        manifest: whether its files are used only if its manifest records their sha256.
    """

    path: Path
    manifest: bool

    def inside(self, relative: str) -> Path:
        """The path of something in this folder.

        Raises:
            IntegrityError: it lies outside of the folder.
        """
        path = Path(os.path.normpath(self.path / relative))
        if not path.is_relative_to(self.path):
            raise IntegrityError(f"{relative!r} lies outside of {self.path}, so it is not used; move it there.")
        return path

    def file(self, relative: str) -> Path:
        """The path of a file in this folder, compared with the manifest if the folder has one.

        Raises:
            IntegrityError: it lies outside of the folder, or is not the recorded file.
        """
        return integrity.check_file(self.path, relative) if self.manifest else self.inside(relative)


@dataclass(frozen=True, slots=True)
class Source:
    """Models, data sets and device profiles of one origin.

    Attributes:
        models: one folder a task, in it one folder a model.
        datasets: one folder a data set.
        devices: one TOML file a device.
    """

    models: Folder
    datasets: Folder
    devices: Path


def built_in() -> Source:
    """The built-in folders."""
    return _built_in(models_dir(), data_dir())


def user() -> Source:
    """The user's folders, which need not exist."""
    return _user(user_dir())


@cache
def _built_in(models: Path, data: Path) -> Source:
    return Source(Folder(models, manifest=True), Folder(data, manifest=True), data / "devices")


@cache
def _user(home: Path) -> Source:
    return Source(Folder(home / "models", manifest=False), Folder(home / "datasets", manifest=False), home / "devices")


def sources() -> tuple[Source, Source]:
    """The built-in source, then the user's: names of models and data sets are looked up in this order."""
    return built_in(), user()


def check_files() -> tuple[FileCheck, ...]:
    """Every built-in file compared with its manifest; paths start with their folder.

    Raises:
        IntegrityError: a manifest cannot be read.
    """
    source = built_in()
    return tuple(
        FileCheck(f"{folder.path.name}/{check.path}", check.problem)
        for folder in (source.models, source.datasets)
        for check in integrity.verify(folder.path)
    )
