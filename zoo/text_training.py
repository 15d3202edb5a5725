"""Training on texts: batches of similar length, soft targets from human ratings."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import torch
from torch import Tensor, nn
from torch.nn import functional

#: Slope of the logistic map from mean rating to probability: 0.5, the weakest labelled rating, becomes 0.73.
STEEPNESS = 2.0
POOL = 50


def soft_targets(ratings: Tensor) -> Tensor:
    """Probabilities (N, 2) of negative and positive from mean human ratings (N,), -4 to 4.

    Ratings carry more information than labels, and include snippets that are too neutral for a label.
    """
    positive = torch.sigmoid(STEEPNESS * ratings)
    return torch.stack([1 - positive, positive], 1)


def length_batches(tokens: Tensor, batch_size: int, shuffle: bool) -> Iterator[tuple[Tensor, Tensor]]:
    """Yield indices and token ids truncated to the longest text of the batch; similar lengths save half the work."""
    lengths = (tokens != 0).sum(1)
    order = torch.randperm(len(tokens)) if shuffle else torch.arange(len(tokens))
    pools = order.split(batch_size * POOL) if shuffle else [order]
    batches = [batch for pool in pools for batch in pool[lengths[pool].argsort()].split(batch_size)]
    for position in torch.randperm(len(batches)) if shuffle else range(len(batches)):
        index = batches[int(position)]
        yield index, tokens[index, : max(1, int(lengths[index].max()))]


def fit_texts(
    model: nn.Module,
    tokens: Tensor,
    targets: Tensor,
    *,
    epochs: int,
    batch_size: int,
    lr: float,
    teacher_logits: Tensor | None = None,
    kd_weight: float = 0.5,
    weight_decay: float = 0.01,
    word_dropout: float = 0.0,
    unknown: int = 1,
    validation: tuple[Tensor, Tensor] | None = None,
    log: Callable[[str], object] = print,
) -> list[dict[str, float]]:
    """Train in place with AdamW: warm-up over a tenth of the steps, then linear decay to zero.

    Args:
        model: Network from ids (N, L) to logits (N, C), for any length.
        tokens: Token ids (N, L), 0 = padding.
        targets: Probabilities (N, C).
        epochs: Passes over the texts.
        batch_size: Texts per step.
        lr: Peak learning rate.
        teacher_logits: Logits (N, C) of a teacher for distillation.
        kd_weight: Weight of the teacher in the targets.
        weight_decay: For weights of two or more dimensions.
        word_dropout: Share of pieces replaced by ``unknown`` in training.
        unknown: Id of the unknown piece.
        validation: Ids and labels for the accuracy at the end of each epoch.
        log: Called with one line per epoch.

    Returns:
        One entry per epoch: epoch, loss, seconds and, with ``validation``, validation_accuracy.
    """
    if teacher_logits is not None:
        targets = (1 - kd_weight) * targets + kd_weight * torch.softmax(teacher_logits, 1)
    groups = [
        {"params": [p for p in model.parameters() if p.ndim > 1], "weight_decay": weight_decay},
        {"params": [p for p in model.parameters() if p.ndim <= 1], "weight_decay": 0.0},
    ]
    optimiser = torch.optim.AdamW(groups, lr=lr)
    total_steps = epochs * sum(1 for _ in length_batches(tokens, batch_size, shuffle=True))
    warm_up = max(1, total_steps // 10)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min((step + 1) / warm_up, max(0.0, (total_steps - step) / (total_steps - warm_up)))
    )
    history: list[dict[str, float]] = []
    for epoch in range(1, epochs + 1):
        start, total = time.monotonic(), 0.0
        model.train()
        for index, batch in length_batches(tokens, batch_size, shuffle=True):
            inputs = batch
            if word_dropout:
                dropped = (torch.rand(batch.shape) < word_dropout) & (batch != 0)
                inputs = batch.masked_fill(dropped, unknown)
            loss = functional.cross_entropy(model(inputs), targets[index])
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            total += float(loss.detach()) * len(index)
        entry = {"epoch": epoch, "loss": round(total / len(tokens), 4)}
        if validation is not None:
            classes = predict_texts(model, validation[0]).argmax(1)
            entry["validation_accuracy"] = round(float((classes == validation[1]).double().mean()), 4)
        entry["seconds"] = round(time.monotonic() - start, 1)
        history.append(entry)
        log(" ".join(f"{key}={value}" for key, value in entry.items()))
    model.eval()
    return history


@torch.no_grad()
def predict_texts(model: nn.Module, tokens: Tensor, batch_size: int = 128) -> Tensor:
    """Logits (N, C) in evaluation mode, in which the model stays."""
    model.eval()
    parts = [(index, model(batch)) for index, batch in length_batches(tokens, batch_size, shuffle=False)]
    logits = torch.empty(len(tokens), parts[0][1].shape[1])
    for index, part in parts:
        logits[index] = part
    return logits
