"""What the inputs of a network take, and which of its outputs is the scores, found out and put in order."""

from __future__ import annotations

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from odviz.domain.errors import FileRefused
from odviz.domain.model import Layout
from odviz.domain.own_task import Choices, FurtherInput
from odviz.importing.feeding import feeding, is_state
from odviz.importing.interface import Interface, open_session, probe
from odviz.importing.raw_data import RawData
from odviz.importing.readers import read
from odviz.importing.understanding import understand
from odviz.library.items import ITEMS, joined
from odviz.runtimes.inputs import Port
from tests.toys.texts import texts

CLASSES, LENGTH, ITEM_COUNT = 3, 4, 120
FLOAT, INT64 = TensorProto.FLOAT, TensorProto.INT64
WEIGHTS = np.random.default_rng(3).normal(size=(LENGTH, CLASSES)).astype(np.float32)


def write(path, nodes, inputs, outputs, **stored):
    """Write a network; inputs and outputs are (name, type, shape)."""
    values = [[helper.make_tensor_value_info(*port) for port in ports] for ports in (inputs, outputs)]
    tensors = [numpy_helper.from_array(np.asarray(array), name) for name, array in stored.items()]
    graph = helper.make_graph([helper.make_node(*node) for node in nodes], "toy", *values, tensors)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.checker.check_model(model)
    onnx.save(model, str(path))
    return path


def rows(seed=0):
    """Items of four numbers, and the class that `WEIGHTS` gives each."""
    items = np.random.default_rng(seed).normal(size=(ITEM_COUNT, LENGTH)).astype(np.float32)
    return items, (items @ WEIGHTS).argmax(axis=1)


def names(path):
    """Names of inputs and of outputs, in the file's order."""
    interface = probe(path, "onnx")
    return [port.name for port in interface.inputs], [port.name for port in interface.outputs]


@pytest.fixture
def heads(tmp_path):
    """A network of three outputs: class indices, the scores of an auxiliary head, and the scores."""
    nodes = [
        (("MatMul"), ["x", "w"], ["scores"]),
        (("MatMul"), ["x", "v"], ["aux"]),
        (("ArgMax"), ["scores"], ["label"]),
    ]
    outputs = [("label", INT64, [1, 1]), ("aux", FLOAT, [1, CLASSES]), ("scores", FLOAT, [1, CLASSES])]
    path = tmp_path / "heads.onnx"
    nodes = [helper.make_node(*node, **({"axis": 1} if node[0] == "ArgMax" else {})) for node in nodes]
    values = [helper.make_tensor_value_info(*port) for port in outputs]
    other = WEIGHTS + np.random.default_rng(4).normal(size=WEIGHTS.shape).astype(np.float32)
    tensors = [numpy_helper.from_array(array, name) for name, array in (("w", WEIGHTS), ("v", other))]
    graph = helper.make_graph(nodes, "heads", [helper.make_tensor_value_info("x", FLOAT, [1, LENGTH])], values, tensors)
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8), str(path))
    return path


def test_of_two_heads_the_one_that_is_right_is_found(heads, tmp_path):
    items, labels = rows()
    understanding = understand({"onnx": heads}, RawData(items, labels, None), tmp_path)
    assert understanding.output == "scores" and understanding.trials[0].output == "scores"
    assert {trial.output for trial in understanding.trials} == {"aux", "scores"}
    assert names(heads)[1] == ["scores", "label", "aux"]


def test_a_chosen_output_is_used(heads, tmp_path):
    items, labels = rows()
    understanding = understand({"onnx": heads}, RawData(items, labels, None), tmp_path, choices=Choices(output="aux"))
    assert understanding.output == "aux" and {trial.output for trial in understanding.trials} == {"aux"}
    assert names(heads)[1][0] == "aux"


def test_an_output_that_is_not_there(heads, tmp_path):
    with pytest.raises(FileRefused, match="'aux'"):
        understand({"onnx": heads}, RawData(*rows(), None), tmp_path, choices=Choices(output="nothing"))


