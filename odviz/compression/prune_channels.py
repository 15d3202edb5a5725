"""Structured pruning without training: whole channels are removed, with everything that depends on them.

What can only be removed together is found by `_channels`. The set goes first that makes the least error in the layers
that read it for the work that it saves, until the requested share of the multiply-accumulates is gone. The weights that
stay are fitted to calibration items, first layer by layer (`_reconstruction`), then, where it helps, each after those
before it (`_refit`). The network is smaller and truly faster. What it loses is told from the other half of the items.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from copy import deepcopy
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from odviz.arrays import Bools
from odviz.compression._channels import ChannelGraph, Ids
from odviz.compression._comparison import Comparison, halves
from odviz.compression._distill import distill, need_torch
from odviz.compression._onnx_prepare import QUANTIZED, is_quantized, load, read, save
from odviz.compression._onnx_rewrite import replace_nodes
from odviz.compression._ort import Feeds
from odviz.compression._quantizers import MAX_ITEMS
from odviz.compression._reconstruction import SummingLayer, store, summing_layers
from odviz.compression._refit import fit
from odviz.compression.base import Applied, Conversion, Example, Method, ModelSource, Option
from odviz.formats.onnx_graph import forget_shapes
from odviz.formats.onnx_work import fold, macs_by_operator
from odviz.library.items import shapes
from odviz.units import percent

NAME = "prune-channels"

Mask = Bools

LEAST_KEPT = 0.1
"""Share of the channels of every layer that stays."""

_STEPS = 200
"""How often errors are estimated anew while channels are removed, at least."""

_WORK = 1e11
"""Multiply-accumulates of the inferences with which all layers are fitted, unless the items are fewer or more."""

_SHORT = 0.01
"""By how much the share of the work that was removed may be below the requested one without a note."""

_FEWEST_ITEMS, _MOST_ITEMS = 16, 256


def _onnx(source: ModelSource, target: Path, options: Mapping[str, str]) -> Applied:
    model = fold(load(source))
    if is_quantized(model):
        return QUANTIZED
    distills = options["distill"] == "yes"
    if distills:
        need_torch()
    batch = source.layout.batches(shapes(source.calibration.inputs))
    fitted, judged = halves(source)
    macs = macs_by_operator(model, batch)
    items = int(min(max(_WORK / (max(sum(macs.values()), 1) * max(len(macs), 1)), _FEWEST_ITEMS), _MOST_ITEMS))
    feeds = list(Feeds(fitted, model.graph.input, items))
    graph, original = ChannelGraph(model, batch), deepcopy(model)
    layers = summing_layers(graph, feeds)
    wanted = float(options["percent"]) / 100
    chosen = choose(RemainingWork(graph, macs), layers, wanted)
    if not chosen:
        return Applied(False, ("It has no channels that can be removed without changing its inputs or outputs.",))
    store(graph, layers)
    cut(graph, chosen)
    save(model, target)
    comparison = Comparison(judged, MAX_ITEMS)
    before, error = comparison.loss(target), comparison.error(target)
    fit(original, model, partial(kept, graph, chosen), feeds, source.report_alive)
    tried = target.with_name(f"fitted-{target.name}")
    save(model, tried)
    helps = comparison.error(tried) < error
    if helps:
        tried.replace(target)
    left = sum(macs_by_operator(model, batch).values())
    removed = 1 - left / sum(macs.values())
    notes: tuple[str, ...] = (
        f"{percent(removed)} of the multiply-accumulates were removed with whole channels, without training: it "
        f"{comparison.describe(comparison.loss(target))}.",
    )
    if helps:
        notes += (f"Fitting what stays to other calibration items helped: the loss was {before:.2g} before.",)
    if distills:
        notes += _distilled(original, target, feeds, left, comparison, source.report_alive)
    if removed < wanted - _SHORT:
        notes += ("The other channels are tied to its inputs or outputs, or to operators whose channels must stay.",)
    return Applied(True, notes)


def _distilled(
    original: Any,
    target: Path,
    feeds: Sequence[dict[str, Any]],
    macs: int,
    comparison: Comparison,
    report_alive: Callable[[], None],
) -> tuple[str, ...]:
    """Train what is left, and keep that if it helps on the items that it was not trained on."""
    model, tried = read(target), target.with_name(f"distilled-{target.name}")
    distill(original, model, feeds, macs, report_alive)
    save(model, tried)
    if comparison.error(tried) >= comparison.error(target):
        return (
            f"Distillation is left out, because it does not help: it {comparison.describe(comparison.loss(tried))}.",
        )
    tried.replace(target)
    return (f"After a short distillation from the original, it {comparison.describe(comparison.loss(target))}.",)


class RemainingWork:
    """The multiply-accumulates of a network while channels are removed.

    Args:
        graph: of the network.
        macs: multiply-accumulates of each operator, by name.
    """

    def __init__(self, graph: ChannelGraph, macs: Mapping[str, int]) -> None:
        self._layers = [(node.input[1], macs[node.name]) for node in graph.model.graph.node if node.name in macs]
        weights = {name for name, _ in self._layers}
        self._members = {
            key: Counter(graph.roots(ids).tolist()) for key, ids in graph.bound.items() if key[0] in weights
        }
        self._keys = defaultdict(list)
        for key, counts in self._members.items():
            for root in counts:
                self._keys[root].append(key)
        self._sizes = {key: counts.total() for key, counts in self._members.items()}
        self._left = dict(self._sizes)
        locked = graph.locked()
        self.removable = {root for root in self._keys if root not in locked}

    def work(self) -> float:
        """Multiply-accumulates that are left."""
        return sum(macs * self._share(name) for name, macs in self._layers)

    def saving(self, root: int) -> float:
        """Multiply-accumulates that go with a set of channels."""
        names = {name for name, _ in self._keys[root]}
        layers = [(name, macs) for name, macs in self._layers if name in names]
        return sum(macs * (self._share(name) - self._share(name, root)) for name, macs in layers)

    def may_go(self, root: int) -> bool:
        """Whether every layer keeps enough channels without a set."""
        return all(
            self._left[key] - self._members[key][root] >= max(1, math.ceil(LEAST_KEPT * self._sizes[key]))
            for key in self._keys[root]
        )

    def remove(self, root: int) -> None:
        """Count a set as removed."""
        self.removable.remove(root)
        for key in self._keys[root]:
            self._left[key] -= self._members[key][root]

    def _share(self, name: str, without: int | None = None) -> float:
        """Share of a layer's work that is left."""
        keys = [key for axis in (0, 1) if (key := (name, axis)) in self._left]
        gone = [0 if without is None else self._members[key][without] for key in keys]
        return math.prod((self._left[key] - less) / self._sizes[key] for key, less in zip(keys, gone, strict=True))


