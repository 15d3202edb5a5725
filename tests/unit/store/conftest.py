from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from odviz.domain.plan import BenchmarkPlan
from odviz.domain.recipe import parse_recipe
from odviz.store import Store, open_store


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'odviz.db'}"


@pytest.fixture(params=["file", "memory"])
def store(request: pytest.FixtureRequest, url: str) -> Iterator[Store]:
    """The store, over each kind of database that needs no server: one contract for all."""
    with open_store(url if request.param == "file" else "sqlite://") as opened:
        yield opened


@pytest.fixture
def plan() -> BenchmarkPlan:
    return BenchmarkPlan("product-images", ("lenet-5",), (parse_recipe("till = int8-static"),), ("onnxruntime",))
