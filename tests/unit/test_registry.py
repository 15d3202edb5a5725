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
        for name in [each for each in sys.modules if each.startswith("plugins_under_test")]:
            monkeypatch.delitem(sys.modules, name)
        return Registry("plugin", "plugins_under_test")

    return make


PLUGIN = """
class P:
    name = {name!r}
plugin = P()
"""


def test_one_file_is_one_plugin(package):
    registry = package(b=PLUGIN.format(name="bee"), a=PLUGIN.format(name="ay"), _helper="x = 1", plain="y = 2")
    assert registry.names() == ("ay", "bee")
    assert registry["bee"].name == "bee"
    assert [each.name for each in registry] == ["ay", "bee"]


def test_an_unknown_name_is_answered_with_what_exists(package):
    registry = package(a=PLUGIN.format(name="int8-static"))
    with pytest.raises(UnknownName, match=r"no plugin named 'int8-statc'\. Did you mean 'int8-static'\?"):
        registry["int8-statc"]


def test_two_plugins_of_one_name_are_refused(package):
    registry = package(a=PLUGIN.format(name="same"), b=PLUGIN.format(name="same"))
    with pytest.raises(RuntimeError, match="'same'"):
        registry.names()
