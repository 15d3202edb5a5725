"""The page on which cloud and device are compared by their costs."""

from odviz.domain.cost import CostFactor
from tests.ui.scripted import texts


def test_without_benchmarks_it_leads_to_measuring(visit):
    app = visit("cost")
    assert "Nothing of this task was measured" in texts(app) and not app.exception


def test_the_answer_is_the_first_sentence(visit, measured):
    app = visit("cost", benchmark=measured)
    assert "The device" in app.subheader[0].value and "pay" in app.subheader[0].value
    assert {one.key for one in app.text_input} == set(CostFactor)
    assert not app.exception and not app.error and not app.warning
    assert len(app.get("plotly_chart")) == 2


def test_what_is_in_the_address_decides(visit, measured):
    app = visit("cost", **{"benchmark": measured, "requests": "1:2:3", "call-price": "0.1", "power": "5"})
    assert "never pays for itself" in app.subheader[0].value and app.text_input(key="requests").value == "1:2:3"
    app = visit("cost", **{"benchmark": measured, "requests": "1e6", "call-price": "5", "years": "2"})
    assert "pays for itself after" in app.subheader[0].value


def test_what_is_typed_goes_into_the_address(visit, measured):
    app = visit("cost", benchmark=measured)
    app.text_input(key="requests").input("1000000").run()
    assert app.query_params["requests"] in ("1000000", ["1000000"])
    app.text_input(key="requests").input("a lot").run()
    assert "requests" not in app.query_params and "not a number" in app.error[0].value and not app.exception


NONSENSE = {
    "requests": "many",
    "call-price": "-1",
    "device-life": "0",
    "preset": "<b>x</b>",
    "years": "1e9",
    "variant": "nothing",
    "device": "toaster",
    "nonsense": "1",
}


def test_nonsense_in_the_address_is_said_and_the_rest_is_drawn(visit, measured):
    app = visit("cost", benchmark=measured, **NONSENSE)
    assert len(app.warning) == len(NONSENSE) and "The device" in app.subheader[0].value and not app.exception


def test_a_preset_on_another_device(visit, measured):
    app = visit("cost", benchmark=measured, device="raspberry-pi-4", preset="cellular")
    assert app.text_input(key="traffic-price").placeholder == "19.5:30:78"
    assert "The device" in app.subheader[0].value and not app.exception
