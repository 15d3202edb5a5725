"""Making variants: a recipe's steps are applied, and the result is cached by the hash of its ingredients."""

from __future__ import annotations

import functools
import hashlib
import json
import shutil
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from importlib import metadata
from pathlib import Path

from odviz.compression import _host
from odviz.compression._trial import failure
from odviz.compression.artifact import check_artifact
from odviz.compression.base import Applied, ModelSource
from odviz.compression.recipes import ResolvedStep, resolve
from odviz.domain.errors import FileRefused, OdvizError, RecipeError, StoreError
from odviz.domain.failure import FULL
from odviz.domain.model import Artifact, Model, Sensitivity
from odviz.domain.recipe import Recipe
from odviz.formats import FORMATS
from odviz.formats.base import digest, size_bytes
from odviz.library.items import shapes
from odviz.library.scratch import scratch, shared_temporary_folder
from odviz.metrics import METRICS
from odviz.serialization import convert, to_builtins
from odviz.tasks.base import Examples
from odviz.units import figure

_META = "meta.json"
"""Beside a made file: what it was made of, and what was done."""


@dataclass(frozen=True, slots=True)
class MadeVariant:
    """A variant's file.

    Attributes:
        artifact: with an absolute path.
        changed: False when no step of a recipe that has steps changed anything.
        notes: sentences shown beside the variant.
    """

    artifact: Artifact
    changed: bool
    notes: tuple[str, ...] = ()


def make_variant(
    model: Model,
    recipe: Recipe,
    format: str,
    *,
    cache: Path,
    calibration: Callable[[], Examples],
    metric: str = "",
    known: Collection[str] = (),
    report_alive: Callable[[], None] = lambda: None,
) -> MadeVariant:
    """Make a variant, or return it from the cache.

    Args:
        model: what is compressed.
        recipe: steps to apply; for the base recipe the file of the dense checkpoint is returned.
        format: name of the file's format.
        cache: folder of variants, one sub-folder per hash of ingredients; created if missing.
        calibration: returns items from the training part; not called for the base recipe, else called once at most.
        metric: name of the task's; empty if it has none.
        known: sha256 of the files that are recorded as made of the same; another one in the cache is made again. If
            none is recorded, the cache's own record counts.
        report_alive: called in the course of long work.

    Raises:
        UnknownName: the recipe names a method that does not exist.
        RecipeError: the recipe is invalid, or cannot be applied to this model.
        IntegrityError: a file of the model is not the recorded one.
        StoreError: the cache cannot be written.
    """
    steps = resolve(recipe, format)
    dense = _dense(model, format)
    if not steps:
        return MadeVariant(dense, changed=True)
    items = functools.cache(calibration)
    entry = _entry(model, steps, dense, cache, items, metric)
    cached = entry.read(known)
    if cached is not None:
        return cached
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with scratch(cache) as folder:
            scored = METRICS[metric] if metric else None
            path, applied = _apply(
                steps,
                dense,
                folder,
                ModelSource(Path(dense.path), format, dense.layout, model, True, items(), scored, report_alive),
            )
            return _keep(path, applied, entry, folder, known)
    except OSError as error:
        raise StoreError(
            f"The variant {recipe.label!r} of {model.name} could not be written to {_refusing(error, cache)}: "
            f"{error.strerror or error}. Free some space there or choose another folder; nothing in it is lost."
        ) from error


def _refusing(error: OSError, cache: Path) -> Path:
    """The folder that an error is about: of a full disk no error tells which of the two it was."""
    if error.errno not in FULL:
        return cache
    return min(cache, shared_temporary_folder(), key=lambda folder: shutil.disk_usage(folder).free)


def find_variant(
    model: Model, recipe: Recipe, format: str, *, cache: Path, calibration: Callable[[], Examples], metric: str = ""
) -> MadeVariant | None:
    """The variant if it need not be made: the file of the dense checkpoint, or one in the cache.

    Args:
        model: see `make_variant`, as for the other arguments.
        recipe: steps to apply.
        format: name of the file's format.
        cache: folder of variants.
        calibration: returns items from the training part.
        metric: name of the task's.

    Raises:
        UnknownName: the recipe names a method that does not exist.
        RecipeError: the recipe is invalid.
        IntegrityError: the file of the dense checkpoint is not the recorded one.
    """
    steps = resolve(recipe, format)
    dense = _dense(model, format)
    if not steps:
        return MadeVariant(dense, changed=True)
    try:
        return _entry(model, steps, dense, cache, calibration, metric).read()
    except metadata.PackageNotFoundError:  # what it would be made with is not installed
        return None


def sensitivities(artifact: Artifact) -> tuple[Sensitivity, ...]:
    """Of the operators of a made file, by which it was chosen what stays float; empty if nothing was."""
    try:
        meta = json.loads(Path(artifact.path).with_name(_META).read_text())
        return convert(tuple[Sensitivity, ...], meta.get("sensitivities", ()))
    except (OSError, ValueError, AttributeError):
        return ()


def _dense(model: Model, format: str) -> Artifact:
    """The dense checkpoint's file, compared with its record."""
    artifact = model.dense.artifacts.get(format)
    if artifact is None:
        existing = " and ".join(FORMATS[name].title for name in model.dense.artifacts) or "none"
        raise RecipeError(
            f"{model.name} has no file of the format {FORMATS[format].title}; its formats: {existing}.", format=format
        )
    check_artifact(artifact)
    return artifact


