"""Hostile model files, made by this script: damaged, oversized, nested, cyclic, leading outside, or other things."""

from __future__ import annotations

import io
import os
import pickle
import random
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from tests.toys.colours import SIDE, network

SEED, CUTS, FLIPS, WORDS = 13, 16, 24, 32
F32, I64 = TensorProto.FLOAT, TensorProto.INT64
ENDLESS = "endless loop"
LITE = Path(__file__).parents[1] / "contract/cases/lite-plain.tflite"
MARK = Path(tempfile.gettempdir()) / f"hostile-{os.getpid()}"
"""A file that is written if one of the files runs."""

EVIL = ("\x1b[31mred\x07", "<script>alert(1)</script>", '=HYPERLINK("http://x")', "a\u202eb", "a\nb", "../../x", "\x00")


@dataclass(frozen=True)
class HostileFile:
    """One model file.

    Attributes:
        name: that identifies it in a report.
        file: its name.
        make: writes it.
        sound: it may be accepted: damage can hit what does not matter, and names are only names.
        endless: running it never ends.
    """

    name: str
    file: str
    make: Callable[[Path], object]
    sound: bool = False
    endless: bool = False


def hostile_files(folder: Path) -> Iterator[HostileFile]:
    """All of them.

    Args:
        folder: for what is needed to make them.
    """
    good = network(folder / "good.onnx").read_bytes()
    for name, suffix, content in (("onnx", ".onnx", good), ("tflite", ".tflite", LITE.read_bytes())):
        for kind, damaged in _damaged(content):
            yield _bytes(f"{name}, {kind}", suffix, damaged, sound="flipped" in kind or "word" in kind)
    for name, content in _oversized(good):
        yield _bytes(f"onnx, {name}", ".onnx", content)
    for name, model in {**_graphs(), **_outside()}.items():
        yield _bytes(f"onnx, {name}", ".onnx", model.SerializeToString(), endless=name == ENDLESS)
    for name, model in _named().items():
        yield _bytes(f"onnx, {name}", ".onnx", model.SerializeToString(), sound=True)
    for suffix in (".onnx", ".tflite", ".pt", ".h5", ".pkl", ""):
        for name, content in _others(good).items():
            yield _bytes(f"{name} named {suffix!r}", suffix, content)
    for file in EVIL[:3]:
        yield HostileFile(f"file named {file!r}", f"{file.replace('/', '')}.onnx", lambda p: p.write_bytes(good), True)
    for kind, make in _special().items():
        yield HostileFile(f"a {kind}", "net.onnx", make)


def _bytes(name: str, suffix: str, content: bytes, **options: bool) -> HostileFile:
    return HostileFile(name, f"net{suffix}", lambda path: path.write_bytes(content), **options)


