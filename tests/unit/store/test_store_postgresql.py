"""What only a database server can do: hold a lock, refuse changes, close connections."""

from __future__ import annotations

import psycopg
import pytest

from odviz.domain.errors import StoreError
from odviz.domain.plan import BenchmarkPlan
from odviz.store import Store, engine, open_store, postgresql
from tests.fakes import point

pytestmark = pytest.mark.xdist_group("postgresql")


def test_a_lasting_lock_is_an_error(
    server: str, emptied_store_on_server: Store, plan: BenchmarkPlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = emptied_store_on_server
    monkeypatch.setattr(engine, "WAIT_S", 0.02)
    monkeypatch.setattr(engine, "PATIENT_S", 0.04)
    with psycopg.connect(server) as other:
        other.execute(f"SELECT pg_advisory_xact_lock({postgresql._LOCK})")
        for waiting in (store, store.patient()):
            with pytest.raises(StoreError, match="locked by another program"):
                waiting.create_benchmark(plan, [point()])
        assert store.benchmarks() == ()
    store.create_benchmark(plan, [point()])


def test_a_server_that_takes_no_changes_is_read(server_url: str, plan: BenchmarkPlan) -> None:
    with open_store(server_url) as store:
        mine = store.create_benchmark(plan, [point()])
    with open_store(f"{server_url}%20-cdefault_transaction_read_only%3Don") as store:
        assert store.load(mine).plan == plan
        with pytest.raises(StoreError, match="not written to"):
            store.delete(mine)


def test_a_user_without_rights_is_an_error(server: str, server_url: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("CREATE USER guest")
        connection.execute(f"GRANT USAGE ON SCHEMA {server_url.rpartition('3D')[2]} TO guest")
    with pytest.raises(StoreError, match="user that its URL names"):
        open_store(f"{server_url}&user=guest".replace("odviz@", ""))


def test_closed_connections_are_opened_again(server: str, emptied_store_on_server: Store) -> None:
    emptied_store_on_server.benchmarks()
    with psycopg.connect(server, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
    assert emptied_store_on_server.benchmarks() == ()


@pytest.mark.parametrize(("url", "seconds"), [("postgresql://x/y", 3), ("postgresql://x/y?connect_timeout=9", "9")])
def test_nobody_waits_for_ever_to_connect(url: str, seconds: object, monkeypatch: pytest.MonkeyPatch) -> None:
    options: dict[str, object] = {}
    monkeypatch.setattr("psycopg.connect", lambda **given: options.update(given) or 1 / 0)
    with pytest.raises(ZeroDivisionError):
        open_store(url)
    assert options["connect_timeout"] == seconds
