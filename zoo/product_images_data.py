"""Data folder of product-images: arrays, labels, data card and Croissant metadata."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from zoo.croissant import write_croissant
from zoo.fashion_mnist import CLASSES, NEAR, PACKAGE, SPLIT_SEED, FashionMnist
from zoo.record import write_arrays, write_labels

CALIBRATION = 512
CITATION = (
    "Han Xiao, Kashif Rasul, Roland Vollgraf: Fashion-MNIST: a Novel Image Dataset for Benchmarking Machine "
    "Learning Algorithms. arXiv:1708.07747 (2017)"
)
HOMEPAGE = "https://github.com/zalandoresearch/fashion-mnist"
LIMITS = (
    "Catalogue pictures of one European online shop around 2017: one garment, no people, cut out, bright on black, "
    "shrunk to 28×28 grey. Photographs taken in a shop look different.",
    "Ten kinds only, all equally frequent, which no real shop has.",
    "Labels were given by the shop's own staff for its catalogue; some are arguable (shirt against T-shirt, pullover "
    "or coat).",
    "A model that is best here need not be best on colour photographs of other goods.",
)


def write_data(folder: Path, data: FashionMnist) -> None:
    """Write every file of ``data/product-images``; equal splits give equal bytes."""
    x, y = data.test
    write_arrays(folder / "test.npz", x, y)
    # The training part is in random order, so its head is a random sample.
    write_arrays(folder / "calibration.npz", data.train[0][:CALIBRATION], data.train[1][:CALIBRATION])
    write_labels(folder, CLASSES, None)
    write_croissant(
        folder,
        name="product-images",
        title="Product images (Fashion-MNIST)",
        description=f"The whole test set of Fashion-MNIST ({len(x)} pictures) and {CALIBRATION} pictures of its "
        "training set for calibrating quantizers. 28×28 grey pictures of ten kinds of clothing.",
        licence="https://spdx.org/licenses/MIT",
        citation=CITATION,
        homepage=HOMEPAGE,
        version="1.0.0",
        published="2017-08-25",
        creators=("Han Xiao", "Kashif Rasul", "Roland Vollgraf"),
        classes=CLASSES,
        fields={
            "x": ("sc:Integer", "grey values 0 (background) to 255, uint8 (N, 28, 28)"),
            "y": ("sc:Integer", "class index, int16 (N,)"),
            "group": ("sc:Text", "always empty: the source does not say which pictures belong together"),
        },
        rai={"dataLimitations": " ".join(LIMITS), "personalSensitiveInformation": "None: garments without people."},
    )
    (folder / "README.md").write_text(_card(folder, data), encoding="utf-8")


def _card(folder: Path, data: FashionMnist) -> str:
    x, y = data.test
    counts = np.bincount(y, minlength=len(CLASSES))
    test_repeats = len(x) - len(np.unique(x.reshape(len(x), -1), axis=0))
    classes = ", ".join(f"{name} ({count:,})" for name, count in zip(CLASSES, counts, strict=True))
    near = "; ".join(f"≤ {limit}: {int((data.nearest <= limit).sum())}" for limit in (4, 8, 12, 16))
    return "\n".join(
        [
            "# Product images",
            "",
            "Which of ten kinds of clothing is on the picture? Fashion-MNIST, by Zalando Research.",
            "",
            "| file | content | size |",
            "|---|---|---|",
            *[
                f"| `{name}` | {text} | {(folder / name).stat().st_size:,} bytes |"
                for name, text in {
                    "test.npz": f"all {len(x):,} test pictures; never used for training, choosing or calibrating",
                    "calibration.npz": f"{CALIBRATION} pictures of the training part, for calibrating quantizers",
                    "labels.json": "class names in order",
                    "croissant.json": "the same facts for machines (Croissant 1.0)",
                }.items()
            ],
            "",
            'Arrays: `x` uint8 (N, 28, 28), grey, 0 = background; `y` int16 class index; `group` "" (no groups known).',
            "Model input: `x / 255` as float32, shape (1, 28, 28, 1) channel-last or (1, 1, 28, 28) channel-first.",
            "",
            f"Classes (test pictures): {classes}.",
            "",
            "## Source and licence",
            "",
            f"Debian package `{PACKAGE}` 0.0~git20200523; MIT licence (Debian calls it Expat), copyright 2017 Zalando "
            f"SE. Original: {HOMEPAGE}. Cite: {CITATION}.",
            "",
            "## Split and duplicates",
            "",
            f"Training {len(data.train[0]):,}, validation {len(data.validation[0]):,} (random, seed {SPLIT_SEED}, from "
            f"the original 60,000), test {len(x):,} (the original one).",
            "",
            f"- Byte-for-byte copies of test pictures in the training set: {data.exact} (SHA-256 of the pixels).",
            f"- Near-identical ones (root-mean-square difference to the nearest test picture ≤ {NEAR:g} of 255, all "
            f"600 million pairs compared): {data.near}, removed from training and validation.",
            f"- Training pictures by distance to the nearest test picture: {near}. Pairs above {NEAR:g} were kept: "
            "they are mostly different photographs of plain, similar garments.",
            f"- Byte-for-byte repeats inside the training set: {data.repeats} (would be removed); inside the test set: "
            f"{test_repeats} (would be kept, so that results compare with published ones).",
            "- Near copies inside the test set (pixels that correlate by 0.995 or more, see `odviz data "
            "product-images`): pictures 2115 and 4926, 802 and 9921, counted from 0; kept, too.",
            "- Not searched: the same garment photographed again, mirrored or shifted.",
            "",
            "## Biases and limits",
            "",
            *[f"- {limit}" for limit in LIMITS],
            "",
            "Generated by `python -m zoo product-images`.",
            "",
        ]
    )
