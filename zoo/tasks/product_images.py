"""Product images: which of ten kinds of clothing is on a small grey picture (Fashion-MNIST)."""

from __future__ import annotations

import functools
import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from zoo import augmentation
from zoo.fashion_mnist import FashionMnist, load
from zoo.masters import save_master
from zoo.networks.images import DSCNN, LeNet5, ResNet8
from zoo.product_images_data import write_data
from zoo.pruning import count_macs, prune_to_macs
from zoo.record import write_record
from zoo.tasks import Options
from zoo.training import accuracy, fit, predict, reestimate_batchnorm, seed_everything

TASK = "product-images"
SEED = 1


@dataclass(frozen=True)
class Recipe:
    """How one network is made. ``prune`` maps the nominal percentage of MACs removed to fine-tuning epochs."""

    title: str
    family: str
    summary: str
    build: Callable[[], nn.Module]
    epochs: int
    prune: tuple[tuple[int, int], ...]
    teacher: str | None = None
    lr: float = 3e-3
    fine_tune_lr: float = 2e-3
    batch_size: int = 128
    shift: int = 1
    cutout: int = 0
    label_smoothing: float = 0.05
    round_to: int = 8


RECIPES = {
    "lenet-5": Recipe(
        "LeNet-5",
        "lenet",
        "The classic of 1998: two convolution layers and three plain ones; most of its file is one big table.",
        LeNet5,
        epochs=10,
        prune=((30, 3), (50, 4), (70, 5)),
        teacher="resnet-8-wide",
        label_smoothing=0.0,
        round_to=2,
    ),
    "ds-cnn-0.25": Recipe(
        "DS-CNN ×0.25",
        "ds-cnn",
        "A tiny network made for microcontrollers; the smallest file here and the least accurate.",
        functools.partial(DSCNN, 0.25),
        epochs=8,
        prune=((30, 3), (50, 3), (70, 4)),
        teacher="resnet-8-wide",
        label_smoothing=0.0,
        round_to=4,
    ),
    "ds-cnn-0.5": Recipe(
        "DS-CNN ×0.5",
        "ds-cnn",
        "A small network made for microcontrollers, a good compromise between size and accuracy.",
        functools.partial(DSCNN, 0.5),
        epochs=10,
        prune=((30, 3), (50, 3), (70, 4)),
        teacher="resnet-8-wide",
        label_smoothing=0.0,
        round_to=4,
    ),
    "ds-cnn-1": Recipe(
        "DS-CNN ×1",
        "ds-cnn",
        "The full-width member of a family made for microcontrollers and phones.",
        functools.partial(DSCNN, 1.0),
        epochs=5,
        prune=((30, 2), (50, 2), (70, 3)),
        teacher="resnet-8-wide",
        label_smoothing=0.0,
    ),
    "resnet-8": Recipe(
        "ResNet-8",
        "resnet",
        "The image network of the MLPerf Tiny benchmark: looks at every pixel at full resolution, so it is slow.",
        ResNet8,
        epochs=6,
        prune=((30, 2), (50, 2), (70, 3)),
        round_to=4,
    ),
    "resnet-8-wide": Recipe(
        "ResNet-8 wide",
        "resnet",
        "ResNet-8 with twice the channels at half the resolution: the most accurate here, and it prunes well.",
        functools.partial(ResNet8, (32, 64, 128), 2),
        epochs=7,
        prune=((30, 2), (50, 2), (70, 3), (80, 4)),
    ),
}


def run(options: Options) -> None:
    """Makes data/product-images and every wanted model under models/product-images."""
    work = options.cache / TASK
    work.mkdir(parents=True, exist_ok=True)
    data = load(options.fashion_mnist, options.cache)
    write_data(options.data_folder(TASK), data)
    for name in RECIPES:
        if options.wants(name):
            make(name, data, options.model_folder(TASK, name), work)


