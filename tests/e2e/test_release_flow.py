"""Two variants are compared, one is promoted through a gate, its device raises an alarm, and it is rolled back."""

import json
import re
from urllib.parse import urlencode

import pytest
from playwright.sync_api import expect

from odviz.domain.release import Channel
from odviz.library.policy_toml import load_policy
from odviz.objectives import OBJECTIVES
from odviz.services import releases
from odviz.store import open_store
from odviz.tasks import TASKS
from tests.e2e.conftest import DESK, PHONE_WIDTH

ANSWERS = 400


@pytest.fixture(scope="module")
def released(measured, server):
    """Releases of the first benchmark: one for each width, and the one in production before."""
    with open_store(f"sqlite:///{server.home / 'odviz.db'}") as store:
        policy = load_policy("no-worse", OBJECTIVES.names())
        first, *others = [
            releases.add(store, measured, point.label, "to ship it", "Ada", policy)[1]
            for point in store.points(measured)[:3]
        ]
        releases.promote(store, first.id, Channel.PRODUCTION, policy, "", "Ada")
    return first, dict(zip((DESK, PHONE_WIDTH), others, strict=True))


@pytest.fixture
def stuck(released, tmp_path):
    """The log of a device that always sees the same."""
    name = TASKS[released[0].task].classes()[0]
    answers = ({"time": 1.7e9 + 60 * place, "prediction": name, "confidence": 0.99} for place in range(ANSWERS))
    path = tmp_path / "till.jsonl"
    path.write_text("".join(json.dumps(answer) + "\n" for answer in answers))
    return path


def test_compare_gate_promote_alarm_roll_back(screen, width, released, stuck):
    page, before, release = screen.page, released[0], released[1][width]
    sides = {"base": before.benchmark, "base-variant": before.point.label}
    sides |= {"new": release.benchmark, "new-variant": release.point.label}
    screen.open(f"compare?{urlencode(sides)}")
    screen.says("May it ship")
    screen.says(r"PASS|FAIL|INCONCLUSIVE")

    screen.open(f"releases?{urlencode({'release': release.id})}")
    page.get_by_label("Who are you?").last.fill("Ada")
    override = page.get_by_label("It does not pass")
    if override.count():
        override.fill("the tills have the memory for it")
    page.get_by_role("button", name="Promote to production").click()
    screen.says(f"{re.escape(release.id)} is in production now")

    screen.open(f"monitor?{urlencode({'release': release.id})}")
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(stuck)
    screen.says(f"of {re.escape(release.id)}, before")
    screen.says(f"{re.escape(release.id)} is in production now")
    page.get_by_label("Who are you?").first.fill("Ada")
    page.get_by_role("button", name=f"Roll production back to {before.id}").click()
    screen.says(f"{re.escape(before.id)} is in production again: proven.* Incident [0-9]+ is closed")
    expect(page.get_by_role("button", name="Close it")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
