"""The page on which releases are promoted and rolled back."""

import pytest

from odviz.domain.release import Channel
from odviz.library.policy_toml import load_policy
from odviz.objectives import OBJECTIVES
from odviz.services import releases
from odviz.services.release_log import registry
from odviz.store.schema import audit, kept
from tests.fakes import World
from tests.ui import scripted
from tests.ui.scripted import texts

PRODUCTION = Channel.PRODUCTION
EVIL = "<b>no</b> ![p](https://evil.example/p.png)"


def policy(name="no-worse"):
    return load_policy(name, OBJECTIVES.names())


@pytest.fixture
def released(measured, store, tmp_path):
    """A benchmark whose files exist, with two releases, the first of them in production."""
    world = World(**scripted.WORLD, folder=tmp_path)
    identity = scripted.measure(store, *scripted.RECIPES, world=world)
    for recipe, why in (("fp32", "first"), ("prune", EVIL)):
        releases.add(store, identity, recipe, why, "Ada", policy())
    releases.promote(store, "v1", PRODUCTION, policy(), "", "Ada")
    return identity


def in_use(store):
    present = registry(store).in_use(scripted.TASK, PRODUCTION)
    return present and present.number


def button(app, label):
    return next(one for one in app.button if one.label.startswith(label))


def test_without_releases_it_leads_to_explore(visit, home):
    assert "Nothing is released yet" in texts(visit("releases"))


def test_channels_releases_and_log_are_shown_as_words(visit, released):
    app = visit("releases")
    said = texts(app)
    assert "lenet-5/v1" in said and "Every entry has its hash" in said
    assert EVIL in said and not any(EVIL in one.value for one in app.markdown)
    columns = [tuple(one.value.columns) for one in app.dataframe]
    assert any("Why" in headings for headings in columns) and any("Provenance" in headings for headings in columns)
    assert not app.error and not app.warning
    assert {"Model file", "Evidence as ZIP"} <= {one.label for one in app.download_button}


def test_what_does_not_pass_is_promoted_with_a_reason_only(visit, store, released):
    app = visit("releases", release=f"{scripted.TASK}/{scripted.MODEL}/v2")
    assert "FAIL" in texts(app)
    button(app, "Promote to production all the same").click().run()
    assert in_use(store) == 1 and "Nothing was changed" in texts(app)
    (why,) = (one for one in app.text_area if one.key.startswith("why-promote"))
    why.input("the old one crashes")
    button(app, "Promote to production all the same").click().run()
    assert in_use(store) == 2 and "Hash of the log" in app.success[0].value


def test_the_first_of_a_channel_needs_no_gate(visit, store, released):
    app = visit("releases", release=f"{scripted.TASK}/{scripted.MODEL}/v2", channel="candidate")
    button(app, "Promote to candidate").click().run()
    assert registry(store).in_use(scripted.TASK, Channel.CANDIDATE).number == 2 and not app.error


def test_a_channel_is_rolled_back_and_what_is_proven_is_said(visit, store, released):
    releases.promote(store, "v2", PRODUCTION, policy(), "faster", "Ada")
    app = visit("releases")
    next(one for one in app.text_area if one.key.startswith("why-rollback")).input("crashes")
    button(app, "Take").click().run()
    assert in_use(store) == 1 and "not proven" in app.success[0].value  # the test items of scripts are not the task's


def test_a_tampered_file_is_said_and_nothing_is_changed(visit, store, released):
    releases.promote(store, "v2", PRODUCTION, policy(), "faster", "Ada")
    with store._writing() as connection:
        sha256 = registry(store).releases[0].files[0].sha256
        connection.execute(kept.update().where(kept.c.sha256 == sha256).values(content=b"evil"))
    app = visit("releases")
    next(one for one in app.text_area if one.key.startswith("why-rollback")).input("crashes")
    button(app, "Take").click().run()
    assert in_use(store) == 2 and "changed since it was released" in app.error[0].value
    button(app, "Check everything").click().run()
    assert any("is missing or was changed" in one.value for one in app.error)


def test_a_changed_log_is_said_first(visit, store, released):
    with store._writing() as connection:
        connection.execute(audit.update().where(audit.c.sequence == 3).values(payload="{}"))
    app = visit("releases")
    assert "Entry 3" in app.error[0].value and "Every entry has its hash" not in texts(app)
    assert "Nothing is in use" not in texts(app)  # nothing is known to be in any channel


def test_a_release_that_does_not_exist_is_said(visit, released):
    app = visit("releases", release="v9")
    assert "release=v9" in app.warning[0].value


def test_explore_releases_a_variant_that_is_selected(visit, store, released):
    app = visit(benchmark=released, pick="1")
    _, selected = (one for one in app.text_area if one.key.startswith("why-release"))
    selected.input("small")
    [one for one in app.button if one.label == "Release this variant"][1].click().run()
    (*_, newest) = registry(store).releases
    assert (newest.number, newest.why, newest.benchmark) == (3, "small", released)
    assert newest.id in app.success[-1].value and not app.error
