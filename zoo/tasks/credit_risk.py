"""Credit risk: good or bad, from a row of numbers and categories; three small networks for tables."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from zoo.checkpoints import save_checkpoint
from zoo.credit_card import write_data
from zoo.credit_data import BANDS, CATEGORIES, PACKAGE, PACKAGE_SHA256, Applications, Part, encode, encoding, load
from zoo.networks.motion_pruning import prune_transformer
from zoo.networks.tabular import TabularMlp, TabularTransformer, WideAndDeep
from zoo.pruning import count_macs, prune_to_macs
from zoo.record import write_record
from zoo.tasks import Options
from zoo.training import balanced_accuracy, fit, predict, seed_everything

TASK = "credit-risk"
SEED = 1
NOMINAL = (30, 50, 70)
TRAINING = {"batch_size": 64, "weight_decay": 0.05}
DISTILLING = {"kd_weight": 0.7, "kd_temperature": 2.0}
INTENDED_USE = (
    "Comparing compression methods on tabular data of unequal classes, and seeing what compression does to age bands. "
    "Not for any decision on a real person."
)
LIMITS = (
    "Do not lend, refuse, price or rank by it: it was trained on 1,825 applications of a place and time that their "
    "source does not name, and nobody has examined it as the law asks of credit scoring.",
    "It is not given age or marital status, and may still be less often right for some ages: what else it is given "
    "goes with age.",
    "Its outputs are no probabilities of default: in training both classes weighed the same.",
    "An outcome is known only of loans that were given: it knows nothing of people who were refused.",
    "One training run with one seed: differences of a point between networks mean little.",
)

Shape = Sequence[int]


@dataclass(frozen=True)
class Recipe:
    """How one kind of network is made.

    Attributes:
        title: Title for people.
        family: Kind of network.
        summary: One sentence for people.
        build: Builds an untrained network for a number of inputs of each column.
        prune: Removes a share of its MACs.
        pruning: Description of ``prune``.
        epochs: Of the dense network, and of each pruned one.
        lr: Peak learning rate; half of it for pruned networks.
    """

    title: str
    family: str
    summary: str
    build: Callable[[Shape], nn.Module]
    prune: Callable[[nn.Module, Tensor, float], tuple[nn.Module, float]]
    pruning: str
    epochs: int
    lr: float


class Table(NamedTuple):
    """Inputs (N, F) float32, labels (N,), and age band (N,) of a part."""

    x: Tensor
    y: Tensor
    band: np.ndarray


def _prune_neurons(model: nn.Module, example: Tensor, removed: float) -> tuple[nn.Module, float]:
    outputs = [getattr(model, name) for name in ("classifier", "wide") if hasattr(model, name)]
    return prune_to_macs(model, example, removed, ignored=outputs)


_NEURONS = "neurons with the smallest group L2 norm, the same share in every layer (torch-pruning)"
RECIPES = {
    "mlp": Recipe(
        "Tabular MLP",
        "mlp",
        "Two layers of neurons, each of which looks at all answers of an application at once.",
        lambda columns: TabularMlp(sum(columns), (96, 48)),
        _prune_neurons,
        _NEURONS,
        epochs=30,
        lr=1e-3,
    ),
    "wide-and-deep": Recipe(
        "Wide and deep",
        "wide-and-deep",
        "A score sheet that adds points for answers and pairs of answers, helped by a small network.",
        lambda columns: WideAndDeep(columns, range(len(columns) - len(CATEGORIES), len(columns)), (64, 32)),
        _prune_neurons,
        f"{_NEURONS}; the score sheet stays whole",
        epochs=30,
        lr=1e-3,
    ),
    "transformer": Recipe(
        "Tabular transformer",
        "transformer",
        "Turns each answer of an application into a vector and weighs which answers belong together.",
        TabularTransformer,
        partial(prune_transformer, round_to=2),
        "attention heads and feed-forward neurons with the smallest weights; the residual stream keeps its width",
        epochs=30,
        lr=3e-3,
    ),
}


def run(options: Options) -> None:
    """Make ``data/credit-risk`` and ``models/credit-risk``."""
    make_task(load(options.cache), RECIPES, options)


def make_task(data: Applications, recipes: dict[str, Recipe], options: Options) -> None:
    """Write the data folder, then make every selected model.

    Args:
        data: The split applications.
        recipes: Name of the model to how it is made.
        options: Folders and selected models.
    """
    columns = encoding(data)
    write_data(options.data_folder(TASK), data, columns)

    def table(part: Part) -> Table:
        return Table(torch.from_numpy(encode(part.x, columns)), torch.from_numpy(part.y), part.band)

    parts = {name: table(getattr(data, name)) for name in ("train", "validation", "test")}
    widths = [len(column["values"]) if "values" in column else 1 + column["flagged"] for column in columns]
    for name, recipe in recipes.items():
        if options.selects(name):
            _make(name, recipe, widths, parts, options)


def _make(name: str, recipe: Recipe, widths: Shape, parts: dict[str, Table], options: Options) -> None:
    """Train, prune, export and record one network."""
    start = time.monotonic()
    train, test = parts["train"], parts["test"]
    seed_everything(SEED)
    dense = recipe.build(widths)
    histories = {"dense": _fit(dense, recipe, parts, name, lr=recipe.lr)}
    networks = {0: dense}
    teacher = predict(dense, train.x)
    for nominal in NOMINAL:
        seed_everything(SEED)
        networks[nominal], share = recipe.prune(dense, train.x[:1], nominal / 100)
        settings = {"teacher_logits": teacher, "lr": recipe.lr / 2, **DISTILLING}
        histories[f"pruned{nominal}"] = _fit(networks[nominal], recipe, parts, f"{name} {share:.3f}", **settings)
    dense_macs = count_macs(dense, train.x[:1])
    checkpoints = [
        save_checkpoint(
            network,
            nominal,
            options.model_folder(TASK, name),
            (test.x, test.y),
            channel_last=False,
            dense_macs=dense_macs if nominal else None,
            validation_accuracy=balanced_accuracy(predict(network, parts["validation"].x), parts["validation"].y),
            quality=balanced_accuracy,
        )
        for nominal, network in networks.items()
    ]
    bands = {band: _of_band(dense, test, band) for band in BANDS.values()}
    print(name, [(entry["validation_accuracy"], entry["test_accuracy"]) for entry in checkpoints], bands, flush=True)
    write_record(
        options.model_folder(TASK, name),
        name=name,
        title=recipe.title,
        task=TASK,
        family=recipe.family,
        licence="MIT",
        summary=recipe.summary,
        input_shape=[sum(widths)],
        input_dtype="float32",
        checkpoints=checkpoints,
        training=_training(name, recipe, parts, histories, time.monotonic() - start),
        intended_use=INTENDED_USE,
        limits=[
            *LIMITS,
            "Balanced accuracy of the dense network by age band on the test set: "
            + ", ".join(f"{band} {value:.1%}" for band, value in bands.items())
            + ".",
        ],
        more={"metric": "balanced accuracy", "bands": bands},
    )


def _fit(
    model: nn.Module, recipe: Recipe, parts: dict[str, Table], label: str, **settings: object
) -> list[dict[str, float]]:
    train, validation = parts["train"], parts["validation"]
    return fit(
        model,
        (train.x, train.y),
        epochs=recipe.epochs,
        sample_weight=(len(train.y) / (2 * torch.bincount(train.y)))[train.y],
        validation=(validation.x, validation.y),
        quality=balanced_accuracy,
        log=lambda line: print(f"{label}: {line}", flush=True),
        **TRAINING,
        **settings,
    )


def _of_band(network: nn.Module, test: Table, band: str) -> float:
    inside = torch.from_numpy(test.band == band)
    return round(balanced_accuracy(predict(network, test.x[inside]), test.y[inside]), 4)


def _training(
    name: str, recipe: Recipe, parts: dict[str, Table], histories: dict[str, list[dict[str, float]]], seconds: float
) -> dict[str, object]:
    return {
        "command": f"python -m zoo {TASK} --only {name}",
        "seed": SEED,
        "epochs": recipe.epochs,
        "epochs_after_pruning": recipe.epochs,
        "optimizer": "AdamW, one epoch warm-up, cosine decay",
        "lr": recipe.lr,
        **TRAINING,
        "class_weights": "both classes weigh the same",
        "distilled_from": None,
        "pruned_distilled_from": "the dense network (0.7 of the loss)",
        "pruning": recipe.pruning,
        "train_items": len(parts["train"].y),
        "validation_items": len(parts["validation"].y),
        "selected_on": "validation",
        "seconds": round(seconds),
        "data_sha256": {PACKAGE: PACKAGE_SHA256},
        "history": {part: [entry for entry in own if entry["epoch"] % 5 == 0] for part, own in histories.items()},
    }
