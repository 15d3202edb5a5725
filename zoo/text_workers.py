"""Gradients of one batch by several processes that share the network's weights.

On small products more threads slow torch down, the more so on a busy machine; processes with one thread each do not.
The answer is that of one process, up to dropout's random numbers and the order of sums.
"""

from __future__ import annotations

from multiprocessing.connection import Connection
from types import TracebackType

import numpy as np
import torch
from torch import Tensor, multiprocessing, nn
from torch.nn import functional


class GradientWorkers:
    """Context manager whose ``backward`` stands for the loss, its backward pass and nothing else.

    Args:
        model: Network from token ids to logits; its weights move to shared memory.
        count: Processes in all, this one included; with 1 none is started.
    """

    def __init__(self, model: nn.Module, count: int) -> None:
        self._model, self._count = model, count
        self._workers: list[tuple[multiprocessing.Process, Connection, list[Tensor]]] = []

    def __enter__(self) -> GradientWorkers:
        """Starts the processes."""
        context = multiprocessing.get_context("spawn")
        if self._count > 1:
            self._model.share_memory()
        for number in range(1, self._count):
            ours, theirs = context.Pipe()
            gradients = [torch.zeros_like(p).share_memory_() for p in self._model.parameters()]
            seed = torch.initial_seed() + number
            process = context.Process(target=_serve, args=(self._model, gradients, theirs, seed), daemon=True)
            process.start()
            self._workers.append((process, ours, gradients))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Ends the processes."""
        for process, pipe, _ in self._workers:
            pipe.send(None)
            process.join(timeout=10)

    def backward(self, tokens: Tensor, targets: Tensor) -> float:
        """Adds the gradient of the mean cross-entropy to the parameters' and returns that loss.

        Args:
            tokens: Token ids (N, L).
            targets: Probabilities (N, C).
        """
        shards = list(zip(tokens.chunk(self._count), targets.chunk(self._count), strict=True))
        busy = self._workers[: len(shards) - 1]
        for (_, pipe, _), (ids, wanted) in zip(busy, shards[1:], strict=True):
            pipe.send((ids.numpy(), wanted.numpy(), len(tokens)))
        loss = _backward(self._model, *shards[0], len(tokens))
        for _, pipe, gradients in busy:
            loss += pipe.recv()
            for parameter, gradient in zip(self._model.parameters(), gradients, strict=True):
                parameter.grad.add_(gradient)
        return loss


def _backward(model: nn.Module, tokens: Tensor, targets: Tensor, total: int) -> float:
    loss = functional.cross_entropy(model(tokens), targets, reduction="sum") / total
    loss.backward()
    return float(loss.detach())


def _serve(model: nn.Module, gradients: list[Tensor], pipe: Connection, seed: int) -> None:
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    model.train()
    for parameter, gradient in zip(model.parameters(), gradients, strict=True):
        parameter.grad = gradient
    job: tuple[np.ndarray, np.ndarray, int] | None
    while (job := pipe.recv()) is not None:
        for gradient in gradients:
            gradient.zero_()
        pipe.send(_backward(model, torch.from_numpy(job[0]), torch.from_numpy(job[1]), job[2]))
