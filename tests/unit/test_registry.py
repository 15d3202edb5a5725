import sys
import textwrap

import pytest

from odviz.domain.errors import UnknownName
from odviz.registry import Registry


@pytest.fixture
def package(tmp_path, monkeypatch):
    def make(**modules):
        folder = tmp_path / "plugins_under_test"
        folder.mkdir()
        (folder / "__init__.py").write_text("")
        for name, body in modules.items():
            (folder / f"{name}.py").write_text(textwrap.dedent(body))
        monkeypatch.syspath_prepend(str(tmp_path))
        for name in [module for module in sys.modules if module.startswith("plugins_under_test")]:
            monkeypatch.delitem(sys.modules, name)
        return Registry("plugin", "plugins_under_test")

    return make


PLUGIN = """
class P:
    name = {name!r}
plugin = P()
"""


def test_modules_with_a_plugin_are_registered(package):
    registry = package(b=PLUGIN.format(name="bee"), a=PLUGIN.format(name="ay"), _helper="x = 1", plain="y = 2")
    assert registry.names() == ("ay", "bee")
    assert registry["bee"].name == "bee"
    assert [plugin.name for plugin in registry] == ["ay", "bee"]


def test_a_plugin_is_found_without_importing_the_others(package):
    registry = package(int8_static=PLUGIN.format(name="int8-static"), other="raise ImportError", base="x = 1")
    assert registry["int8-static"].name == "int8-static"
    assert registry["int8-static"] is registry["int8-static"]


@pytest.mark.parametrize("name", ["int8_static", "base", "", "a.b", "..a", "an other"])
def test_the_name_of_a_module_is_not_the_name_of_a_plugin(package, name):
    registry = package(int8_static=PLUGIN.format(name="int8-static"), base="x = 1")
    with pytest.raises(UnknownName):
        registry[name]


def test_unknown_name_is_rejected(package):
    registry = package(a=PLUGIN.format(name="int8-static"))
    with pytest.raises(UnknownName) as error:
        registry["int8-statc"]
    assert (error.value.kind, error.value.name, error.value.known) == ("plugin", "int8-statc", ("int8-static",))


def test_duplicate_names_are_rejected(package):
    registry = package(a=PLUGIN.format(name="same"), b=PLUGIN.format(name="same"))
    with pytest.raises(RuntimeError, match="'same'"):
        registry.names()
