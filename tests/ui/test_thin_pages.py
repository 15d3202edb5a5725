"""Pages hold nothing; Streamlit is known to the user interface alone."""

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from odviz.ui import navigation

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted((ROOT / "pages").glob("*.py"))


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_page_imports_its_view_and_renders_it(path):
    docstring, importing, rendering = ast.parse(path.read_text("utf-8")).body
    assert ast.unparse(importing) == f"from odviz.ui.views import {path.stem}"
    assert ast.unparse(rendering) == f"{path.stem}.render()"
    assert docstring.value.value == f"See odviz/ui/views/{path.stem}.py."


def test_the_app_is_navigation_over_the_pages_and_nothing_else():
    *_, choice = ast.parse((ROOT / "app.py").read_text("utf-8")).body
    assert [ast.unparse(statement) for statement in choice.body] == ["navigation.run()"]
    once = [
        "app = App(__file__, middleware=MIDDLEWARE)",
        "if (invitation := class_server.start()):",
        "nagle.turn_off()",
        "warm_up.start_server()",
    ]
    assert [ast.unparse(statement).partition("\n")[0] for statement in choice.orelse] == once
    assert set(navigation.PAGES) == {path.stem for path in PAGES}


def test_the_first_page_imports_nothing_that_only_others_need():
    others = {"alembic", "fpdf", "moocore", "onnx", "onnxruntime", "pandas", "rich", "scipy.optimize", "scipy.stats"}
    code = f"import sys, odviz.ui.class_server, odviz.ui.views.explore; print(*{others} & set(sys.modules))"
    process = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert process.stdout.split() == []


@pytest.mark.parametrize(("name", "title"), navigation.PAGES.items())
def test_the_path_of_a_page_is_its_name_in_the_menu(name, title):
    assert name == title.lower().replace(" ", "_")


def test_only_the_user_interface_knows_streamlit():
    outside = [path for path in (ROOT / "odviz").rglob("*.py") if "ui" not in path.relative_to(ROOT).parts]
    assert not [path for path in outside if "import streamlit" in path.read_text("utf-8")]


def test_the_theme_has_the_colours_of_the_charts():
    from odviz.charts.palette import DARK, HUES, LIGHT

    theme = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))["theme"]
    for name, look in (("light", LIGHT), ("dark", DARK)):
        assert theme[name]["backgroundColor"] == look.background
        assert tuple(theme[name][f"{hue}TextColor"] for hue in HUES) == look.hues


def test_the_server_keeps_to_itself():
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))
    assert config["server"]["address"] == "127.0.0.1" and config["server"]["enableXsrfProtection"]
    assert config["browser"]["gatherUsageStats"] is False


def test_pages_are_not_parsed_in_threads():
    assert not tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))["runner"]["magicEnabled"]
