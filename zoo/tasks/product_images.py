"""Product images: ten kinds of clothing on small grey pictures (Fashion-MNIST)."""

from __future__ import annotations

import itertools
import time
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from zoo import augmentation
from zoo.checkpoints import save_checkpoint
from zoo.fashion_mnist import FashionMnist, load
from zoo.image_recipes import RECIPES, Recipe
from zoo.product_images_data import write_data
from zoo.pruning import count_macs, prune_to_macs
from zoo.record import write_record
from zoo.tasks import Options
from zoo.training import accuracy, fit, predict, reestimate_batchnorm, seed_everything

TASK = "product-images"
SEED = 1
WEIGHT_DECAY = 0.02
INTENDED_USE = (
    "Comparing compression methods; a starting point for sorting product photographs of the same kind (one garment, "
    "centred, bright on black, 28×28 grey)."
)
LIMITS = (
    "Ten kinds of clothing only: anything else is put into one of them, often with confidence.",
    "Photographs from a shelf or a phone look different from these catalogue pictures; expect far less accuracy until "
    "the network is trained on your own.",
    "Shirt, T-shirt, pullover and coat are confused most: at this size people confuse them too.",
    "One training run with one seed: differences of a few tenths of a point between networks mean little.",
)

Part = tuple[Tensor, Tensor]
History = list[dict[str, float]]


class Parts(NamedTuple):
    """Inputs (N, 1, 28, 28) and labels (N,) of the three parts."""

    train: Part
    validation: Part
    test: Part


def run(options: Options) -> None:
    """Make data/product-images and every selected model under models/product-images."""
    make_task(load(options.fashion_mnist, options.cache), RECIPES, options)


def make_task(data: FashionMnist, recipes: Mapping[str, Recipe], options: Options) -> None:
    """Write the data folder, then make every selected model.

    Args:
        data: The split data set.
        recipes: Name of the model to how it is made.
        options: Folders and selected models.
    """
    cache = options.cache / TASK
    cache.mkdir(parents=True, exist_ok=True)
    write_data(options.data_folder(TASK), data)
    parts = Parts(*(to_tensors(part) for part in (data.train, data.validation, data.test)))
    for name, recipe in recipes.items():
        if options.selects(name):
            make(name, recipe, data, parts, options.model_folder(TASK, name), cache)


def to_tensors(part: tuple[np.ndarray, np.ndarray]) -> Part:
    """Model inputs, float32 (N, 1, 28, 28) in 0..1, and labels, int64 (N,)."""
    x, y = part
    return torch.from_numpy(x[:, None].astype(np.float32) / np.float32(255)), torch.from_numpy(y.astype(np.int64))