def test_few_items_are_taken_as_they_are_and_that_is_said(heads, tmp_path):
    items, labels = (array[:30] for array in rows())
    understanding = understand({"onnx": heads}, RawData(items, labels, None), tmp_path)
    (trial,) = understanding.trials
    assert trial.output == "aux" and trial.low < trial.value < trial.high and trial.items == 30
    assert "50 are needed" in understanding.remarks[-1]


def test_two_files_of_one_network_are_put_in_the_same_order(heads, tmp_path):
    copy = tmp_path / "copy.onnx"
    copy.write_bytes(heads.read_bytes())
    items, labels = rows()
    understanding = understand({"onnx": heads}, RawData(items, labels, None), tmp_path)
    from odviz.importing.placement import place
    from odviz.metrics import METRICS

    reference = items @ WEIGHTS
    placed = place(copy, "onnx", ["x"], items, reference, METRICS["top1"], Layout.CHANNELS_LAST)
    assert names(copy)[1][0] == understanding.output and "100 %" in placed.remark


def test_mask_and_segments_follow_from_the_tokens(tmp_path):
    path = tmp_path / "texts.onnx"
    tokens, labels = texts(path)
    original = path.read_bytes()
    both = RawData(tokens, labels, None, others={"attention_mask": np.ones_like(tokens)})
    with pytest.raises(FileRefused, match=r"order|chance"):
        understand({"onnx": path}, both, tmp_path)  # an array of the data goes before what would follow
    path.write_bytes(original)
    understanding = understand({"onnx": path}, RawData(tokens, labels, None), tmp_path)
    assert understanding.trials[0].value == 1
    assert understanding.further == (
        FurtherInput("attention_mask", (6,), "int64"),
        FurtherInput("token_type_ids", (6,), "int64"),
    )
    assert names(path)[0] == ["input_ids", "attention_mask", "token_type_ids"]
    stored = np.load(tmp_path / "test.npz")
    np.testing.assert_array_equal(stored["x1"], stored["x"] != 0)
    assert not stored["x2"].any()


@pytest.fixture
def recurrent(tmp_path):
    """A network with a state, and a sampling rate that it divides by."""
    nodes = [
        ("Squeeze", ["state", "first"], ["before"]),
        ("Div", ["x", "rate"], ["scaled"]),
        ("Add", ["scaled", "before"], ["now"]),
        ("MatMul", ["now", "w"], ["scores"]),
        ("Unsqueeze", ["now", "first"], ["new_state"]),
    ]
    return write(
        tmp_path / "recurrent.onnx",
        nodes,
        [("state", FLOAT, [1, "batch", LENGTH]), ("x", FLOAT, ["batch", LENGTH]), ("rate", FLOAT, [])],
        [("new_state", FLOAT, [1, "batch", LENGTH]), ("scores", FLOAT, ["batch", CLASSES])],
        w=WEIGHTS,
        first=np.array([0], np.int64),
    )


def test_a_state_is_zero_and_a_rate_comes_from_the_data(recurrent, tmp_path):
    items, labels = rows()
    data = RawData(items, labels, None, others={"rate": np.array(2.0)})
    understanding = understand({"onnx": recurrent}, data, tmp_path)
    assert understanding.output == "scores" and understanding.trials[0].value == 1
    assert [one.name for one in understanding.further] == ["state", "rate"]
    assert "zero at the start of every item" in " ".join(understanding.remarks)
    session = open_session(recurrent, "onnx", Layout.TOKENS)
    item = joined({ITEMS: items, "state": np.zeros((ITEM_COUNT, 1, LENGTH)), "rate": np.full(ITEM_COUNT, 2.0)})[0]
    for _ in range(2):
        np.testing.assert_allclose(session.predict(item)[0], items[0] / 2 @ WEIGHTS, rtol=1e-5)