def choose(remaining: RemainingWork, layers: Sequence[SummingLayer], share: float) -> set[int]:
    """Choose the sets of channels to remove, and fit the weights of what reads them.

    Args:
        remaining: of the network.
        layers: that read removable channels; changed.
        share: of the multiply-accumulates to remove, 0 to 1. Less is removed where not enough channels may be.
    """
    target, chosen = (1 - share) * remaining.work(), set[int]()
    at_once = max(1, len(remaining.removable) // _STEPS)
    while remaining.work() > target:
        costs: Counter[int] = Counter()
        for layer in layers:
            costs.update(layer.costs())
        candidates = [root for root in remaining.removable if remaining.may_go(root)]
        if not candidates:
            break
        price = {root: costs[root] / max(remaining.saving(root), 1.0) for root in candidates}
        gone = []
        for root in sorted(candidates, key=lambda root: (price[root], root))[:at_once]:
            if remaining.may_go(root) and remaining.work() > target:
                remaining.remove(root)
                gone.append(root)
        chosen.update(gone)
        for layer in layers:
            layer.remove(gone)
    return chosen


def kept(graph: ChannelGraph, chosen: Collection[int], name: str, axis: int) -> Mask | None:
    """Which places along an axis of a stored tensor stay; None where all do."""
    ids = graph.bound.get((name, axis))
    return None if ids is None else _stay(graph, chosen, ids)


def cut(graph: ChannelGraph, chosen: Collection[int]) -> None:
    """Remove sets of channels from a network, in place."""
    import onnx

    proto = graph.model.graph
    stored = {tensor.name: tensor for tensor in proto.initializer}
    for (name, axis), ids in graph.bound.items():
        stays = _stay(graph, chosen, ids)
        if not stays.all():
            values = onnx.numpy_helper.to_array(stored[name]).compress(stays, axis)
            stored[name].CopyFrom(onnx.numpy_helper.from_array(values, name))
    for node, ids in graph.depthwise:
        next(entry for entry in node.attribute if entry.name == "group").i = int(_stay(graph, chosen, ids).sum())
    for number, size in enumerate(graph.sizes):
        values = onnx.numpy_helper.to_array(stored[size.operator.input[size.input]]).copy()
        values[size.place] = _stay(graph, chosen, size.ids).sum()
        name = f"{size.operator.input[size.input]}_cut_{number}"  # another operator may read the old one
        proto.initializer.append(onnx.numpy_helper.from_array(values, name))
        stored[name] = proto.initializer[-1]
        size.operator.input[size.input] = name
    replace_nodes(proto, list(proto.node))
    forget_shapes(proto)


def _stay(graph: ChannelGraph, chosen: Collection[int], ids: Ids) -> Mask:
    return ~np.isin(graph.roots(ids), list(chosen))


def _examples(checkpoints: tuple[int, ...]) -> tuple[Example, ...]:
    """None for models that have checkpoints which were trained again: these are better."""
    if checkpoints:
        return ()
    return (Example(f"{NAME}:20"), Example(f"{NAME}:40"), Example(f"{NAME}:20+int8-static"))


plugin = Method(
    name=NAME,
    title="Channel pruning",
    summary="Cuts out what matters least, without training: smaller and faster; too much of it costs accuracy.",
    conversions={"onnx": Conversion(_onnx, _examples)},
    options=(
        Option("percent", "Share of the multiply-accumulates to remove.", None, low=1, high=90),
        Option(
            "distill",
            "Then train what is left for a moment to give the outputs of the original; needs torch (odviz[train]).",
            "no",
            ("no", "yes"),
        ),
    ),
    calibrated=True,
)
