"""Structured pruning to a target share of MACs.

torch-pruning (Fang et al. 2023, DepGraph) removes whole channels and keeps layers that share channels consistent. The
pruning ratio for the target is found by bisection, because MACs fall only roughly with its square.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence

import torch
import torch_pruning
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

IMPORTANCE = {
    "group_l1": lambda: torch_pruning.importance.GroupMagnitudeImportance(p=1),
    "group_l2": lambda: torch_pruning.importance.GroupMagnitudeImportance(p=2),
    "bn_scale": torch_pruning.importance.BNScaleImportance,
    "random": torch_pruning.importance.RandomImportance,
}


@torch.no_grad()
def count_macs(model: nn.Module, example: Tensor) -> int:
    """Multiply-accumulates of matrix products and convolutions at batch 1."""
    model.eval()
    with FlopCounterMode(display=False) as counter:
        model(example)
    return counter.get_total_flops() // 2


def prune_to_macs(
    model: nn.Module,
    example: Tensor,
    removed: float,
    *,
    ignored: Sequence[nn.Module] = (),
    importance: str = "group_l2",
    global_pruning: bool = False,
    max_ratio: float = 0.9,
    round_to: int | None = None,
    steps: int = 12,
    **pruner_options: object,
) -> tuple[nn.Module, float]:
    """Remove channels from a copy of the model until about a share of the MACs is removed.

    Args:
        model: Dense network; left unchanged.
        example: One input (1, ...), for tracing.
        removed: Share of MACs to remove, 0 to 1.
        ignored: Modules of ``model`` whose outputs keep their size (usually the classifier).
        importance: Key of ``IMPORTANCE``.
        global_pruning: Rank channels of all layers together instead of within each layer.
        max_ratio: Largest share of channels one layer may lose.
        round_to: Keep channel counts multiples of this.
        steps: Bisection steps; the result nearest to the target is returned.
        pruner_options: Passed to ``torch_pruning.pruner.BasePruner`` (``num_heads``, ...).

    Returns:
        The smaller network before fine-tuning, and the share of MACs removed.

    Raises:
        ValueError: ``removed`` is not between 0 and 1.
    """
    if not 0 < removed < 1:
        raise ValueError(f"removed must be between 0 and 1, not {removed}")
    dense = count_macs(model, example)
    ignored_names = [name for name, module in model.named_modules() if any(module is layer for layer in ignored)]
    low, high, best, best_share = 0.0, 1.0, None, -1.0
    for _ in range(steps):
        ratio = (low + high) / 2
        smaller = copy.deepcopy(model)
        pruner = torch_pruning.pruner.BasePruner(
            smaller,
            example,
            importance=IMPORTANCE[importance](),
            pruning_ratio=ratio,
            global_pruning=global_pruning,
            max_pruning_ratio=max_ratio,
            round_to=round_to,
            ignored_layers=[smaller.get_submodule(name) for name in ignored_names],
            **pruner_options,
        )
        pruner.step()
        share = 1 - count_macs(smaller, example) / dense
        if best is None or abs(share - removed) < abs(best_share - removed):
            best, best_share = smaller, share
        low, high = (ratio, high) if share < removed else (low, ratio)
    assert best is not None
    return best, best_share
