"""Tables of numbers and of texts."""

import csv
import gzip
import json

import numpy as np
import pytest

from odviz.domain.errors import FileRefused
from odviz.importing.readers import read
from odviz.library.datasets import arrays
from odviz.library.paths import data_dir
from odviz.runtimes.inputs import Port
from tests.unit.importing.data_files import laid, taking

TWO = taking(2)
TEXTS = "text,label\ngood bread,1\nbad,0\n"


@pytest.fixture
def table(tmp_path):
    """A function that writes a table and reads it for a network."""

    def reading(text, inputs=TWO, name="table.csv"):
        (tmp_path / name).write_text(text)
        return read(tmp_path / name, inputs)

    return reading


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("a,b,label\n1,2,0\n3,4.5,1\n", [0, 1]),
        ("Class,a,b\nx,1,2\ny,3,4.5\n", ["x", "y"]),
        ("a,b,price\n1,2,0.5\n3,4.5,1.5\n", [0.5, 1.5]),
        ("a;b;y\n1;2;0\n3;4,5;1\n", [0, 1]),
        ("a\tb\ty\n1\t2\t0\n3\t4.5\t1\n", [0, 1]),
        ("1,2,0\n3,4.5,1\n", [0, 1]),
        (",a,b,target\n0,1,2,0\n1,3,4.5,1\n", [0, 1]),
        ("id,a,b,target\n7,1,2,0\n8,3,4.5,1\n", [0, 1]),
        ("name,a,b,target\nx,1,2,0\ny,3,4.5,1\n", [0, 1]),
    ],
)
def test_numbers_and_labels(table, text, labels):
    data = table(text)
    assert data.items.tolist() == [[1, 2], [3, 4.5]] and data.targets.tolist() == labels
    assert data.items.dtype == np.float32 and data.groups is None


def test_a_table_that_has_as_many_columns_as_the_network_takes_has_no_label(table):
    data = table("a,b\n1,2\n3,4\n")
    assert data.targets is None and "no column holds a label" in data.remarks[-1]


def test_columns_are_kept_to_look_at_the_items_by_them(table):
    data = table("a,sex,b,group,y\n1,f,2,x,0\n,m,3,z,1\n7,m,8,z,1\n")
    kept = {heading: cells.tolist() for heading, cells in data.columns.items()}
    assert kept == {"a": ["1", "7"], "sex": ["f", "m"], "b": ["2", "8"], "group": ["x", "z"]}


def test_columns_whose_heading_begins_with_group_are_to_look_at_only(table):
    data = table("group sex,a,Group age,b,y\nf,1,31,2,0\nm,3,45,4.5,1\n")
    assert data.items.tolist() == [[1, 2], [3, 4.5]] and data.targets.tolist() == [0, 1] and data.groups is None
    assert list(data.columns) == ["group sex", "a", "Group age", "b"]


def test_of_a_signal_and_of_long_texts_not_all_is_kept(table):
    headings = [f"t{number}" for number in range(60)]
    data = table(",".join([*headings, "place", "y"]) + "\n" + "1," * 60 + "x" * 900 + ",0\n", taking(60))
    assert list(data.columns) == ["place"] and len(data.columns["place"][0]) == 301


def test_groups_missing_values_and_whole_numbers(table):
    data = table("a,group,b,y\n1,x,2,0\n,x,3,1\n5,z,NA,1\n7,z,8,1\n", taking(2, dtype="int64"))
    assert data.items.tolist() == [[1, 2], [7, 8]] and data.items.dtype == np.int64
    assert data.groups.tolist() == ["x", "z"] and data.targets.tolist() == [0, 1]
    assert any("2 rows of 4" in remark for remark in data.remarks)


@pytest.mark.parametrize("shape", [(1, 2, 3), (6, 1), (2, 3, 1)])
def test_items_have_the_shape_that_the_network_takes(table, shape):
    assert table("a,b,c,d,e,f,y\n1,2,3,4,5,6,0\n", taking(*shape)).items.shape == (1, *shape)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("colour,a,y\nred,1,0\nblue,2,1\n", "'colour' holds words such as 'red'"),
        ("a,y\n1,0\n", "1 column of numbers"),
        ("a,b,c,y\n1,2,3,0\n", "3 columns of numbers"),
        ("a,b,y\n,2,0\n", "lacks a value"),
        ("a,b,y\n", "no row"),
        ('a,b,y\n1,"2,0\n', "cannot be read as CSV"),
        ("a,b,y\n1,2,3,4\n", "4 cells"),
    ],
)
def test_tables_that_cannot_be_used(table, text, words):
    with pytest.raises(FileRefused, match=words):
        table(text)


