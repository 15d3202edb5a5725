"""Credit applications of R's ``modeldata``: Debian's package, split by applicant, and the encoding of the inputs."""

from __future__ import annotations

import gzip
import io
import lzma
import subprocess
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from zoo.fetch import verified

PACKAGE, VERSION = "r-cran-modeldata", "1.1.0-1"
PACKAGE_SHA256 = "66c2e08bb4bf695d972b1e72ea44d5af9ada3c42841793d3871017f7b896bf95"
DATABASE = "./usr/lib/R/site-library/modeldata/data/Rdata"
TABLE = "credit_data"

OUTCOME, AGE = "Status", "Age"
CLASSES = {"good": "good risk", "bad": "bad risk"}
#: What describes the applicant. Rows that agree in all of these may be one person who applied again.
APPLICANT = ("Seniority", "Home", "Records", "Job", "Expenses", "Income", "Assets", "Debt")
#: What networks are given, in order. Age and marital status are not among it.
NUMBERS = ("Seniority", "Time", "Expenses", "Income", "Assets", "Debt", "Amount", "Price")
CATEGORIES = ("Home", "Records", "Job")
MISSING = -1
#: Least age of each band, and its name.
BANDS = {18: "18 to 24", 25: "25 to 34", 35: "35 to 44", 45: "45 to 54", 55: "55 and over"}
SPLIT_SEED, VALIDATION = 14, 400


@dataclass(frozen=True)
class Part:
    """Some applications.

    Attributes:
        x: Raw values (N, columns), int32: numbers, then indices of categories; `MISSING` where there is none.
        y: Index of the class, int64 (N,).
        band: Name of the age band (N,).
    """

    x: np.ndarray
    y: np.ndarray
    band: np.ndarray

    def take(self, rows: np.ndarray) -> Part:
        """The part with these rows."""
        return Part(self.x[rows], self.y[rows], self.band[rows])

    def __len__(self) -> int:
        return len(self.y)


@dataclass(frozen=True)
class Applications:
    """The split.

    Attributes:
        repeats: Rows that equalled another one in every column, and were removed.
        alike: Rows that agree with another one in everything about the applicant.
        categories: Categories of each column in ``CATEGORIES``.
    """

    train: Part
    validation: Part
    test: Part
    repeats: int
    alike: int
    categories: Mapping[str, tuple[str, ...]]


def load(cache: Path) -> Applications:
    """Download Debian's package if needed, check its SHA-256, and split its table.

    Raises:
        ValueError: The package has another SHA-256.
    """
    return split(read_table(_debian(cache)))


def split(table: pd.DataFrame) -> Applications:
    """Half of the applications for testing; rows that may be of one applicant stay together.

    Args:
        table: ``credit_data``.
    """
    rows = table.drop_duplicates()
    applicant = rows.groupby(list(APPLICANT), dropna=False, observed=True).ngroup().to_numpy()
    sizes = np.bincount(applicant)
    shuffled = np.random.default_rng(SPLIT_SEED).permutation(len(sizes))
    # Positions of whole applicants in random order; each part takes those that begin within its share.
    begins = np.empty(len(sizes), np.int64)
    begins[shuffled] = np.cumsum(sizes[shuffled]) - sizes[shuffled]
    position, testing = begins[applicant], len(rows) // 2
    whole = _part(rows)
    return Applications(
        train=whole.take(position >= testing + VALIDATION),
        validation=whole.take((position >= testing) & (position < testing + VALIDATION)),
        test=whole.take(position < testing),
        repeats=len(table) - len(rows),
        alike=int((sizes[applicant] > 1).sum()),
        categories={column: tuple(rows[column].cat.categories) for column in CATEGORIES},
    )


def encoding(data: Applications) -> list[dict[str, object]]:
    """How raw values become inputs, column by column; means and spreads are those of the training part.

    A number is replaced by the logarithm of 1 + its value, less the mean, over the spread: 0 where it is missing. It is
    followed by a 1 where it is missing, else 0, if the training part lacks some. A category becomes one 0 or 1 for each
    of its values; all are 0 where it is missing.
    """
    columns: list[dict[str, object]] = []
    for name, raw in zip(NUMBERS, data.train.x.T, strict=False):
        known = np.log1p(raw[raw != MISSING].astype(float))
        flagged = bool((raw == MISSING).any())
        columns.append({"name": name, "mean": round(known.mean(), 6), "std": round(known.std(), 6), "flagged": flagged})
    columns += [{"name": name, "values": list(data.categories[name])} for name in CATEGORIES]
    return columns


def encode(x: np.ndarray, columns: list[dict[str, object]]) -> np.ndarray:
    """Inputs, float32 (N, F), of raw values (N, columns); see `encoding`. odviz has the same in its task."""
    parts = []
    for column, raw in zip(columns, x.T, strict=True):
        if "values" in column:
            parts.append(raw[:, None] == np.arange(len(column["values"])))
            continue
        missing = raw == MISSING
        scaled = (np.log1p(np.where(missing, 0, raw)) - column["mean"]) / column["std"]
        parts.append(np.where(missing, 0, scaled)[:, None])
        if column["flagged"]:
            parts.append(missing[:, None])
    return np.concatenate(parts, axis=1).astype(np.float32)


def read_table(package: Path) -> pd.DataFrame:
    """``credit_data`` from the files that R loads lazily: an index of places, and objects compressed one by one."""
    import rdata

    listing = subprocess.run(["dpkg-deb", "--fsys-tarfile", package], check=True, capture_output=True).stdout
    with tarfile.open(fileobj=io.BytesIO(listing)) as files:
        index, objects = (files.extractfile(f"{DATABASE}.{suffix}").read() for suffix in ("rdx", "rdb"))
    places = rdata.conversion.convert(rdata.parser.parse_data(gzip.decompress(index), extension=".rds"))["variables"]
    start, length = map(int, places[TABLE])
    # Four bytes of length and the letter Z come before a raw LZMA2 stream.
    stream = [{"id": lzma.FILTER_LZMA2, "preset": 6}]
    content = lzma.decompress(objects[start + 5 : start + length], lzma.FORMAT_RAW, filters=stream)
    return rdata.conversion.convert(rdata.parser.parse_data(content, extension=".rds"))


def _debian(cache: Path) -> Path:
    """Debian's package: from ``debian`` in the cache, where a person without ``apt-get`` may put it, or downloaded."""
    folder = cache / "debian"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{PACKAGE}_{VERSION}_all.deb"
    if not path.exists():
        subprocess.run(["apt-get", "download", "-q", f"{PACKAGE}={VERSION}"], check=True, cwd=folder)
    return verified(path, PACKAGE_SHA256)


def _part(rows: pd.DataFrame) -> Part:
    numbers = [rows[name].fillna(MISSING).to_numpy(np.int32) for name in NUMBERS]
    categories = [rows[name].cat.codes.to_numpy(np.int32) for name in CATEGORIES]  # -1 where missing
    band = np.searchsorted(list(BANDS), rows[AGE].to_numpy(np.int64), side="right") - 1
    outcome = rows[OUTCOME].map({name: place for place, name in enumerate(CLASSES)})
    return Part(
        np.stack(numbers + categories, axis=1), outcome.to_numpy(np.int64), np.array(list(BANDS.values()))[band]
    )