def _damaged(whole: bytes) -> Iterator[tuple[str, bytes]]:
    """Cut, with bits flipped, and with words replaced by sizes and offsets that lead outside."""
    rng = random.Random(SEED)
    for number in range(CUTS):
        length = len(whole) * number // CUTS
        yield f"cut after {length} bytes", whole[:length]
    for number in range(FLIPS):
        damaged = bytearray(whole)
        for _ in range(1 + number % 4):
            damaged[rng.randrange(len(whole) if number % 2 else min(len(whole), 400))] ^= 1 << rng.randrange(8)
        yield f"flipped bits {number}", bytes(damaged)
    for number in range(WORDS):
        at = rng.randrange(min(len(whole), 3000) // 4) * 4
        word = rng.choice((b"\xff\xff\xff\xff", b"\xff\xff\xff\x7f", b"\0\0\0\x80", b"\0\0\0\0", b"\xf0\xff\xff\xff"))
        yield f"word {number} at {at}", whole[:at] + word + whole[at + 4 :]
    yield "garbage behind it", whole[: len(whole) // 2] + bytes(1 << 20)


def _oversized(good: bytes) -> Iterator[tuple[str, bytes]]:
    """Fields that claim more bytes than there are, and messages within messages."""
    for size in (b"\xff\xff\xff\xff\x07", b"\xff" * 9 + b"\x01", b"\xff\xff\xff\xff\x0f", b"\x80" * 20):
        for field in (b"\x3a", b"\x0a", b"\x12", b"\x42", b"\xca\x01"):
            yield f"field {field.hex()} of {size.hex()} bytes", field + size + good
    for depth in (90, 101, 3000, 30_000):
        nested = b""
        for _ in range(depth):  # ModelProto.graph, .node, .attribute, .g, .node …
            nested = _field(1, _field(5, _field(6, nested)))
        yield f"graphs nested {depth} deep", _field(7, nested)
    for depth in (99, 5000):
        nested = _field(1, b"\x08\x01")
        for _ in range(depth):
            nested = _field(4, _field(1, nested))  # a sequence of sequences
        yield f"types nested {depth} deep", _field(7, _field(11, _field(1, b"\x78") + _field(2, nested)))
    yield "a million empty operators", _field(7, b"\x0a\x00" * 1_000_000)
    yield "unknown fields only", b"\xfa\x3f\x04abcd" * 10_000


def _field(number: int, content: bytes) -> bytes:
    size, length = b"", len(content)
    while length > 127:
        size, length = size + bytes([length & 127 | 128]), length >> 7
    return bytes([number << 3 | 2]) + size + bytes([length]) + content


def _model(nodes: list[Any], stored: dict[str, Any] | None = None, **options: Any) -> onnx.ModelProto:
    """A model of these operators; input x of pictures and output y of three scores unless `options` name others."""
    value = helper.make_tensor_value_info
    inputs = options.get("inputs", [value("x", F32, [1, 3, SIDE, SIDE])])
    outputs = options.get("outputs", [value("y", F32, [1, 3])])
    tensors = [
        tensor if isinstance(tensor, TensorProto) else numpy_helper.from_array(np.asarray(tensor), name)
        for name, tensor in (stored or {}).items()
    ]
    graph = helper.make_graph(nodes, options.get("name", "g"), inputs, outputs, tensors)
    opsets = [helper.make_opsetid("", 17), *(helper.make_opsetid(name, 1) for name in options.get("domains", ()))]
    return helper.make_model(graph, opset_imports=opsets, ir_version=8, functions=options.get("functions", []))


def _tensor(name: str, dims: list[int], raw: bytes = b"", kind: int = F32) -> TensorProto:
    return TensorProto(name=name, dims=dims, data_type=kind, raw_data=raw)


MEAN = helper.make_node("ReduceMean", ["x"], ["y"], axes=[2, 3], keepdims=0)
"""Three scores of a picture."""


def _tail(source: str) -> list[Any]:
    """Three scores of whatever stands in a tensor."""
    return [
        helper.make_node("ReduceMean", [source], ["m"], keepdims=0),
        helper.make_node("Cast", ["m"], ["f"], to=F32),
        helper.make_node("Expand", ["f", "to"], ["y"]),
    ]


def _graphs() -> dict[str, onnx.ModelProto]:
    """Models whose operators, shapes or types cannot be, and ones that would take all memory or time."""
    node, value = helper.make_node, helper.make_tensor_value_info
    to, models = {"to": np.array([1, 3])}, {}
    for dims in ([-1, 3], [3, -5], [2**31, 2**31], [2**62, 4], [0, 3], [2**63 - 1], [10**6, 10**6]):
        models[f"weights of {dims}"] = _model(
            [MEAN, node("Add", ["w", "w"], ["v"])], {"w": _tensor("w", dims, b"1234")}
        )
        models[f"input of {dims}"] = _model([node("Identity", ["x"], ["y"])], inputs=[value("x", F32, dims)])
        models[f"reshaped to {dims}"] = _model([node("Reshape", ["x", "s"], ["r"]), *_tail("r")], {"s": dims, **to})
    for size in (10**10, 2**40, 2**62, -7):
        models[f"constant of {size}"] = _model(
            [node("ConstantOfShape", ["s"], ["c"]), *_tail("c")], {"s": [size], **to}
        )
        models[f"tiled {size} times"] = _model(
            [node("Tile", ["x", "s"], ["c"]), *_tail("c")], {"s": [1, 1, 1, size], **to}
        )
        models[f"padded by {size}"] = _model(
            [node("Pad", ["x", "s"], ["c"]), *_tail("c")], {"s": [0] * 7 + [size], **to}
        )
        models[f"range to {size}"] = _model(
            [node("Range", ["0", "s", "1"], ["c"]), *_tail("c")],
            {"s": np.array(size), "0": np.array(0), "1": np.array(1), **to},
        )
    body = helper.make_graph(
        [node("Identity", ["c"], ["go"]), node("Identity", ["v"], ["w"])], "body",
        [value("i", I64, []), value("c", TensorProto.BOOL, []), value("v", F32, None)],
        [value("go", TensorProto.BOOL, []), value("w", F32, None)],
    )  # fmt: skip
    models[ENDLESS] = _model(
        [node("Loop", ["n", "c", "x"], ["l"], body=body), *_tail("l")],
        {"n": np.array(2**62), "c": np.array(True), **to},
    )
    models["reads itself"] = _model([node("Add", ["y", "x"], ["y"])])
    models["circle of two"] = _model([node("Relu", ["b"], ["a"]), node("Relu", ["a"], ["b"]), MEAN])
    models["circle of 2,000"] = _model([node("Relu", [f"t{i}"], [f"t{(i + 1) % 2000}"]) for i in range(2000)])
    models["output that nothing writes"] = _model([MEAN], outputs=[value("z", F32, [1, 3])])
    models["input that nothing gives"] = _model([node("Add", ["x", "nowhere"], ["y"])])
    models["no output"] = _model([MEAN], outputs=[])
    models["no operators"] = _model([])
    models["doubly written"] = _model([MEAN, MEAN])
    for domain, kind in (
        ("evil", "Run"),
        ("", "NoSuchOperator"),
        ("com.microsoft", "PyOp"),
        ("ai.onnx.ml", "X"),
        ("", ""),
    ):
        models[f"operator {domain}.{kind}"] = _model(
            [node(kind, ["x"], ["y"], domain=domain)], domains=[domain] if domain else []
        )
    call, opset = node("F", ["x"], ["y"], domain="own"), [helper.make_opsetid("own", 1)]
    for name, inner in (("itself", "F"), ("another that calls it", "G")):
        functions = [
            helper.make_function("own", one, ["x"], ["y"], [node(two, ["x"], ["y"], domain="own")], opset)
            for one, two in (("F", inner), *([("G", "F")] if inner == "G" else []))
        ]  # fmt: skip
        models[f"function that calls {name}"] = _model([call], domains=["own"], functions=functions)
    doubling = [helper.make_function(
        "own", f"F{i}", ["x"], ["y"],
        [node(f"F{i + 1}", ["x"], ["a"], domain="own"), node(f"F{i + 1}", ["a"], ["y"], domain="own")]
        if i < 25 else [node("Relu", ["x"], ["y"])], [helper.make_opsetid("own", 1), helper.make_opsetid("", 17)],
    ) for i in range(26)]  # fmt: skip
    models["functions that double 25 times"] = _model(
        [node("F0", ["x"], ["d"], domain="own"), node("ReduceMean", ["d"], ["y"], axes=[2, 3], keepdims=0)],
        domains=["own"], functions=doubling,
    )  # fmt: skip
    models["outputs NaN"] = _model(
        [
            MEAN.__class__.FromString(MEAN.SerializeToString()),
            node("Log", ["n"], ["l"]),
            node("Add", ["m", "l"], ["y"]),
        ],
        {"n": np.float32(-1)},
    )
    models["outputs NaN"].graph.node[0].output[0] = "m"
    models["outputs infinity"] = _model(
        [node("ReduceMean", ["x"], ["m"], axes=[2, 3], keepdims=0), node("Div", ["m", "n"], ["y"])],
        {"n": np.float32(0)},
    )
    models["outputs nothing"] = _model(
        [node("Slice", ["x", "0", "0", "0"], ["y"])], {"0": [0]}, outputs=[value("y", F32, [0, 3, SIDE, SIDE])]
    )
    models["outputs text"] = _model(
        [node("Cast", ["x"], ["y"], to=TensorProto.STRING)], outputs=[value("y", TensorProto.STRING, None)]
    )
    models["outputs a sequence"] = _model(
        [node("SequenceConstruct", ["x"], ["y"])], outputs=[helper.make_tensor_sequence_value_info("y", F32, None)]
    )
    models["outputs booleans"] = _model(
        [node("Cast", ["x"], ["y"], to=TensorProto.BOOL)], outputs=[value("y", TensorProto.BOOL, None)]
    )
    models["grows with its values"] = _model(
        [node("NonZero", ["x"], ["n"]), node("Cast", ["n"], ["y"], to=F32)], outputs=[value("y", F32, None)]
    )
    models["random scores"] = _model([node("RandomNormal", [], ["y"], shape=[1, 3]), node("Relu", ["x"], ["unused"])])
    for name, kind in (
        ("text", TensorProto.STRING),
        ("complex", TensorProto.COMPLEX64),
        ("float8", TensorProto.FLOAT8E4M3FN),
        ("int4", TensorProto.INT4),
        ("undefined", 0),
        ("unknown", 99),
    ):
        models[f"takes {name}"] = _model(
            [node("Shape", ["x"], ["s"]), *_tail("s")], to, inputs=[value("x", kind, [1, 3])]
        )
        models[f"weights of {name}"] = _model(
            [MEAN, node("Identity", ["w"], ["v"])], {"w": _tensor("w", [4], b"12345678", kind)}
        )
    models["takes a sequence"] = _model([MEAN], inputs=[helper.make_tensor_sequence_value_info("x", F32, None)])
    models["takes nothing"] = _model([node("Constant", [], ["y"], value_floats=[1.0, 2, 3])], inputs=[])
    models["takes no known shape"] = _model(
        [node("Relu", ["x"], ["y"])], inputs=[value("x", F32, None)], outputs=[value("y", F32, None)]
    )
    models["takes nine axes"] = _model(
        [node("Relu", ["x"], ["y"])], inputs=[value("x", F32, [1] * 9)], outputs=[value("y", F32, None)]
    )
    models["takes four inputs"] = _model(
        [node("Sum", list("abcd"), ["y"])], inputs=[value(name, F32, [1, 3]) for name in "abcd"]
    )
    models["too few bytes of weights"] = _model(
        [MEAN, node("Add", ["w", "w"], ["v"])], {"w": _tensor("w", [100], b"1234")}
    )
    models["index outside"] = _model([node("Gather", ["x", "i"], ["r"], axis=1), *_tail("r")], {"i": [2**40], **to})
    models["newest everything"] = _model([MEAN])
    models["newest everything"].ir_version, models["newest everything"].opset_import[0].version = 2**40, 2**40
    return models


def _outside() -> dict[str, onnx.ModelProto]:
    """Weights in other files: of the machine, of the folder above, of none."""
    places = (
        "/etc/passwd", "../../../../../../etc/passwd", "..", ".", "", "/dev/zero", "/proc/self/environ", "net.onnx",
        "file:///etc/passwd", "\\\\host\\share", "C:\\x", "~/x", "a\x00b", "./../net.onnx", "x" * 5000, "net.onnx.data",
    )  # fmt: skip
    models = {}
    for place in places:
        tensor = _tensor("w", [4])
        tensor.data_location = TensorProto.EXTERNAL
        for key, value in {"location": place, "offset": "-1", "length": "99999999999"}.items():
            tensor.external_data.add(key=key, value=value)
        add = helper.make_node("Add", ["w", "w"], ["v"])
        models[f"weights in {place[:20]!r}"] = _model([MEAN, add], {"w": tensor})
        models[f"constant in {place[:20]!r}"] = _model([MEAN, helper.make_node("Constant", [], ["v"], value=tensor)])
    return models


def _named() -> dict[str, onnx.ModelProto]:
    """Sound models with names that attack whatever shows them."""
    models = {}
    for number, name in enumerate(EVIL[2:6]):
        mean = helper.make_node("ReduceMean", [name], [name + "m"], name, axes=[2, 3], keepdims=0, doc_string=name)
        model = _model(
            [mean, helper.make_node("MatMul", [name + "m", name + "w"], [name + "y"], name + "2")],
            {name + "w": np.eye(3, dtype=np.float32)},
            name=name,
            inputs=[helper.make_tensor_value_info(name, F32, [1, 3, SIDE, SIDE])],
            outputs=[helper.make_tensor_value_info(name + "y", F32, [1, 3])],
        )
        model.producer_name = model.doc_string = name
        model.metadata_props.add(key=name, value=name)
        models[f"names like {name!r}"] = model
        models[f"operator {number} of an unknown kind"] = _model([helper.make_node(name, ["x"], ["y"])])
    return models


class _Run:
    def __reduce__(self):
        return (os.system, (f"touch {MARK}",))


def _others(good: bytes) -> dict[str, bytes]:
    """What people have beside models, and what would run code if it were read."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("archive/data.pkl", pickle.dumps(_Run()))
        archive.writestr("archive/version", "3")
    array = io.BytesIO()
    np.save(array, np.array([_Run()], object), allow_pickle=True)
    return {
        "a pickle": pickle.dumps(_Run()),
        "an old pickle": pickle.dumps(_Run(), 0),
        "a checkpoint of PyTorch": packed.getvalue(),
        "an array of objects": array.getvalue(),
        "HDF5": b"\x89HDF\r\n\x1a\n" + bytes(500),
        "safetensors": (60).to_bytes(8, "little") + b'{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}'.ljust(68),
        "GGUF": b"GGUF\x03\0\0\0" + b"\xff" * 64,
        "an ELF program": b"\x7fELF\x02\x01\x01" + bytes(500),
        "a script": f"#!/bin/sh\ntouch {MARK}\n".encode(),
        "HTML": b"<html><script>alert(1)</script></html>" * 9,
        "gzip of a model": b"\x1f\x8b\x08\0" + good,
        "UTF-16": "onnx".encode("utf-16") * 100,
        "only zeros": bytes(1 << 20),
        "nothing": b"",
    }  # fmt: skip


def _special() -> dict[str, Callable[[Path], object]]:
    def sparse(path: Path) -> None:
        with path.open("wb") as file:
            file.truncate(3 << 30)

    return {
        "pipe": os.mkfifo,
        "folder": Path.mkdir,
        "link to nothing": lambda path: path.symlink_to("/nowhere"),
        "link to itself": lambda path: path.symlink_to(path),
        "link to a device": lambda path: path.symlink_to("/dev/zero"),
        "file of 3 GB": sparse,
    }