def test_several_tables(tmp_path):
    train, test = "a,b,y\n1,2,0\n", "a,b,y\n3,4,1\n"
    folder = laid(tmp_path / "d", {"train.csv": train.encode(), "test.csv": test.encode()})
    data = read(folder, TWO)
    assert data.items.tolist() == [[3, 4]] and data.calibration.items.tolist() == [[1, 2]]
    laid(folder, {"more.csv": test.encode(), "train.csv": train.encode()})
    (folder / "train.csv").rename(folder / "other.csv")
    with pytest.raises(FileRefused, match="3 tables"):
        read(folder, TWO)


def test_texts_are_split_as_the_built_in_task_splits_them(tmp_path):
    built_in = data_dir() / "review-sentiment"
    texts = gzip.decompress((built_in / "test_texts.txt.gz").read_bytes()).decode().split("\n")[:300]
    stored = {name: array[:300] for name, array in arrays("review-sentiment", "test").items()}
    folder = laid(tmp_path / "d", {"tokenizer.json": (built_in / "tokenizer.json").read_bytes()})
    with (folder / "reviews.csv").open("w", newline="") as file:
        csv.writer(file).writerows([("text", "label"), *zip(texts, stored["y"], strict=True)])
    data = read(folder, taking(48, dtype="int32"))
    assert (data.items == stored["x"]).all() and (data.targets == stored["y"]).all()


def test_texts_by_the_vocabulary_of_bert_for_three_inputs(tmp_path):
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "good", "bread", "ba", "##d"]
    files = {"t.csv": TEXTS.encode(), "vocab.txt": "\n".join(pieces).encode()}
    inputs = tuple(Port(name, (1, None), np.dtype("int64")) for name in ("ids", "attention_mask", "token_type_ids"))
    data = read(laid(tmp_path / "d", files), inputs)
    assert data.items.tolist() == [[2, 5, 6, 3], [2, 7, 8, 3]] and data.targets.tolist() == [1, 0]
    assert data.others["attention_mask"].tolist() == [[1] * 4] * 2
    assert data.others["token_type_ids"].tolist() == [[0] * 4] * 2


@pytest.mark.parametrize(
    ("files", "inputs", "words"),
    [
        ({"t.csv": TEXTS}, taking(8, dtype="int64"), "tokenizer.json"),
        ({"t.csv": TEXTS, "tokenizer.json": "{}"}, taking(8, dtype="int64"), "no tokenizer"),
        ({"t.csv": TEXTS, "tokenizer.json": "["}, taking(8, dtype="int64"), "no tokenizer"),
        ({"t.csv": TEXTS, "vocab.txt": "a"}, taking(3, 8, 8), "no row of tokens"),
        ({"t.csv": "a,b,label\nx,y,0\n", "vocab.txt": "a"}, taking(8, dtype="int64"), "2 columns that may be"),
    ],
)
def test_texts_that_cannot_be_used(tmp_path, files, inputs, words):
    with pytest.raises(FileRefused, match=words):
        read(laid(tmp_path / "d", {name: text.encode() for name, text in files.items()}), inputs)


def test_a_tokenizer_that_pads_with_another_number(tmp_path):
    vocabulary = {"<unk>": 0, "<pad>": 1, "good": 2, "bread": 3, "bad": 4}
    tokenizer = {
        "version": "1.0", "truncation": None, "padding": None, "added_tokens": [], "normalizer": None,
        "pre_tokenizer": {"type": "Whitespace"}, "post_processor": None, "decoder": None,
        "model": {"type": "WordLevel", "vocab": vocabulary, "unk_token": "<unk>"},
    }  # fmt: skip
    files = {"t.csv": TEXTS.encode(), "tokenizer.json": json.dumps(tokenizer).encode()}
    assert read(laid(tmp_path / "d", files), taking(3, dtype="int64")).items.tolist() == [[2, 3, 1], [4, 1, 1]]
