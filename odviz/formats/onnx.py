"""ONNX: one file, or one with its weights in a companion file (external data)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from odviz.domain.errors import FileRefused
from odviz.domain.model import GraphFacts
from odviz.domain.parity import Change, LayerGraph
from odviz.domain.why import BATCH, LayerWork, SpeedChange
from odviz.formats.base import Format, read

_EXTERNAL_DATA = (".data", "_data")
"""What PyTorch and Optimum append to the name of the main file for the file of its weights."""

_WARM_UP = (
    "CAgSADqWAQohCgF4CgF3CgFiEgF5IgRHZW1tKg0KBnRyYW5zQhgBoAECEgd0cml2aWFsKisIAggEEAFCAXdKIAAAgD8AAIA/AACA"
    "PwAAgD8AAIA/AACAvwAAgD8AAIC/KhEIAhABQgFiSggAAAAAAACAP1oTCgF4Eg4KDAgBEggKAggBCgIIBGITCgF5Eg4KDAgBEggK"
    "AggBCgIIAkIECgAQEQ=="
)


class Onnx(Format):
    """The plug-in."""

    name = "onnx"
    title = "ONNX"
    suffixes = (".onnx",)
    packages = ("numpy", "onnx", "onnxruntime")
    warm_up = _WARM_UP

    def files(self, path: Path) -> tuple[Path, ...]:
        """See base.Format."""
        companions = (path.with_name(path.name + ending) for ending in _EXTERNAL_DATA)
        return (path, *(companion for companion in companions if companion.is_file()))

    def copy(self, path: Path, target: Path) -> None:
        """See base.Format. External data are stored inside the copy: the main file holds the companion's name."""
        if len(self.files(path)) == 1:
            super().copy(path, target)
            return
        import onnx

        onnx.save(onnx.load(str(path)), str(target))

    def chain_network(self, target: Path, operators: int, reads: int) -> None:
        """See base.Format."""
        import onnx

        make, kind = onnx.helper, onnx.TensorProto.FLOAT
        names = ["x", *(f"h{number}" for number in range(1, operators)), "y"]
        stored = ("least", "most")[: reads - 1]
        operator = "Clip" if stored else "Softsign"
        nodes = [
            make.make_node(operator, [names[number], *stored], [names[number + 1]], name=f"n{number}")
            for number in range(operators)
        ]
        ends = [[make.make_tensor_value_info(name, kind, [1, 4])] for name in ("x", "y")]
        weights = [make.make_tensor(name, kind, [], [end]) for name, end in zip(stored, (-9.0, 9.0), strict=False)]
        graph = make.make_graph(nodes, "chain", *ends, weights)
        onnx.save(make.make_model(graph, opset_imports=[make.make_opsetid("", 13)], ir_version=8), str(target))

    def facts(self, path: Path, *shapes: Sequence[int]) -> GraphFacts:
        """See base.Format."""
        from odviz.formats import _onnx_walk

        files = self.files(path)
        return _onnx_walk.facts([read(file) for file in files], path, files[1:], shapes)

    def layers(self, path: Path) -> LayerGraph:
        """See base.Format."""
        from odviz.formats import _onnx_layers

        return _onnx_layers.layers(self._parsed(path))

    def expose(self, path: Path, target: Path, tensors: Sequence[str]) -> tuple[int, ...]:
        """See base.Format."""
        import onnx

        from odviz.formats import _onnx_layers

        model = self._parsed(path)
        positions = _onnx_layers.expose(model, tensors)
        onnx.save(model, str(target))
        return positions

    def requantize(self, path: Path, target: Path, change: Change) -> int:
        """See base.Format."""
        import onnx

        from odviz.formats import _onnx_requantize

        model = self._parsed(path)
        if changed := _onnx_requantize.requantize(model, change):
            onnx.save(model, str(target))
        return changed

    def vary(self, path: Path, target: Path, change: SpeedChange) -> int:
        """See base.Format."""
        import onnx

        from odviz.formats import _onnx_variations

        model = self._parsed(path)
        is_batch = change is SpeedChange.BATCH
        changed = _onnx_variations.batched(model, BATCH) if is_batch else _onnx_variations.fill(model)
        if changed:
            onnx.save(model, str(target))
        return int(changed)

    def work(self, path: Path, *shapes: Sequence[int]) -> tuple[LayerWork, ...]:
        """See base.Format."""
        from odviz.formats import _onnx_walk

        files = self.files(path)
        return _onnx_walk.work(read(path), path, files[1:], shapes)

    def _parsed(self, path: Path) -> Any:
        from odviz.formats import onnx_graph

        files = self.files(path)
        return onnx_graph.parse(read(path), path, files[1:])

    def plain(self, path: Path) -> None:
        """See base.Format. scikit-learn's converter puts probabilities into a dictionary for each item."""
        import onnx

        model = onnx.load(str(path), load_external_data=False)
        graph, made = model.graph, {node.output[0]: node for node in model.graph.node if node.op_type == "ZipMap"}
        values = [value for value in graph.output if value.name in made]
        for value in values:
            node = made[value.name]
            graph.node.remove(node)
            value.CopyFrom(onnx.helper.make_tensor_value_info(node.input[0], onnx.TensorProto.FLOAT, [None, None]))
        if values:
            onnx.save(model, str(path))

    def reorder(self, path: Path, inputs: Sequence[str], outputs: Sequence[str]) -> None:
        """See base.Format."""
        import onnx

        model = onnx.load(str(path), load_external_data=False)
        lists = (model.graph.input, inputs), (model.graph.output, outputs)
        if sum(in_order(values, names) for values, names in lists):  # both, so not `any`
            onnx.save(model, str(path))

    def validate(self, path: Path) -> None:
        """See base.Format."""
        import onnx

        from odviz.formats import onnx_graph

        main, *companions = self.files(path)
        onnx_graph.parse(read(main), path, companions)
        try:
            onnx.checker.check_model(str(path))
        except Exception as error:  # C++ raises errors of files and of memory as well
            raise FileRefused(f"{path.name} is not a valid ONNX model: {error}") from error


def in_order(values: Any, names: Sequence[str]) -> bool:
    """Put the values of these names first, in place; whether that changed their order."""
    first = {name: place for place, name in enumerate(names)}
    own = list(values)
    ordered = sorted(own, key=lambda value: first.get(value.name, len(first)))
    if ordered == own:
        return False
    del values[:]
    values.extend(ordered)
    return True


plugin = Onnx()
