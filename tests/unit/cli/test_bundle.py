"""`odviz bundle`: which variant it takes, and where it writes; its content is tested in tests/unit/report."""

import pytest

from odviz.cli import bundle
from odviz.report.bundle import Bundle
from tests.unit.cli.test_recommend import measure


@pytest.fixture
def taken(monkeypatch):
    """The recipes of the candidates that were bundled."""
    recipes = []

    def made(_data, _analysis, candidate):
        recipes.append(str(candidate.host_point.variant.recipe))
        return Bundle("net.zip", b"zip")

    monkeypatch.setattr(bundle, "bundle", made)
    return recipes


def test_it_takes_the_recommended_variant_or_the_one_that_is_named(odviz, taken, tmp_path):
    new = measure()
    assert odviz("bundle", new, "--output", str(tmp_path))[0] == 0
    assert odviz("bundle", new, "--recipe", "prune-magnitude:50", "--output", str(tmp_path / "own.zip"))[0] == 0
    assert taken == ["int8-static", "prune-magnitude:50"]
    assert (tmp_path / "net.zip").read_bytes() == (tmp_path / "own.zip").read_bytes() == b"zip"


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("--model", "net"), 2),
        (("--recipe", "fp16"), 2),
        (("--device", "nowhere"), 2),
        (("--output", "/proc/no/such/place.zip"), 5),
    ],
)
def test_what_it_cannot_do_has_an_exit_code(odviz, taken, options, code):
    assert odviz("bundle", measure(), *options)[0] == code
