"""House rules that can be checked."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = sorted((ROOT / "odviz").rglob("*.py"))
OURS = PACKAGE + sorted(
    path
    for folder in ("zoo", "tests", "benchmarks")
    for path in (ROOT / folder).rglob("*.py")
    if ".cache" not in path.parts
)


@cache
def parsed(path):
    return ast.parse(path.read_text("utf-8"))


def name(path):
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", OURS, ids=name)
def test_files_stay_small_enough_to_read(path):
    assert len(path.read_text("utf-8").splitlines()) <= 400


@pytest.mark.parametrize("path", [path for path in PACKAGE if "cli" not in path.parts], ids=name)
def test_nothing_below_the_terminal_prints_or_exits(path):
    calls = {ast.unparse(node.func) for node in ast.walk(parsed(path)) if isinstance(node, ast.Call)}
    allowed = {"sys.exit"} if path.parts[-2:] == ("worker", "__main__.py") else set()
    assert not calls & {"print", "sys.exit", "exit", "quit"} - allowed


@pytest.mark.parametrize("path", PACKAGE, ids=name)
def test_signed_numbers_are_formatted_without_minus_zero(path):
    formats = [
        node.format_spec
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FormattedValue) and node.format_spec
    ]
    signed = [text for text in map(ast.unparse, formats) if "+" in text]
    assert all("z" in text for text in signed), signed


@pytest.mark.parametrize("path", OURS, ids=name)
def test_nothing_is_left_for_later(path):
    if path == Path(__file__):
        return
    assert not re.search(r"\b(TODO|FIXME|XXX|HACK)\b", path.read_text("utf-8"))


@pytest.mark.parametrize("path", PACKAGE, ids=name)
def test_runtimes_are_imported_inside_functions_only(path):
    heavy = {"onnx", "onnxruntime", "ai_edge_litert", "ai_edge_quantizer", "tflite_runtime", "openvino", "tokenizers"}
    for node in parsed(path).body:
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        assert not heavy & {module.split(".")[0] for module in names}


def test_a_public_class_name_means_one_thing():
    classes = [
        node.name
        for path in PACKAGE
        for node in parsed(path).body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    ]
    assert len(classes) == len(set(classes)), sorted({name for name in classes if classes.count(name) > 1})


@pytest.mark.parametrize("path", PACKAGE, ids=name)
def test_variables_are_named_for_what_they_hold(path):
    vague = {"each", "found", "there", "said", "asked", "given", "shown", "weighed"}
    tree = parsed(path)
    stored = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    arguments = {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    assert not vague & (stored | arguments)


def test_the_architecture_names_every_folder():
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    folders = {path.name for path in (ROOT / "odviz").iterdir() if path.is_dir() and (path / "__init__.py").exists()}
    missing = {folder for folder in folders if f"{folder}/" not in text}
    assert not missing