@pytest.mark.parametrize(
    ("output", "shape", "is_one"),
    [
        ("stateN", (None, None, None), True),
        ("new", (2, None, 8), True),
        ("new", (None, None, None), False),
        ("stateN", (2, 1, 9), False),
    ],
)
def test_a_state_of_open_sizes_is_known_by_the_name_of_its_output(output, shape, is_one):
    real = np.dtype(np.float32)
    state = Port("state", (2, None, 8), real)
    interface = Interface((Port("x", (1, 4), real), state), (Port(output, shape, real),))
    assert is_state(state, interface) == is_one


@pytest.mark.parametrize("open_size", [1, None])
def test_one_array_of_the_shape_of_an_input_is_for_every_item(open_size):
    real = np.dtype(np.float32)
    interface = Interface((Port("x", (1, 4), real), Port("c", (2, open_size, 3), real)), ())
    fed = feeding(interface, RawData(np.ones((5, 4), real), None, None, others={"c": np.arange(6.0).reshape(2, 1, 3)}))
    assert fed.further["c"].shape == (5, 2, 1, 3)
    np.testing.assert_array_equal(fed.further["c"][4].ravel(), np.arange(6))


def test_one_array_may_be_longer_along_an_open_axis():
    real = np.dtype(np.float32)
    interface = Interface((Port("x", (1, 4), real), Port("c", (2, None, 3), real)), ())
    fed = feeding(interface, RawData(np.ones((5, 4), real), None, None, others={"c": np.ones((2, 7, 3))}))
    assert fed.further["c"].shape == (5, 2, 7, 3)


@pytest.mark.parametrize("items_name", ["x", "input"])
def test_an_archive_holds_an_array_for_each_input(tmp_path, items_name):
    path = tmp_path / "data.npz"
    np.savez(path, **{items_name: np.ones((5, 2))}, y=np.zeros(5), rate=np.array(8), mask=np.zeros((5, 3)))
    ports = [Port(name, (1, 2), np.dtype(np.float32)) for name in ("input", "mask", "rate")]
    data = read(path, ports)
    assert data.items.shape == (5, 2) and set(data.others) == {"rate", "mask"}


def test_the_dictionaries_of_a_converter_become_a_table_of_scores(tmp_path):
    nodes = [
        helper.make_node("MatMul", ["x", "w"], ["scores"]),
        helper.make_node("ArgMax", ["scores"], ["label"], axis=1),
    ]
    keys = {"classlabels_int64s": list(range(CLASSES)), "domain": "ai.onnx.ml"}
    nodes.append(helper.make_node("ZipMap", ["scores"], ["dictionaries"], **keys))
    listed = helper.make_sequence_type_proto(
        helper.make_map_type_proto(INT64, helper.make_tensor_type_proto(FLOAT, []))
    )
    outputs = [
        helper.make_tensor_value_info("label", INT64, [None, 1]),
        helper.make_value_info("dictionaries", listed),
    ]
    graph = helper.make_graph(
        nodes,
        "trees",
        [helper.make_tensor_value_info("x", FLOAT, [None, LENGTH])],
        outputs,
        [numpy_helper.from_array(WEIGHTS, "w")],
    )
    opsets = [helper.make_opsetid("", 13), helper.make_opsetid("ai.onnx.ml", 1)]
    path = tmp_path / "trees.onnx"
    onnx.save(helper.make_model(graph, opset_imports=opsets, ir_version=8), str(path))
    assert names(path)[1] == ["label"]
    items, labels = rows()
    understanding = understand({"onnx": path}, RawData(items, labels, None), tmp_path)
    assert understanding.output == "scores" and understanding.trials[0].value == 1


def test_an_input_of_which_nothing_is_known_is_named(recurrent, tmp_path):
    with pytest.raises(FileRefused, match="'rate'"):
        understand({"onnx": recurrent}, RawData(*rows(), None), tmp_path)


def test_arrays_of_another_length_are_refused(recurrent, tmp_path):
    with pytest.raises(FileRefused, match="as many"):
        understand({"onnx": recurrent}, RawData(*rows(), None, others={"rate": np.ones(7)}), tmp_path)
