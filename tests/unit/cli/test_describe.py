"""`odviz models describe`: what a person says of a model of their own."""

import json

from tests.toys import own_files


def test_the_terminal_says_it_too(odviz):
    own_files.put()
    code, out, _ = odviz("models", "describe", own_files.TASK, "--licence", "MIT", "--owner", "Tile team")
    assert code == 0 and "Tile team" in out and "not known" in out
    code, out, _ = odviz("models", "describe", own_files.TASK, "--not-for", "Medicine.", "--json")
    assert code == 0 and json.loads(out) == {
        "licence": "MIT",
        "intended_use": "",
        "not_for": "Medicine.",
        "owner": "Tile team",
    }
