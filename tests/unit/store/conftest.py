from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from pathlib import Path

import psycopg
import pytest
from _pytest.mark import ParameterSet
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine

from odviz.domain.plan import BenchmarkPlan
from odviz.domain.recipe import parse_recipe
from odviz.store import Store, migrate, open_store
from odviz.store.schema import metadata
from tests.postgresql import ABSENT, postgresql, programs


def on_server(fixture: str) -> ParameterSet:
    """A fixture on PostgreSQL; one process runs all tests with it, so that one server is started."""
    return pytest.param(fixture, marks=pytest.mark.xdist_group("postgresql"))


@pytest.fixture
def file_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'odviz.db'}"


@pytest.fixture
def memory_url() -> str:
    return "sqlite://"


@pytest.fixture
def url(file_url: str) -> str:
    return file_url


@pytest.fixture(params=["file_url", on_server("server_url")])
def any_url(request: pytest.FixtureRequest) -> str:
    """A new database of each kind that processes can share."""
    return str(request.getfixturevalue(request.param))


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """URL of a PostgreSQL server."""
    folder = programs()
    if folder is None:
        if os.environ.get("ODVIZ_POSTGRESQL") == "require":
            pytest.fail(ABSENT)
        pytest.skip(ABSENT)
    with postgresql(folder) as started:
        yield started


@pytest.fixture
def server_url(server: str) -> str:
    """URL of an empty schema on the server."""
    name = f"test_{secrets.token_hex(8)}"
    with closing(psycopg.connect(server, autocommit=True)) as connection:
        connection.execute(f"CREATE SCHEMA {name}")
    return f"{server}&options=-csearch_path%3D{name}"


@pytest.fixture(scope="session")
def store_on_server(server: str) -> Iterator[Store]:
    with open_store(server) as opened:
        yield opened


@pytest.fixture
def emptied_store_on_server(store_on_server: Store) -> Store:
    """One database for all tests, because creating its tables takes longer than most tests."""
    with store_on_server._writing() as connection:
        for table in reversed(metadata.sorted_tables):
            connection.execute(table.delete())
    return store_on_server


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


@pytest.fixture(params=["file_url", "memory_url"])
def sqlite_store(request: pytest.FixtureRequest) -> Iterator[Store]:
    with open_store(request.getfixturevalue(request.param)) as opened:
        yield opened


@pytest.fixture(params=["file_url", "memory_url", on_server("emptied_store_on_server")])
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    """The store, over each kind of database: one contract for all."""
    database = request.getfixturevalue(request.param)
    with nullcontext(database) if isinstance(database, Store) else open_store(database) as opened:
        yield opened


@pytest.fixture
def plan() -> BenchmarkPlan:
    return BenchmarkPlan("product-images", ("lenet-5",), (parse_recipe("till = int8-static"),), ("onnxruntime",))
