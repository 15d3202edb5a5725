"""House rules that can be checked."""

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = sorted((ROOT / "odviz").rglob("*.py"))
OURS = PACKAGE + sorted(
    path
    for folder in ("zoo", "tests", "benchmarks")
    for path in (ROOT / folder).rglob("*.py")
    if ".cache" not in path.parts
)


@cache
def text(path):
    return path.read_text("utf-8")


@cache
def tree(path):
    return ast.parse(text(path))


@cache
def nodes(path):
    return tuple(ast.walk(tree(path)))


def breaking(rule, paths=PACKAGE):
    """What breaks a rule: a function from a path to the offences in it, none of which is allowed."""
    return {path.relative_to(ROOT).as_posix(): offences for path in paths if (offences := rule(path))}


def test_files_stay_small_enough_to_read():
    assert not breaking(lambda path: text(path).splitlines()[400:], OURS)


def test_nothing_below_the_terminal_prints_or_exits():
    def ends(path):
        functions = [node.func for node in nodes(path) if isinstance(node, ast.Call)]
        calls = {node.id for node in functions if isinstance(node, ast.Name)}
        attributes = [node for node in functions if isinstance(node, ast.Attribute) and node.attr == "exit"]
        calls |= set(map(ast.unparse, attributes))
        allowed = {"sys.exit"} if path.parts[-2:] == ("worker", "__main__.py") else set()
        return calls & {"print", "sys.exit", "exit", "quit"} - allowed

    assert not breaking(ends, [path for path in PACKAGE if "cli" not in path.parts])


def test_signed_numbers_are_formatted_without_minus_zero():
    def minus_zeros(path):
        formats = [
            node.format_spec for node in nodes(path) if isinstance(node, ast.FormattedValue) and node.format_spec
        ]
        return [spec for spec in map(ast.unparse, formats) if "+" in spec and "z" not in spec]

    assert not breaking(minus_zeros)


def test_nothing_is_left_for_later():
    others = [path for path in OURS if path != Path(__file__)]
    assert not breaking(lambda path: re.findall(r"\b(TODO|FIXME|XXX|HACK)\b", text(path)), others)


def test_runtimes_are_imported_inside_functions_only():
    heavy = {"onnx", "onnxruntime", "ai_edge_litert", "ai_edge_quantizer", "tflite_runtime", "openvino", "tokenizers"}

    def imported(path):
        top = tree(path).body
        names = [alias.name for node in top if isinstance(node, ast.Import) for alias in node.names]
        names += [node.module or "" for node in top if isinstance(node, ast.ImportFrom)]
        return heavy & {module.split(".")[0] for module in names}

    assert not breaking(imported)


def test_a_public_class_name_means_one_thing():
    classes = [
        node.name
        for path in PACKAGE
        for node in tree(path).body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    ]
    assert len(classes) == len(set(classes)), sorted({name for name in classes if classes.count(name) > 1})


def test_variables_are_named_for_what_they_hold():
    vague = {"each", "found", "there", "said", "asked", "given", "shown", "weighed"}

    def vaguely_named(path):
        stored = {node.id for node in nodes(path) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
        return vague & (stored | {node.arg for node in nodes(path) if isinstance(node, ast.arg)})

    assert not breaking(vaguely_named)


def test_the_architecture_names_every_folder():
    page = text(ROOT / "docs" / "architecture.md")
    folders = {path.name for path in (ROOT / "odviz").iterdir() if path.is_dir() and (path / "__init__.py").exists()}
    assert not {folder for folder in folders if f"{folder}/" not in page}
