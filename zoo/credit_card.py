"""Data folder of credit-risk: applications, their encoding, metadata and data card."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from zoo.credit_data import (
    APPLICANT,
    BANDS,
    CATEGORIES,
    CLASSES,
    MISSING,
    NUMBERS,
    PACKAGE,
    PACKAGE_SHA256,
    SPLIT_SEED,
    VERSION,
    Applications,
    Part,
    encode,
)
from zoo.croissant import write_croissant
from zoo.record import exact_matches, nearest_distance, write_arrays, write_labels

CALIBRATION_ITEMS, CALIBRATION_SEED = 512, 1
CITATION = (
    "credit_data in modeldata 1.1.0 (Max Kuhn, Posit Software), after a data mining course at the Universitat "
    "Politècnica de Catalunya (Lluís A. Belanche Muñoz, Tomàs Aluja), by way of Gaston Sanchez's CreditScoring"
)
LICENCE = (
    "MIT, as the package that carries the data (copyright 2019 Max Kuhn, RStudio; its file of licences names no other "
    "for the data). The original publisher, a university course, stated no licence that is known."
)
MEANINGS = {
    "Seniority": "years in the job",
    "Time": "months over which the loan is paid back",
    "Expenses": "spent each month",
    "Income": "earned each month",
    "Assets": "owned",
    "Debt": "owed already",
    "Amount": "asked for",
    "Price": "of the goods to be bought",
    "Home": "how the applicant lives",
    "Records": "whether there are records of the applicant",
    "Job": "kind of employment",
}


def write_data(folder: Path, data: Applications, columns: list[dict[str, object]]) -> None:
    """Write all files of the data folder.

    Args:
        folder: ``data/credit-risk``.
        data: The split applications.
        columns: How raw values become inputs, from ``zoo.credit_data.encoding``.
    """
    chosen = np.random.default_rng(CALIBRATION_SEED).choice(len(data.train), CALIBRATION_ITEMS, replace=False)
    calibration = data.train.take(np.sort(chosen))
    for name, part in (("test", data.test), ("calibration", calibration)):
        write_arrays(folder / f"{name}.npz", part.x, part.y, part.band)
    write_labels(folder, tuple(CLASSES.values()), "age band", columns=columns)
    _write_croissant(folder, data)
    (folder / "README.md").write_text(_card(folder, data, columns), encoding="utf-8")


def _card(folder: Path, data: Applications, columns: list[dict[str, object]]) -> str:
    test, train = (encode(part.x, columns) for part in (data.test, data.train))
    distance, nearest = nearest_distance(test, train)
    return (
        Path(__file__)
        .with_suffix(".md")
        .read_text(encoding="utf-8")
        .format(
            package=PACKAGE,
            version=VERSION,
            sha256=PACKAGE_SHA256,
            citation=CITATION,
            licence=LICENCE,
            total=sum(map(len, (data.train, data.validation, data.test))) + data.repeats,
            repeats=data.repeats,
            alike=data.alike,
            applicant=", ".join(APPLICANT),
            seed=SPLIT_SEED,
            train_items=len(data.train),
            validation_items=len(data.validation),
            items=len(data.test),
            good=1 - data.test.y.mean(),
            bands=_band_table(data.test),
            columns=_column_table(data.test, columns),
            inputs=test.shape[1],
            missing=MISSING,
            same=int(exact_matches(test, train).sum()),
            closest=float(distance.min()),
            same_class=float((data.train.y[nearest] == data.test.y).mean()),
            test_bytes=(folder / "test.npz").stat().st_size,
            calibration_items=CALIBRATION_ITEMS,
            calibration_bytes=(folder / "calibration.npz").stat().st_size,
        )
    )


def _band_table(test: Part) -> str:
    rows = [["age", "test items", *CLASSES.values(), "share of bad risks"], ["---"] * 5]
    for band, inside in [*((name, test.band == name) for name in BANDS.values()), ("**all**", test.y >= 0)]:
        counts = np.bincount(test.y[inside], minlength=len(CLASSES))
        rows.append([band, *map(str, (counts.sum(), *counts)), f"{counts[1] / counts.sum():.0%}"])
    return _markdown(rows)


def _column_table(test: Part, columns: list[dict[str, object]]) -> str:
    rows = [["column", "what it is", "values", "missing in the test set", "inputs"], ["---"] * 5]
    for column, raw in zip(columns, test.x.T, strict=True):
        name, known = str(column["name"]), raw[raw != MISSING]
        values = column.get("values")
        said = ", ".join(values) if values else f"{known.min():,} to {known.max():,}"
        width = len(values) if values else 1 + column["flagged"]
        rows.append([name, MEANINGS[name], said, str((raw == MISSING).sum()), str(width)])
    return _markdown(rows)


def _markdown(rows: list[list[str]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _write_croissant(folder: Path, data: Applications) -> None:
    names: Mapping[str, str] = {"numbers": ", ".join(NUMBERS), "categories": ", ".join(CATEGORIES)}
    write_croissant(
        folder,
        name="credit-risk",
        title="Credit risk (credit_data of modeldata)",
        description=f"{len(data.test)} loan applications held out for testing and {CALIBRATION_ITEMS} of the training "
        "part, each a good or a bad risk, with the applicant's age band. Split so that applications that may be of one "
        "person stay together. For measuring models, not for decisions on people.",
        licence=LICENCE,
        citation=CITATION,
        homepage="https://modeldata.tidymodels.org",
        version="1.0.0",
        published="2023-01-25",
        creators=["Lluís A. Belanche Muñoz", "Gaston Sanchez", "Max Kuhn"],
        classes=tuple(CLASSES.values()),
        fields={
            "x": (
                "sc:Integer",
                f"int32 (N, {len(NUMBERS) + len(CATEGORIES)}): the numbers {names['numbers']}, then indices of the "
                f"categories {names['categories']}; {MISSING} is missing",
            ),
            "y": ("sc:Integer", "class index, int16 (N,): 0 good risk, 1 bad risk"),
            "group": ("sc:Text", "age band of the applicant, such as 18 to 24"),
        },
        rai={
            "dataLimitations": "Place, time, lender and currency are not named, nor what makes a risk bad; people who "
            "were refused are not among them. Of no use for decisions on people.",
            "personalSensitiveInformation": "Financial circumstances of people without names. Age is kept as a band, "
            "for examining fairness only; marital status is left out.",
            "dataUseCases": "Comparing compressed models, and what compression does to groups of people.",
        },
    )
