from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine

from odviz.domain.plan import BenchmarkPlan
from odviz.domain.recipe import parse_recipe
from odviz.store import Store, migrate, open_store


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'odviz.db'}"


@pytest.fixture
def older(url: str) -> Callable[[str], AbstractContextManager[Connection]]:
    """Makes a new database as the odviz of a revision made it."""

    @contextmanager
    def make(revision: str) -> Iterator[Connection]:
        engine = create_engine(url)
        with engine.begin() as connection:
            config = Config()
            config.set_main_option("script_location", str(migrate.FOLDER))
            config.attributes["connection"] = connection
            command.upgrade(config, revision)
            yield connection
        engine.dispose()

    return make


@pytest.fixture(params=["file", "memory"])
def store(request: pytest.FixtureRequest, url: str) -> Iterator[Store]:
    """The store, over each kind of database that needs no server: one contract for all."""
    with open_store(url if request.param == "file" else "sqlite://") as opened:
        yield opened


@pytest.fixture
def plan() -> BenchmarkPlan:
    return BenchmarkPlan("product-images", ("lenet-5",), (parse_recipe("till = int8-static"),), ("onnxruntime",))
