"""Makes variants: applies a recipe's steps, and keeps what comes out by the hash of everything that went in."""

from __future__ import annotations

import functools
import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from odviz.compression import _host
from odviz.compression._artifact import check_artifact
from odviz.compression.base import Source
from odviz.compression.recipes import ResolvedStep, resolve
from odviz.domain.errors import FileRefused, OdvizError, RecipeError, StoreError
from odviz.domain.model import Artifact, Model
from odviz.domain.recipe import Recipe
from odviz.formats import FORMATS
from odviz.formats.base import digest, size_bytes
from odviz.tasks.base import Examples


@dataclass(frozen=True, slots=True)
class Made:
    """A variant's file.

    Attributes:
        artifact: with an absolute path.
        changed: False when no step of a recipe that has steps changed anything.
        notes: sentences worth showing beside the variant.
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
) -> Made:
    """Make a variant, or find it made already.

    Args:
        model: what is compressed.
        recipe: how; the base recipe gives the shipped file itself.
        format: of the file.
        cache: folder of made files, one sub-folder per content hash; made if missing.
        calibration: gives items from the training part; not called for the base recipe, once at most for others.

    Raises:
        UnknownName: the recipe names a method that does not exist.
        RecipeError: the recipe makes no sense, or cannot be applied to this model.
        IntegrityError: a shipped file is not the recorded one.
        StoreError: the cache cannot be written.
    """
    steps = resolve(recipe, format)
    shipped = _shipped(model, format)
    if not steps:
        return Made(shipped, changed=True)
    items = functools.cache(calibration)
    key, ingredients = _key(model, steps, format, items)
    place = cache.absolute() / key
    found = _cached(place, shipped)
    if found is not None:
        return found
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache, prefix=".making-") as scratch:
            result = _apply(model, steps, shipped, Path(scratch), items())
            return _keep(result, ingredients, shipped, Path(scratch), place)
    except OSError as error:
        raise StoreError(
            f"The variant {recipe.label!r} of {model.name} could not be kept in {cache}: {error.strerror or error}. "
            "Free some space or choose another cache folder; nothing that was there is lost."
        ) from error


def _shipped(model: Model, format: str) -> Artifact:
    """The dense checkpoint's file, compared with its record."""
    artifact = model.dense.artifacts.get(format)
    if artifact is None:
        existing = " and ".join(FORMATS[name].title for name in model.dense.artifacts) or "none"
        raise RecipeError(
            f"{model.name} has no file of the format {FORMATS[format].title}; its formats: {existing}.", format=format
        )
    check_artifact(artifact)
    return artifact


def _key(
    model: Model, steps: tuple[ResolvedStep, ...], format: str, items: Callable[[], Examples]
) -> tuple[str, Mapping[str, object]]:
    """A hash of everything that the bytes of the result depend on, and these things themselves."""
    ingredients: dict[str, object] = {
        "checkpoints": [
            [checkpoint.nominal, checkpoint.artifacts[format].sha256]
            for checkpoint in model.checkpoints
            if format in checkpoint.artifacts
        ],
        "steps": [[step.method.name, step.method.version, dict(step.options)] for step in steps],
        "libraries": {name: metadata.version(name) for name in FORMATS[format].packages},
    }
    if any(step.method.calibrated for step in steps):
        inputs = items().inputs
        digest = hashlib.sha256(f"{inputs.dtype} {inputs.shape}".encode())
        digest.update(inputs.tobytes())
        ingredients["calibration"] = digest.hexdigest()
    if any("auto" in dict(step.options).values() for step in steps):
        ingredients["host"] = {"int8 saturates": _host.saturates()}
    written = json.dumps(ingredients, sort_keys=True)
    return hashlib.sha256(written.encode()).hexdigest()[:32], ingredients


def _cached(place: Path, shipped: Artifact) -> Made | None:
    """What an earlier run kept, if its bytes are still what was kept."""
    format = FORMATS[shipped.format]
    path = place / f"model{format.suffixes[0]}"
    try:
        meta = json.loads((place / "meta.json").read_text())
        files = format.files(path)
        if digest(files) != meta["sha256"]:
            return None
        artifact = Artifact(str(path), meta["sha256"], size_bytes(files), shipped.format, shipped.layout)
        return Made(artifact, bool(meta["changed"]), tuple(meta["notes"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


@dataclass(frozen=True, slots=True)
class _Result:
    path: Path
    changed: bool
    notes: tuple[str, ...]


def _apply(
    model: Model,
    steps: tuple[ResolvedStep, ...],
    shipped: Artifact,
    scratch: Path,
    items: Examples,
) -> _Result:
    current, changed = Path(shipped.path), False
    notes: list[str] = []
    for index, step in enumerate(steps):
        target = scratch / f"step{index}{FORMATS[shipped.format].suffixes[0]}"
        source = Source(current, shipped.format, shipped.layout, model, index == 0, items)
        try:
            applied = step.method.apply(source, target, dict(step.options))
        except (OdvizError, OSError):
            raise
        except Exception as error:  # the converters behind the methods raise anything on a graph they do not know
            raise RecipeError(
                f"'{step}' cannot be applied to {model.name} ({shipped.format}): {error}",
                recipe=str(step),
                method=step.method.name,
                format=shipped.format,
            ) from error
        if applied.changed:
            current, changed = target, True
            notes += applied.notes
        else:
            reason = " ".join(applied.notes) or "The model has nothing that it applies to."
            notes.append(f"{step} changed nothing: {reason}")
    try:
        FORMATS[shipped.format].validate(current)
    except FileRefused as error:
        written = "+".join(map(str, steps))
        raise RecipeError(
            f"A compression step wrote an invalid file: {error}", recipe=written, format=shipped.format
        ) from error
    return _Result(current, changed, tuple(notes))


def _keep(result: _Result, ingredients: Mapping[str, object], shipped: Artifact, scratch: Path, place: Path) -> Made:
    """Move a result into the cache in one step, so that nobody ever sees half of it."""
    ready, format = scratch / "ready", FORMATS[shipped.format]
    ready.mkdir()
    path = ready / f"model{format.suffixes[0]}"
    format.copy(result.path, path)
    meta = {
        "sha256": digest(format.files(path)),
        "changed": result.changed,
        "notes": result.notes,
        "made_of": ingredients,
    }
    (ready / "meta.json").write_text(json.dumps(meta, indent=1, sort_keys=True))
    for _ in range(2):
        try:
            ready.rename(place)
            break
        except OSError:
            if not place.is_dir():
                raise
        found = _cached(place, shipped)
        if found is not None:  # another process was first
            return found
        shutil.rmtree(place)
    made = _cached(place, shipped)
    if made is None:
        raise StoreError(f"The cache folder {place.parent} does not keep what is written to it.")
    return made
