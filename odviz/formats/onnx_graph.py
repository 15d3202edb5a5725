"""Reading ONNX models, and the order of their operators."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any

from odviz.domain.errors import FileRefused

_MOST_OPERATORS = 1_000_000
"""Of a model whose functions are written out; the largest networks have some ten thousand."""

_DEEPEST_CALL = 50

_IR_OF_STORED = 4
"""The first IR version in which stored tensors need not be listed among the inputs."""


def parse(content: bytes, path: Path, companions: Sequence[Path] = ()) -> Any:
    """An `onnx.ModelProto` with its weights in it and its operators in an order in which they can run.

    Args:
        content: of the main file.
        path: of the main file.
        companions: files that its weights may lie in.

    Raises:
        FileRefused: not an ONNX model, of a version that is not known yet, with weights in a file that is no companion,
            or with operators or functions in a circle.
    """
    import onnx
    from google.protobuf.message import DecodeError  # type: ignore[import-untyped]

    try:
        model = onnx.ModelProto()
        model.ParseFromString(content)
        if not model.graph.node:
            raise ValueError("it holds no operators")
        if not model.graph.output:
            raise ValueError("it has no output")
        _check_version(model)
        _check_functions(model)
        _load_external_data(model, companions)
        _list_fed_inputs(model)
        for graph in graphs(model.graph):
            _fill_sparse(graph)
        sort(model.graph)
    except UnicodeDecodeError:
        raise FileRefused(f"{path.name} is damaged: a name in it is no text.") from None
    except (DecodeError, ValueError) as error:
        raise FileRefused(f"{path.name} is not an ONNX model that can be read: {error}.") from None
    return model


def sort(graph: Any) -> None:
    """Put the operators of a graph in an order in which each one reads only what was written before, in place.

    Operators that are in order already keep their places; subgraphs (of If, Loop and Scan) are sorted as well.

    Raises:
        ValueError: some operators read each other's outputs in a circle.
    """
    for subgraph in subgraphs(graph.node):
        sort(subgraph)
    written = {name for node in graph.node for name in node.output}
    waits = [{name for name in reads(node) if name in written} for node in graph.node]
    readers: dict[str, list[int]] = {}
    for index, names in enumerate(waits):
        for name in names:
            readers.setdefault(name, []).append(index)
    ready = [index for index, names in enumerate(waits) if not names]
    order = []
    for index in ready:  # grows while it is walked
        order.append(index)
        for name in graph.node[index].output:
            for reader in readers.pop(name, ()):
                waits[reader].discard(name)
                if not waits[reader]:
                    ready.append(reader)
    if len(order) < len(graph.node):
        stuck = next(node for node, names in zip(graph.node, waits, strict=True) if names)
        raise ValueError(f"its operators read each other in a circle, among them {stuck.op_type} {stuck.name!r}")
    if not _in_order(graph.node):
        nodes = [graph.node[index] for index in order]
        del graph.node[:]
        graph.node.extend(nodes)


def reads(node: Any) -> Iterator[str]:
    """Names of all tensors that an operator reads, in its subgraphs too; those of the subgraphs themselves included."""
    yield from filter(None, node.input)
    for subgraph in subgraphs([node]):
        for inner in subgraph.node:
            yield from reads(inner)
        yield from (value.name for value in subgraph.output)


def subgraphs(nodes: Iterable[Any]) -> Iterator[Any]:
    """The graphs that operators carry as attributes: branches and bodies."""
    for node in nodes:
        for attribute in node.attribute:
            if attribute.HasField("g"):
                yield attribute.g
            yield from attribute.graphs


def graphs(graph: Any) -> Iterator[Any]:
    """A graph and all its subgraphs, each after the graph that it is in."""
    yield graph
    for subgraph in subgraphs(graph.node):
        yield from graphs(subgraph)


def tensors(graph: Any) -> Iterator[Any]:
    """All stored tensors of a graph and of its subgraphs: initializers and the values of Constant nodes."""
    for part in graphs(graph):
        yield from part.initializer
        for node in part.node:
            yield from (attribute.t for attribute in node.attribute if attribute.HasField("t"))


def _fill_sparse(graph: Any) -> None:
    """Store sparse tensors as dense ones, in place: few tools know of others."""
    import numpy as np
    import onnx

    for sparse in graph.sparse_initializer:
        values = onnx.numpy_helper.to_array(sparse.values)
        places = onnx.numpy_helper.to_array(sparse.indices)
        dense = np.zeros(tuple(sparse.dims), values.dtype)
        dense[tuple(places.T) if places.ndim == 2 else np.unravel_index(places, dense.shape)] = values
        graph.initializer.append(onnx.numpy_helper.from_array(dense, sparse.values.name))
    del graph.sparse_initializer[:]


def _list_fed_inputs(model: Any) -> None:
    """List only inputs that are fed, in place, in an IR version where those are all."""
    inputs = fed(model.graph)
    del model.graph.input[:]
    model.graph.input.extend(inputs)
    model.ir_version = max(model.ir_version, _IR_OF_STORED)


def fed(graph: Any) -> list[Any]:
    """The inputs that a caller feeds: up to IR version 3 every stored tensor is listed among the inputs as well."""
    stored = {tensor.name for tensor in graph.initializer}
    return [value for value in graph.input if value.name not in stored]


def fix_shapes(graph: Any, shapes: Sequence[Sequence[int]]) -> None:
    """Set the open sizes of a graph's inputs, in place: of the batch axis 1, of others those of the data.

    Args:
        graph: of a model.
        shapes: of a batch of one of each input, in the layout of the file; empty if they are not known.
    """
    for value, shape in zip_longest(fed(graph), shapes, fillvalue=()):
        dims = value.type.tensor_type.shape.dim if value else ()
        for dim, size in zip(dims, sizes_of(shape, len(dims)), strict=False):
            if dim.dim_value <= 0:
                dim.dim_value = size
    forget_shapes(graph)


def sizes_of(shape: Sequence[int], rank: int) -> Sequence[int]:
    """Sizes for the axes of an input: a batch of one, or an item where the input has no batch axis.

    Args:
        shape: of a batch of one; empty if it is not known.
        rank: number of axes of the input.
    """
    if shape and len(shape) == rank + 1:
        return shape[1:]
    return shape if len(shape) == rank else (1,)


def inline_branches(graph: Any) -> None:
    """Replace every If by the one of its branches that stores more numbers, in place, for counting its work."""
    import onnx

    nodes = []
    for node in graph.node:
        if node.op_type != "If":
            nodes.append(node)
            continue
        branches = list(subgraphs([node]))
        for branch in branches:
            inline_branches(branch)
        branch = max(branches, key=lambda one: sum(math.prod(tensor.dims) for tensor in tensors(one)))
        names: dict[str, str] = {}
        nodes += renamed(branch, node.output[0], graph, names)
        for value, output in zip(branch.output, node.output, strict=True):
            nodes.append(onnx.helper.make_node("Identity", [names.get(value.name, value.name)], [output]))
    if len(nodes) != len(graph.node) or any(node.op_type == "If" for node in graph.node):
        del graph.node[:]
        graph.node.extend(nodes)


def renamed(branch: Any, prefix: str, graph: Any, names: dict[str, str]) -> Iterator[Any]:
    """The operators of a subgraph, with names that no other one has; its stored tensors become the graph's.

    Args:
        branch: the subgraph.
        prefix: of the new names.
        graph: that it becomes a part of.
        names: new names by old ones; those of the subgraph's tensors are added.
    """
    import onnx

    own = {name for inner in branch.node for name in inner.output} | {tensor.name for tensor in branch.initializer}
    names |= {name: f"{prefix}/{name}" for name in own if name}
    for tensor in branch.initializer:
        stored = graph.initializer.add()
        stored.CopyFrom(tensor)
        stored.name = names[tensor.name]
    for inner in branch.node:
        copied = onnx.NodeProto()
        copied.CopyFrom(inner)
        copied.input[:] = [names.get(name, name) for name in inner.input]
        copied.output[:] = [names.get(name, name) for name in inner.output]
        yield copied


def forget_shapes(graph: Any) -> None:
    """Remove what a graph says of the shapes of computed tensors, in place; it is inferred from the inputs."""
    del graph.value_info[:]
    for value in graph.output:
        for axis, dim in enumerate(value.type.tensor_type.shape.dim):
            if dim.dim_value <= 0:
                dim.dim_param = f"open_{axis}"


def _in_order(nodes: Sequence[Any]) -> bool:
    pending = {name for node in nodes for name in node.output if name}
    for node in nodes:
        if not pending.isdisjoint(reads(node)):
            return False
        pending.difference_update(node.output)
    return True


def _check_version(model: Any) -> None:
    import onnx

    if model.ir_version > onnx.IR_VERSION:
        raise ValueError(
            f"its IR version is {model.ir_version}, and the newest one known here is {onnx.IR_VERSION}: export it with "
            "an older version of onnx, or update odviz's packages"
        )
    newest = onnx.defs.onnx_opset_version()
    for entry in model.opset_import:
        if entry.domain in ("", "ai.onnx") and entry.version > newest:
            raise ValueError(
                f"its operators are of opset {entry.version}, and the newest one known here is {newest}: export it "
                f"with opset {newest} or older"
            )


def _check_functions(model: Any) -> None:
    """Check that the functions of a model can be written out as operators, which runtimes do when they load it.

    Raises:
        ValueError: one calls itself, or they become too many operators.
    """
    functions = {(function.domain, function.name): function for function in model.functions}
    sizes: dict[tuple[str, str], int] = {}

    def size(nodes: Iterable[Any], callers: tuple[tuple[str, str], ...]) -> int:
        return sum(called((node.domain, node.op_type), callers) for node in nodes) + sum(
            size(graph.node, callers) for graph in subgraphs(nodes)
        )

    def called(name: tuple[str, str], callers: tuple[tuple[str, str], ...]) -> int:
        if name not in functions:
            return 1
        if name in callers or len(callers) > _DEEPEST_CALL:
            raise ValueError(f"its function {name[1]!r} calls itself, or functions call each other too deeply")
        if name not in sizes:
            sizes[name] = size(functions[name].node, (*callers, name))
        return sizes[name]

    if functions and size(model.graph.node, ()) > _MOST_OPERATORS:
        raise ValueError(f"its functions become more than {_MOST_OPERATORS:,} operators when they are written out")


def _load_external_data(model: Any, companions: Sequence[Path]) -> None:
    """Load the tensors that lie in companion files.

    Raises:
        ValueError: a tensor lies in another file.
    """
    import onnx

    folders = {companion.name: str(companion.parent) for companion in companions}
    for tensor in tensors(model.graph):
        if tensor.data_location != onnx.TensorProto.EXTERNAL:
            continue
        location = next((entry.value for entry in tensor.external_data if entry.key == "location"), "")
        if location not in folders:
            raise ValueError(
                "it keeps weights in another file; save it with its weights inside, with "
                "onnx.save(onnx.load(...), ..., save_as_external_data=False)"
            )
        onnx.external_data_helper.load_external_data_for_tensor(tensor, folders[location])
        tensor.data_location = onnx.TensorProto.DEFAULT
