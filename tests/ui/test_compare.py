"""The page on which two benchmarks, variants or devices are compared."""

from odviz.domain.evidence import EvidencePart
from odviz.report.evidence import evidence
from odviz.services import releases
from odviz.services.evidence_check import verify
from tests.fakes import World
from tests.release_data import LENIENT
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
    assert "other sessions" in app.warning[-1].value and len(app.dataframe) == 2


def test_a_device_is_a_side(visit, measured):
    app = visit("compare", **{"base": measured, "new": measured, "new-device": "raspberry-pi-4"})
    assert "Raspberry Pi 4" in app.warning[0].value and not app.error


def test_what_does_not_exist_is_said(visit, measured):
    app = visit("compare", **{"base": "nothing", "new": measured, "new-variant": "<b>int4</b>"})
    warnings = " ".join(one.value for one in app.warning)
    assert "base=nothing" in warnings and "no variant of that name" in warnings and not app.exception


def compared(visit, store, measured, **address):
    app = visit("compare", base=measured, new=measured)
    variants = app.selectbox(key="new-variant").options
    fp32, int8 = (next(one for one in variants if recipe in one) for recipe in ("fp32", "int8-static"))
    return visit("compare", **{"base": measured, "base-variant": fp32, "new": measured, "new-variant": int8, **address})


def verdicts(app):
    (table,) = (one.value for one in app.dataframe if "Verdict" in one.value.columns)
    return dict(zip(table["Clause"], table["Verdict"], strict=True))


def test_a_shipped_policy_is_decided(visit, store, measured):
    app = compared(visit, store, measured)
    assert set(verdicts(app)) == {"Accuracy", "Latency", "Memory"} and not app.error
    assert app.subheader[-1].value == "May it ship?" and app.get("plotly_chart")


def test_own_margins_decide_and_stand_in_the_address(visit, store, measured):
    app = compared(visit, store, measured, policy="own", **{"margin-latency": "10"})
    assert verdicts(app) == {"Latency": "PASS"}
    app.number_input(key="margin-accuracy").set_value(0.0).run()
    assert set(verdicts(app)) == {"Accuracy", "Latency"} and app.query_params["margin-accuracy"] == "0"
    app.number_input(key="margin-accuracy").set_value(None)
    app.number_input(key="margin-latency").set_value(None).run()
    assert "Set a margin" in texts(app) and not app.exception


def test_an_own_policy_begins_with_margins(visit, store, measured):
    app = compared(visit, store, measured)
    app.selectbox(key="policy").select("own").run()
    assert app.number_input(key="margin-latency").value == 10 and len(verdicts(app)) == 3


def test_a_policy_for_a_device_is_decided_there(visit, store, measured):
    app = compared(visit, store, measured, policy="raspberry-pi")
    assert "Latency on raspberry-pi-4" in verdicts(app)


def test_two_variants_have_groups_items_in_both_directions_and_facts(visit, store, measured):
    app = compared(visit, store, measured)
    titles = [one.label for one in app.expander]
    assert "Facts of the files that differ" in titles and "Time by operator" in titles
    said = texts(app)
    assert "Right before, wrong now" in said and "Wrong before, right now" in said and not app.exception
    facts = next(one.value for one in app.dataframe if "Fact" in one.value.columns)
    assert "Recipe" in facts["Fact"].tolist()


def test_the_recommended_variant_and_all_of_a_model_are_choices(visit, store):
    both = scripted.measure(store, *scripted.RECIPES, models=("lenet-5", "resnet-8"))
    app = visit("compare", **{"base": both, "new": both, "base-variant": "lenet-5 ", "new-variant": "resnet-8 "})
    assert "Of 3 pairs" in app.subheader[0].value and not app.warning
    app = visit("compare", **{"base": both, "new": both, "base-variant": "resnet-8 prune-magnitude:50 · onnxruntime"})
    app.selectbox(key="new-variant").select("recommended").run()
    assert "compared with" in app.subheader[0].value and not app.error and not app.exception


def test_the_newest_complete_benchmark_is_compared_with_the_baseline(visit, store, measured):
    newer, newest = (scripted.measure(store, *scripted.RECIPES) for _ in range(2))
    stopped = scripted.queue(store)
    store.request_cancel(stopped)
    app = visit("compare")
    assert (app.selectbox(key="base").value, app.selectbox(key="new").value) == (newer, newest)
    store.set_baseline(measured, True)
    assert visit("compare").selectbox(key="base").value == measured


def test_a_release_is_a_side(visit, store, tmp_path):
    identity = scripted.measure(store, *scripted.RECIPES, world=World(**scripted.WORLD, folder=tmp_path))
    releases.add(store, identity, "int8-static", "try it", "Ada", LENIENT)
    app = visit("compare", **{"base": identity, "base-variant": "lenet-5 fp32 · onnxruntime", "new": "lenet-5/v1"})
    assert "compared with" in app.subheader[0].value and not app.warning and not app.exception
    assert app.query_params["new"] == f"{scripted.TASK}/lenet-5/v1"


def test_the_evidence_of_a_verdict_is_downloaded_and_holds(visit, store, measured, monkeypatch):
    assert "evidence" in [button.key for button in compared(visit, store, measured).download_button]
    bundles = []
    monkeypatch.setattr(
        "odviz.ui.parts.evidence.download", lambda subject, name: bundles.append((name, evidence(subject()).content))
    )
    app = compared(visit, store, measured)
    name, content = bundles[-1]
    report = verify(content, name)
    assert not app.exception and name == f"odviz-{measured}" and report.holds
    assert len([check for check in report.checks if check.part is EvidencePart.GATE]) == 1 + len(verdicts(app))