def make(name: str, data: FashionMnist, folder: Path, work: Path) -> None:
    """Trains (or finds in ``work``) one network and its pruned versions, exports and records them."""
    recipe, started = RECIPES[name], time.monotonic()
    train, validation, test = (to_tensors(part) for part in (data.train, data.validation, data.test))
    example = test[0][:1]
    dense, history = trained(name, train, validation, work)
    dense_macs = count_macs(dense, example)
    masters = [
        save_master(
            dense,
            0,
            folder,
            test,
            channel_last=True,
            validation_accuracy=accuracy(predict(dense, validation[0]), validation[1]),
        )
    ]
    for nominal, epochs in recipe.prune:
        smaller = pruned(name, dense, nominal, epochs, train, validation, work)
        score = accuracy(predict(smaller, validation[0]), validation[1])
        masters.append(
            save_master(
                smaller, nominal, folder, test, channel_last=True, dense_macs=dense_macs, validation_accuracy=score
            )
        )
        print(name, nominal, masters[-1]["removed_macs"], masters[-1]["test_accuracy"], flush=True)
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
        masters=masters,
        intended_use="Comparing compression methods; a starting point for sorting product photographs of the same "
        "kind (one garment, centred, bright on black, 28×28 grey).",
        limits=[
            "Ten kinds of clothing only: anything else is put into one of them, often with confidence.",
            "Photographs from a shelf or a phone look different from these catalogue pictures; expect far less "
            "accuracy until the network is trained on your own.",
            "Shirt, T-shirt, pullover and coat are confused most: at this size people confuse them too.",
            "One training run with one seed: differences of a few tenths of a point between networks mean little.",
        ],
        training={
            "command": f"python -m zoo {TASK} --only {name}",
            "seed": SEED,
            "epochs": recipe.epochs,
            "optimizer": "AdamW, decoupled weight decay 0.02, one-epoch warm-up, cosine to zero",
            "lr": recipe.lr,
            "batch_size": recipe.batch_size,
            "augmentation": f"mirroring, shifts of up to {recipe.shift} pixels"
            + (f", cutout {recipe.cutout}" if recipe.cutout else ""),
            "label_smoothing": recipe.label_smoothing,
            "distilled_from": recipe.teacher,
            "pruning": "whole channels by group L2 norm, the same share in every layer (torch-pruning), then fine-tuned "
            f"from the dense network's answers for {dict(recipe.prune)} epochs at {recipe.fine_tune_lr}",
            "train_items": len(train[0]),
            "validation_items": len(validation[0]),
            "selected_on": "validation",
            "seconds": round(sum(entry["seconds"] for entry in history)),
            "data_sha256": data.sha256,
            "history": history,
        },
    )
    print(f"{name}: {time.monotonic() - started:.0f} s", flush=True)


def to_tensors(part: tuple[np.ndarray, np.ndarray]) -> tuple[Tensor, Tensor]:
    """Model inputs float32 (N, 1, 28, 28) in 0..1, and int64 labels."""
    x, y = part
    return torch.from_numpy(x[:, None].astype(np.float32) / np.float32(255)), torch.from_numpy(y.astype(np.int64))


def trained(
    name: str, train: tuple[Tensor, Tensor], validation: tuple[Tensor, Tensor], work: Path
) -> tuple[nn.Module, list[dict[str, float]]]:
    """The dense network and its history, from ``work`` if the same recipe was followed before."""
    recipe = RECIPES[name]
    path = work / f"{name}-{_fingerprint(recipe)}.pt"
    if not path.is_file():
        logits = answers(trained(recipe.teacher, train, validation, work)[0], train[0]) if recipe.teacher else None
        seed_everything(SEED)
        model = recipe.build()
        history = _fit(recipe, model, train, validation, recipe.epochs, recipe.lr, logits, name)
        torch.save((model, history), path)
    return torch.load(path, weights_only=False)  # our own file: it holds the whole module


def pruned(
    name: str,
    dense: nn.Module,
    nominal: int,
    epochs: int,
    train: tuple[Tensor, Tensor],
    validation: tuple[Tensor, Tensor],
    work: Path,
) -> nn.Module:
    """The network without ``nominal`` percent of its MACs, fine-tuned; from ``work`` if made before."""
    recipe = RECIPES[name]
    path = work / f"{name}-{_fingerprint(recipe)}-{nominal}-{epochs}.pt"
    if not path.is_file():
        seed_everything(SEED)
        smaller, share = prune_to_macs(
            dense, train[0][:1], nominal / 100, ignored=[dense.classifier], round_to=recipe.round_to
        )
        print(f"{name} {nominal} %: removed {share:.3f}", flush=True)
        history = _fit(
            recipe, smaller, train, validation, epochs, recipe.fine_tune_lr, answers(dense, train[0]), f"{name} {nominal}"
        )
        torch.save((smaller, history), path)
    return torch.load(path, weights_only=False)[0]


def answers(teacher: nn.Module, x: Tensor) -> Tensor:
    """A teacher's logits (N, C), averaged over each picture and its mirror image."""
    return (predict(teacher, x) + predict(teacher, x.flip(-1))) / 2


def _fit(
    recipe: Recipe,
    model: nn.Module,
    train: tuple[Tensor, Tensor],
    validation: tuple[Tensor, Tensor],
    epochs: int,
    lr: float,
    teacher_logits: Tensor | None,
    label: str,
) -> list[dict[str, float]]:
    history = fit(
        model,
        train,
        epochs=epochs,
        batch_size=recipe.batch_size,
        lr=lr,
        weight_decay=0.02,
        augment=lambda x: augmentation.cutout(augmentation.shift(augmentation.flip(x), recipe.shift), recipe.cutout),
        teacher_logits=teacher_logits,
        label_smoothing=recipe.label_smoothing,
        validation=validation,
        log=lambda line: print(label, line, flush=True),
    )
    reestimate_batchnorm(model, train[0])
    return history


def _fingerprint(recipe: Recipe) -> str:
    # The built network's text instead of the builder, whose repr holds a memory address; words do not matter.
    told = {key: value for key, value in vars(recipe).items() if key not in {"title", "summary", "prune", "build"}}
    teacher = _fingerprint(RECIPES[recipe.teacher]) if recipe.teacher else ""
    return hashlib.sha256(f"{recipe.build()}{told}{teacher}".encode()).hexdigest()[:10]
