"""Training on texts of unequal length: batches of similar length cut to the longest, targets from human ratings."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import torch
from torch import Tensor, nn
from torch.nn import functional

#: Steepness of the map from a mean rating to a probability: 0.5, the weakest labelled rating, becomes 0.73.
STEEPNESS = 2.0
POOL = 50


def soft_targets(ratings: Tensor) -> Tensor:
    """Probabilities (N, 2) of negative and positive from mean human ratings (N,), -4 to 4.

    A rating says more than its sign: training on it also uses the snippets too neutral to carry a label.
    """
    positive = torch.sigmoid(STEEPNESS * ratings)
    return torch.stack([1 - positive, positive], 1)


def length_batches(tokens: Tensor, batch_size: int, shuffle: bool) -> Iterator[tuple[Tensor, Tensor]]:
    """Yields indices and token ids cut to the batch's longest text; lengths are alike, which saves half the work."""
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
    """Trains in place: AdamW, a tenth of the steps warming up, then linear decay to zero.

    Args:
        model: Network from ids (N, L) to logits (N, C); must accept any length.
        tokens: Token ids (N, L), 0 = padding.
        targets: Probabilities (N, C).
        epochs: Passes over the texts.
        batch_size: Texts a step.
        lr: Peak learning rate.
        teacher_logits: Answers (N, C) of a teacher to learn from as well.
        kd_weight: Share of the teacher in the loss.
        weight_decay: For weights of two or more dimensions.
        word_dropout: Share of pieces replaced by ``unknown`` in training.
        unknown: The id of the unknown piece.
        validation: Ids and labels; the accuracy goes into the history.
        log: Receives one line an epoch.

    Returns:
        One entry an epoch: epoch, loss, seconds and, with ``validation``, validation_accuracy.
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
        started, total = time.monotonic(), 0.0
        model.train()
        for index, batch in length_batches(tokens, batch_size, shuffle=True):
            shown = batch
            if word_dropout:
                hidden = (torch.rand(batch.shape) < word_dropout) & (batch != 0)
                shown = batch.masked_fill(hidden, unknown)
            loss = functional.cross_entropy(model(shown), targets[index])
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            total += float(loss.detach()) * len(index)
        entry = {"epoch": epoch, "loss": round(total / len(tokens), 4)}
        if validation is not None:
            answers = predict_texts(model, validation[0]).argmax(1)
            entry["validation_accuracy"] = round(float((answers == validation[1]).double().mean()), 4)
        entry["seconds"] = round(time.monotonic() - started, 1)
        history.append(entry)
        log(" ".join(f"{key}={value}" for key, value in entry.items()))
    model.eval()
    return history


@torch.no_grad()
def predict_texts(model: nn.Module, tokens: Tensor, batch_size: int = 128) -> Tensor:
    """Logits (N, C) in evaluation mode; leaves the model in it."""
    model.eval()
    parts = [(index, model(batch)) for index, batch in length_batches(tokens, batch_size, shuffle=False)]
    logits = torch.empty(len(tokens), parts[0][1].shape[1])
    for index, answers in parts:
        logits[index] = answers
    return logits
