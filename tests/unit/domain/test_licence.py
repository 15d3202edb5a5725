import json
from pathlib import Path

import pytest

from odviz.domain.licence import LICENCES, Duty, Permission, Use, check_licence


@pytest.mark.parametrize(
    ("recorded", "use", "permission"),
    [
        ("MIT", Use.SELL, Permission.ALLOWED),
        ("CC-BY-NC-4.0", Use.SELL, Permission.NOT_ALLOWED),
        ("CC-BY-NC-4.0", Use.SHARE, Permission.ALLOWED),
        ("CC-BY-ND-4.0", Use.SHARE, Permission.NOT_ALLOWED),  # a compressed network is a changed one
        ("CC-BY-NC-ND-4.0", Use.EVALUATE, Permission.ALLOWED),
        ("", Use.EVALUATE, Permission.NOT_KNOWN),
        ("MIT, as the package that carries it", Use.SELL, Permission.NOT_KNOWN),
        ("mit", Use.SELL, Permission.NOT_KNOWN),
    ],
)
def test_only_an_spdx_id_decides(recorded, use, permission):
    assert check_licence("it", recorded, use).permission is permission


def test_duties_are_of_what_is_passed_on():
    assert check_licence("it", "GPL-3.0-only", Use.SELL).duties == LICENCES["GPL-3.0-only"].duties
    assert Duty.SOURCE in LICENCES["GPL-3.0-only"].duties
    assert check_licence("it", "GPL-3.0-only", Use.EVALUATE).duties == ()
    assert check_licence("it", "CC-BY-NC-4.0", Use.SELL).duties == ()


def test_every_licence_has_an_spdx_id():
    from cyclonedx.schema._res import SPDX_JSON

    assert set(LICENCES) <= set(json.loads(Path(SPDX_JSON).read_text("utf-8"))["enum"])
