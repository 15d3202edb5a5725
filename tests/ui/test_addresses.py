"""An address that makes no sense is answered with sentences, and the page works all the same."""

from urllib.parse import parse_qsl

import pytest

from tests.nonsense import NONSENSE
from tests.ui.scripted import texts


@pytest.mark.parametrize("page", NONSENSE)
def test_nonsense_in_the_address_is_survived(visit, page, measured):
    app = visit(page, **dict(parse_qsl(NONSENSE[page].removeprefix("?"), keep_blank_values=True)))
    assert app.title[0].value
    ignored = [warning.value for warning in app.warning if "in the address is ignored" in warning.value]
    assert ignored or page not in ("explore", "new_benchmark")
    if page == "explore":
        assert "is shown instead" in texts(app) and app.metric and len(app.get("plotly_chart")) >= 4
    if page == "new_benchmark":
        assert not next(button for button in app.button if button.label == "Start measuring").disabled