@dataclass(frozen=True, slots=True)
class _Entry:
    """A place in the cache.

    Attributes:
        folder: named by the hash of the ingredients.
        ingredients: everything that the bytes of the file depend on, as JSON has it.
        dense: the file of the model's dense checkpoint.
    """

    folder: Path
    ingredients: Mapping[str, object]
    dense: Artifact

    def read(self, known: Collection[str] = ()) -> MadeVariant | None:
        """The variant kept here; None if there is none, or if it is not what was made of these ingredients.

        Args:
            known: sha256 of the files that are; empty if they are not known.
        """
        format = FORMATS[self.dense.format]
        path = self.folder / f"model{format.suffixes[0]}"
        try:
            meta = json.loads((self.folder / _META).read_text())
            files = format.files(path)
            sha256 = digest(files)
            if meta["made_of"] != self.ingredients or meta["sha256"] != sha256 or (known and sha256 not in known):
                return None
            artifact = Artifact(str(path), sha256, size_bytes(files), self.dense.format, self.dense.layout)
            return MadeVariant(artifact, bool(meta["changed"]), tuple(meta["notes"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None


_version = functools.cache(metadata.version)
"""Version of a package; reading it takes milliseconds, and each variant is looked up."""


def _entry(
    model: Model,
    steps: tuple[ResolvedStep, ...],
    dense: Artifact,
    cache: Path,
    items: Callable[[], Examples],
    metric: str,
) -> _Entry:
    """The place in the cache of what the steps make of a model."""
    format = dense.format
    ingredients: dict[str, object] = {
        "checkpoints": [
            [checkpoint.nominal, checkpoint.artifacts[format].sha256]
            for checkpoint in model.checkpoints
            if format in checkpoint.artifacts
        ],
        "steps": [[step.method.name, step.method.version, dict(step.options)] for step in steps],
        "libraries": {name: _version(name) for name in FORMATS[format].packages},
    }
    if any(step.method.calibrated for step in steps):
        ingredients["calibration"] = [items().fingerprint, metric]
    if any("auto" in dict(step.options).values() for step in steps):
        ingredients["host"] = {"int8 saturates": _host.saturates()}
    written = json.dumps(ingredients, sort_keys=True)
    key = hashlib.sha256(written.encode()).hexdigest()[:32]
    return _Entry(cache.absolute() / key, json.loads(written), dense)


def _apply(
    steps: tuple[ResolvedStep, ...], dense: Artifact, folder: Path, original: ModelSource
) -> tuple[Path, Applied]:
    """Apply the steps one after the other: the last file that a step changed, and what was done altogether."""
    items, current, changed = original.calibration, original.path, False
    notes: list[str] = []
    sensitivities: tuple[Sensitivity, ...] = ()
    # What cannot be inspected is refused in the same words by every method.
    FORMATS[dense.format].facts(current, *dense.layout.batches(shapes(items.inputs)))
    for index, step in enumerate(steps):
        target = folder / f"step{index}{FORMATS[dense.format].suffixes[0]}"
        source = replace(original, path=current, pristine=index == 0)
        try:
            applied = step.method.apply(source, target, dict(step.options))
        except (OdvizError, OSError):
            raise
        except Exception as error:  # converters raise anything on a graph that they do not support
            raise RecipeError(
                f"'{step}' cannot be applied to {original.model.name} ({dense.format}): {error}",
                recipe=str(step),
                method=step.method.name,
                format=dense.format,
            ) from error
        if applied.changed:
            current, changed = target, True
            notes += applied.notes
            sensitivities = applied.sensitivities or sensitivities
        else:
            reason = " ".join(applied.notes) or "The model has nothing that it applies to."
            notes.append(f"{step} changed nothing: {reason}")
    written = "+".join(map(str, steps))
    try:
        FORMATS[dense.format].validate(current)
    except FileRefused as error:
        raise RecipeError(
            f"A compression step wrote an invalid file: {error}", recipe=written, format=dense.format
        ) from error
    if changed and (reason := failure(current, dense.format, dense.layout, items)):
        raise RecipeError(f"The compressed model does not run: {reason}", recipe=written, format=dense.format)
    return current, Applied(changed, (*notes, *_growth(Path(dense.path), current, dense.format)), sensitivities)


def _growth(before: Path, after: Path, format: str) -> tuple[str, ...]:
    """A note on a file that became larger, as all do of which a part is stored in two forms."""
    old, new = (size_bytes(FORMATS[format].files(path)) for path in (before, after))
    return (f"The file is larger than before: {figure(new, 'B')} instead of {figure(old, 'B')}.",) if new > old else ()


def _keep(made: Path, applied: Applied, entry: _Entry, beside: Path, known: Collection[str]) -> MadeVariant:
    """Move a result into the cache in one step, so that other processes never see a part of it."""
    ready, folder, format = beside / "ready", entry.folder, FORMATS[entry.dense.format]
    ready.mkdir()
    path = ready / f"model{format.suffixes[0]}"
    format.copy(made, path)
    meta = {
        "sha256": digest(format.files(path)),
        "changed": applied.changed,
        "notes": applied.notes,
        "sensitivities": to_builtins(applied.sensitivities),
        "made_of": entry.ingredients,
    }
    (ready / _META).write_text(json.dumps(meta, indent=1, sort_keys=True))
    for _ in range(2):
        try:
            ready.rename(folder)
            break
        except OSError:
            if not folder.is_dir():
                raise
        cached = entry.read(known)
        if cached is not None:  # another process was first
            return cached
        shutil.rmtree(folder)
    variant = entry.read()
    if variant is None:
        raise StoreError(f"The cache folder {folder.parent} does not keep what is written to it.")
    return variant
