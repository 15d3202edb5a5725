"""The page on which two benchmarks, variants or devices are compared."""

from tests.ui import scripted
from tests.ui.scripted import texts


def test_without_benchmarks_it_leads_to_measuring(visit):
    app = visit("compare")
    assert "Nothing of this task was measured" in texts(app)


def test_one_benchmark_asks_for_another_choice(visit, measured):
    app = visit("compare", base=measured, new=measured)
    assert "Choose something else" in texts(app)


def test_two_variants_have_their_changes(visit, measured):
    app = visit("compare", base=measured, new=measured)
    variants = app.selectbox(key="new-variant").options
    fp32, int8 = (next(one for one in variants if recipe in one) for recipe in ("fp32", "int8-static"))
    app = visit("compare", **{"base": measured, "base-variant": fp32, "new": measured, "new-variant": int8})
    assert "compared with" in app.subheader[0].value and not app.warning
    table = app.dataframe[0].value
    assert "Latency" in table["Figure"].tolist() and table.columns[-1] == "Meaning"


def test_two_benchmarks_say_what_is_unfair_first(visit, store, measured):
    other = scripted.measure(store, *scripted.RECIPES)
    app = visit("compare", base=measured, new=other)
    assert "other sessions" in app.warning[-1].value and len(app.dataframe) == 1


def test_a_device_is_a_side(visit, measured):
    app = visit("compare", **{"base": measured, "new": measured, "new-device": "raspberry-pi-4"})
    assert "Raspberry Pi 4" in app.warning[0].value and not app.error


def test_what_does_not_exist_is_said(visit, measured):
    app = visit("compare", base="nothing", new=measured)
    assert len(app.warning) >= 1 and not app.exception