def make(name: str, recipe: Recipe, data: FashionMnist, parts: Parts, folder: Path, cache: Path) -> None:
    """Train one network and its pruned versions, or load them from the cache, then export and record them."""
    start = time.monotonic()
    dense, history = trained(name, recipe, parts, cache)
    networks, fine_tuning = {0: dense}, {}
    for nominal in recipe.prune:
        networks[nominal], fine_tuning[nominal] = pruned(name, recipe, nominal, dense, parts, cache)
    dense_macs = count_macs(dense, parts.test[0][:1])
    checkpoints = []
    for nominal, network in networks.items():
        entry = save_checkpoint(
            network,
            nominal,
            folder,
            parts.test,
            channel_last=True,
            dense_macs=dense_macs if nominal else None,
            validation_accuracy=accuracy(predict(network, parts.validation[0]), parts.validation[1]),
        )
        print(name, nominal, entry["removed_macs"], entry["test_accuracy"], flush=True)
        checkpoints.append(entry)
    write_record(
        folder,
        name=name,
        title=recipe.title,
        task=TASK,
        family=recipe.family,
        licence="MIT",
        summary=recipe.summary,
        input_shape=(28, 28, 1),
        input_dtype="float32",
        checkpoints=checkpoints,
        intended_use=INTENDED_USE,
        limits=LIMITS,
        training={
            "command": f"python -m zoo {TASK} --only {name}",
            "seed": SEED,
            "epochs": recipe.epochs,
            "optimizer": f"AdamW, decoupled weight decay {WEIGHT_DECAY}, one-epoch warm-up, cosine to zero",
            "lr": recipe.lr,
            "batch_size": recipe.batch_size,
            "augmentation": f"mirroring, shifts of up to {recipe.shift} pixels",
            "label_smoothing": recipe.label_smoothing,
            "distilled_from": None,
            "pruning": "whole channels by group L2 norm, the same share in every layer (torch-pruning), then "
            "fine-tuned on labels and the dense network's answers (distillation)",
            "fine_tuning_epochs": recipe.prune,
            "fine_tuning_lr": recipe.fine_tune_lr,
            "train_items": len(parts.train[0]),
            "validation_items": len(parts.validation[0]),
            "selected_on": "validation",
            "seconds": round(sum(entry["seconds"] for entry in itertools.chain(history, *fine_tuning.values()))),
            "data_sha256": data.sha256,
            "history": history,
            "fine_tuning_history": fine_tuning,
        },
    )
    print(f"{name}: {time.monotonic() - start:.0f} s", flush=True)


def trained(name: str, recipe: Recipe, parts: Parts, cache: Path) -> tuple[nn.Module, History]:
    """The dense network and its history; from the cache if the recipe is unchanged."""
    path = cache / f"{name}-{recipe.fingerprint()}.pt"
    if not path.is_file():
        seed_everything(SEED)
        model = recipe.build()
        history = _fit(model, recipe, parts, epochs=recipe.epochs, lr=recipe.lr, teacher_logits=None, label=name)
        torch.save((model, history), path)
    return torch.load(path, weights_only=False)  # written above; contains the whole module


def pruned(
    name: str, recipe: Recipe, nominal: int, dense: nn.Module, parts: Parts, cache: Path
) -> tuple[nn.Module, History]:
    """The network without ``nominal`` percent of its MACs, fine-tuned; from the cache if the recipe is unchanged."""
    epochs = recipe.prune[nominal]
    path = cache / f"{name}-{recipe.fingerprint()}-{nominal}-{epochs}.pt"
    if not path.is_file():
        seed_everything(SEED)
        example = parts.train[0][:1]
        smaller, share = prune_to_macs(
            dense, example, nominal / 100, ignored=[dense.classifier], round_to=recipe.round_to
        )
        print(f"{name} {nominal} %: removed {share:.3f}", flush=True)
        history = _fit(
            smaller,
            recipe,
            parts,
            epochs=epochs,
            lr=recipe.fine_tune_lr,
            teacher_logits=mirrored_logits(dense, parts.train[0]),
            label=f"{name} {nominal}",
        )
        torch.save((smaller, history), path)
    return torch.load(path, weights_only=False)


def mirrored_logits(teacher: nn.Module, x: Tensor) -> Tensor:
    """A teacher's logits (N, C), averaged over each picture and its mirror image."""
    return (predict(teacher, x) + predict(teacher, x.flip(-1))) / 2


def _fit(
    model: nn.Module,
    recipe: Recipe,
    parts: Parts,
    *,
    epochs: int,
    lr: float,
    teacher_logits: Tensor | None,
    label: str,
) -> History:
    history = fit(
        model,
        parts.train,
        epochs=epochs,
        batch_size=recipe.batch_size,
        lr=lr,
        weight_decay=WEIGHT_DECAY,
        augment=lambda x: augmentation.shift(augmentation.flip(x), recipe.shift),
        teacher_logits=teacher_logits,
        label_smoothing=recipe.label_smoothing,
        validation=parts.validation,
        log=lambda line: print(label, line, flush=True),
    )
    reestimate_batchnorm(model, parts.train[0])
    return history
