"""Names, tags, notes and baselines of benchmarks, on each kind of database."""

from __future__ import annotations

import dataclasses

import pytest

from odviz.domain.errors import InputError, UnknownName
from odviz.domain.label import BenchmarkLabel
from odviz.domain.plan import BenchmarkPlan
from odviz.store import Store
from tests.fakes import point


def test_a_label_is_kept_and_found_by_its_exact_name(store: Store, plan: BenchmarkPlan) -> None:
    first, second = (store.create_benchmark(plan, [point()]) for _ in range(2))
    assert (store.load(first).label, store.load(first).baseline) == (BenchmarkLabel(), False)
    label = BenchmarkLabel("Nächtlich [1] \U0001f300", ("v2", "phone: a"), "two\nlines")
    store.set_label(first, label)
    assert store.load(f" {label.name} ").id == store.identify(label.name) == first
    assert store.load(first).label == label and store.load(second).label == BenchmarkLabel()
    with pytest.raises(UnknownName):
        store.load(label.name.lower())
    store.set_label(second, BenchmarkLabel(label.name))
    with pytest.raises(InputError, match=f"{second}, {first}"):
        store.load(label.name)
    with pytest.raises(UnknownName):
        store.set_label("gone", label)


def test_a_name_and_the_beginning_of_an_id_are_not_mistaken_for_another(store: Store, plan: BenchmarkPlan) -> None:
    first, second = (store.create_benchmark(plan, [point()]) for _ in range(2))
    store.set_label(first, BenchmarkLabel(second[:7]))
    with pytest.raises(InputError, match=f"{second}, {first}"):
        store.load(second[:7])
    store.set_label(first, BenchmarkLabel(second))
    assert store.load(second).id == second


def test_a_task_has_one_baseline_at_most(store: Store, plan: BenchmarkPlan) -> None:
    one, two, other = (
        store.create_benchmark(dataclasses.replace(plan, task=task), [point()]) for task in ("a", "a", "b")
    )
    with pytest.raises(UnknownName):
        store.load("baseline")
    for made in (one, two):
        store.set_baseline(made, True)
        assert store.load("Baseline").id == store.load("baseline", "a").id == made
    assert [record.id for record in store.benchmarks() if record.baseline] == [two]
    store.set_baseline(other, True)
    assert store.load("baseline", "a").id == two and store.load("baseline", "b").id == other
    with pytest.raises(InputError, match=f"{other}, {two}"):
        store.load("baseline")
    store.set_baseline(two, False)
    assert store.load("baseline").id == other
    with pytest.raises(UnknownName):
        store.set_baseline("gone", True)
