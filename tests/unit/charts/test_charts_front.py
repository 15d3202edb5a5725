from dataclasses import replace

import numpy as np
import plotly.graph_objects as go
import pytest

from odviz.charts import LIGHT, front
from odviz.charts.columns import front_line, projected_line
from odviz.charts.front import knee_of
from odviz.domain.device import Fit
from odviz.domain.estimate import Estimate, Provenance
from odviz.domain.objective import Limits
from odviz.domain.result import Membership
from odviz.objectives import ACCURACY, ENERGY, LATENCY, MEMORY
from tests.unit.charts.candidates import candidate, columns_of

L = LATENCY


def drawn(candidates, axis=L, limits=None, selected=()):
    limits = limits or Limits()
    found = columns_of(candidates, lambda point: point.label)
    feasible = np.array([candidate.feasible for candidate in candidates], bool)
    return go.Figure(front(found, axis, feasible, limits, LIGHT, selected))


def trace(figure, name):
    found = [trace for trace in figure.data if trace.name == name]
    return found[0] if found else None


def markers(figure, name):
    """The markers of all traces of this name, in the order they are drawn."""
    return [trace.marker for trace in figure.data if trace.name == name]


def every(count):
    return np.ones(count, bool)


def test_each_state_is_drawn_its_own_way():
    figure = drawn(
        [
            candidate(0.9, 1e-3, Membership.FRONT),
            candidate(0.8, 2e-3, Membership.DOMINATED, model="b"),
            candidate(0.85, 1.5e-3, Membership.AMBIGUOUS, model="b"),
            candidate(0.95, 9e-3, Membership.FRONT, violates=(L,)),
        ],
        limits=Limits({LATENCY: 5e-3}),
    )
    assert trace(figure, "on the front").marker.symbol == "circle"
    assert trace(figure, "ambiguous").marker.symbol == "circle-open"
    assert trace(figure, "dominated").marker.color == LIGHT.pale_hues[1]
    assert trace(figure, "beyond a limit").marker.symbol == "x-thin"
    assert [list(trace(figure, name).customdata) for name in ("on the front", "dominated", "ambiguous")] == [
        [0],
        [1],
        [2],
    ]


def test_models_differ_by_colour_and_engines_by_shape():
    figure = drawn([candidate(0.9, 1e-3, model="a"), candidate(0.91, 2e-3, model="b", runtime="litert")])
    found = markers(figure, "on the front")
    assert len({marker.color for marker in found}) == 2 and [marker.symbol for marker in found] == ["circle", "square"]


def test_what_was_not_measured_has_a_mark_inside():
    figure = drawn([candidate(0.9, 1e-3), candidate(0.91, 2e-3, provenance=Provenance.PUBLISHED)])
    assert [marker.symbol for marker in markers(figure, "on the front")] == ["circle", "circle-dot"]


def test_whiskers_are_the_intervals():
    figure = drawn([candidate(0.9, 2e-3, half=0.25)])
    points = trace(figure, "on the front")
    assert points.error_x.array[0] == pytest.approx(0.5e-3) and points.error_x.arrayminus[0] == pytest.approx(0.5e-3)
    assert points.error_y.array[0] == pytest.approx(1.0)


def test_whiskers_of_projections_have_ends():
    measured, projected = (
        next(trace for trace in drawn([candidate(0.9, 1e-3, provenance=how)]).data if trace.name == "on the front")
        for how in (Provenance.MEASURED, Provenance.PROJECTED)
    )
    assert (measured.error_x.width, projected.error_x.width, projected.error_y.width) == (0, 3, 0)


def test_a_modelled_figure_is_a_range_and_never_a_point():
    figure = drawn([candidate(0.9, 1e-3), candidate(0.8, 2e-3)], axis=ENERGY)
    assert {trace.name for trace in figure.data} == {"modelled range", "ends of the range"}
    assert all(trace.mode == "lines" for trace in figure.data if trace.name == "modelled range")
    ends = trace(figure, "ends of the range")
    assert list(ends.x) == [1e-6, 1e-4, 1e-6, 1e-4] and list(ends.customdata) == [0, 0, 1, 1]


def test_the_step_line_runs_through_what_nothing_beats():
    candidates = [
        candidate(0.7, 1e-3),
        candidate(0.9, 3e-3),
        candidate(0.8, 2e-3),
        candidate(0.75, 4e-3, Membership.DOMINATED),
    ]
    figure = drawn(candidates)
    step = trace(figure, "front")
    assert step.line.shape == "hv"
    assert list(step.x[:3]) == [1e-3, 2e-3, 3e-3] and list(step.y) == pytest.approx([70, 80, 90, 90])


def test_limits_are_dashed_lines_and_selection_is_a_ring():
    figure = drawn([candidate(0.9, 1e-3)], limits=Limits({LATENCY: 2e-3, ACCURACY: 0.8}), selected=[0])
    assert [shape.line.dash for shape in figure.layout.shapes] == ["dash", "dash"]
    assert figure.layout.shapes[0].x0 == 2e-3 and figure.layout.shapes[1].y0 == 80
    assert list(trace(figure, "selected").x) == [1e-3]


def test_a_ring_is_around_a_point_and_around_both_ends_of_a_range():
    bare = candidate(0.9, 1e-3, provenance=Provenance.MODELLED)
    bare.estimates[L] = Estimate(None, 1e-3, 9e-3, "s", Provenance.MODELLED)
    ring = trace(drawn([bare, candidate(0.8, 2e-3)], selected=(0, 1)), "selected")
    assert list(ring.x) == [2e-3, 1e-3, 9e-3] and list(ring.y) == pytest.approx([80, 90, 90])


def test_colours_stay_when_fewer_models_are_shown():
    found = columns_of([candidate(0.8, 2e-3, model="b")], str, ("a", "b"))
    figure = go.Figure(front(found, L, every(1), Limits(), LIGHT))
    assert [marker.color for marker in markers(figure, "on the front")] == [LIGHT.hues[1]]


def test_a_cost_of_nothing_has_no_arrow_on_a_log_axis():
    none = candidate(0.9, 1e-3)
    none.estimates[L] = Estimate(0.0, 0.0, 0.0, "s", Provenance.MEASURED, 4)
    found = columns_of([none, candidate(0.8, 2e-3)], str)
    figure = go.Figure(front(found, L, every(2), Limits(), LIGHT, recommended=0))
    assert all(np.isfinite(note.x) for note in figure.layout.annotations)
    assert "recommended" not in [note.text for note in figure.layout.annotations]


def test_somebody_elses_words_are_no_markup():
    figure = go.Figure(
        front(columns_of([], str), L, every(0), Limits(), LIGHT, device='<a href="https://x.org">Pi</a> & co')
    )
    assert "<a" not in figure.layout.title.text and "&amp; co" in figure.layout.title.text
    found = columns_of([replace(candidate(0.9, 1e-3), missing={L: "<b>no</b>"})], lambda _: "<i>evil</i>")
    assert "<i>evil" not in found.hover(0) and "<b>no" not in found.hover(0)


def test_cost_axes_are_log_with_few_round_ticks_in_readable_units():
    axis = drawn([candidate(0.9, 1e-4), candidate(0.8, 5e-2)]).layout.xaxis
    assert axis.type == "log" and 2 <= len(axis.ticktext) <= 6
    assert set(axis.ticktext) <= {"100 µs", "300 µs", "1 ms", "3 ms", "10 ms", "30 ms", "100 ms"}


def test_one_long_whisker_does_not_squash_the_picture():
    wide = drawn([candidate(0.9, 1e-3, half=0.99), candidate(0.8, 2e-3)]).layout.xaxis.range
    assert wide[1] - wide[0] < 1.5


def test_a_broken_network_does_not_squash_the_accuracies_that_matter():
    good = [candidate(0.90, 2e-3), candidate(0.88, 1e-3)]
    figure = drawn([*good, candidate(0.3, 3e-3, Membership.DOMINATED)])
    low, high = figure.layout.yaxis.range
    assert 80 < low < 88 and 91 < high < 93
    assert "↓ 1 less accurate" in [note.text for note in figure.layout.annotations]


def test_what_is_selected_is_in_the_picture():
    candidates = [candidate(0.90, 2e-3), candidate(0.3, 3e-3, Membership.DOMINATED)]
    assert drawn(candidates, selected=[1]).layout.yaxis.range[0] < 30


def test_the_machine_stands_in_the_title_and_what_it_cannot_back_is_said():
    figure = go.Figure(front(columns_of([], str), L, every(0), Limits(), LIGHT, device="Pi 4"))
    assert figure.layout.title.text == "Accuracy against latency on Pi 4"
    assert any("not known" in note.text for note in figure.layout.annotations)


def test_hover_says_why_a_figure_is_missing_and_whether_the_device_holds_it():
    point = replace(candidate(0.9, 1e-3, without=(L,)), missing={L: "Nobody published it."}, fit=Fit.TIGHT)
    text = columns_of([point], str).hover(0)
    assert "Nobody published it." in text and "Memory of the device: tight" in text


def test_hover_says_figure_interval_n_and_provenance():
    text = trace(drawn([candidate(0.9, 2e-3)]), "on the front").hovertext[0].replace("<br>", " ")
    assert "Latency: 2.00 ms" in text and "measured here, n=40" in text and "modelled range" in text


def test_the_knee_is_where_three_points_bulge():
    candidates = [candidate(0.7, 1e-3), candidate(0.88, 1.2e-3), candidate(0.9, 1e-2)]
    found = columns_of(candidates, lambda point: point.label)
    assert knee_of(found, L, every(3)) == 1
    assert knee_of(columns_of(candidates[:2], str), L, every(2)) is None


def test_an_arrow_points_at_the_recommended_point_alone():
    found = columns_of([candidate(0.7, 1e-3), candidate(0.88, 1.2e-3), candidate(0.9, 1e-2)], str)

    def arrows(row):
        figure = front(found, L, every(3), Limits(), LIGHT, recommended=row)
        return [(note["text"], note["y"]) for note in figure["layout"]["annotations"] if "arrowhead" in note]

    assert arrows(1) == [("recommended", pytest.approx(88))] and not arrows(None)


def test_nothing_to_draw_is_said():
    assert any("not known" in note.text for note in drawn([]).layout.annotations)


def test_an_axis_that_some_points_lack_is_drawn_without_them():
    without = candidate(0.9, 1e-3, without=(MEMORY,))
    figure = drawn([without, candidate(0.8, 2e-3)], axis=MEMORY)
    assert list(trace(figure, "on the front").customdata) == [1]


def test_many_points_are_left_to_the_graphics_card():
    candidates = [candidate(0.5, 1e-3 * (1 + n), Membership.DOMINATED) for n in range(1600)]
    figure = drawn(candidates)
    assert figure.data[-1].type == "scattergl" and figure.data[-1].hovertext is None


def test_the_front_line_leaves_dominated_points_out():
    found = columns_of([candidate(0.9, 1e-3, Membership.DOMINATED), candidate(0.8, 2e-3)], str)
    assert list(front_line(found, L, every(2))) == [1]


def test_the_front_line_leaves_out_what_breaks_a_limit():
    found = columns_of([candidate(0.8, 1e-3), candidate(0.9, 2e-3)], str)
    assert list(front_line(found, L, np.array([True, False]))) == [0]


def test_no_projection_takes_what_was_observed_off_the_line():
    seen, guess = candidate(0.9, 2e-3), candidate(0.95, 1e-3, provenance=Provenance.PROJECTED)
    found = columns_of([seen, guess], str)
    assert list(front_line(found, L, every(2))) == [0] and list(projected_line(found, L, every(2))) == [1]
    figure = drawn([seen, guess])
    assert trace(figure, "front").line.dash == "solid" and trace(figure, "front if projections hold").line.dash == "dot"
    alone = columns_of([guess], str)
    assert list(front_line(alone, L, every(1))) == [0] and not len(projected_line(alone, L, every(1)))


def test_labels_stand_on_the_inner_side_at_both_ends():
    found = columns_of([candidate(0.9, 1e-4), candidate(0.95, 1e-2)], str)
    ways = []
    for row in (0, 1):
        figure = go.Figure(front(found, L, every(2), Limits(), LIGHT, recommended=row))
        ways.append(next(note.ax for note in figure.layout.annotations if note.text == "recommended"))
    assert ways[0] > 0 > ways[1]


def test_a_limit_far_beyond_the_values_stands_at_the_edge_and_does_not_stretch_the_axis():
    candidates = [candidate(0.9, 1e-5), candidate(0.95, 9e-5)]
    near, far, below = (
        drawn(candidates, limits=Limits({LATENCY: seconds, ACCURACY: least}))
        for seconds, least in ((1.2e-4, 0.93), (0.1, 0.5), (1e-9, 0.99))
    )
    assert far.layout.xaxis.range == drawn(candidates).layout.xaxis.range
    assert [shape.line.dash for shape in near.layout.shapes] == ["dash", "dash"] and not far.layout.shapes
    assert [note.text for note in near.layout.annotations][:2] == ["limit 120 µs", "limit 93.0 %"]
    assert [note.text for note in far.layout.annotations][:2] == ["limit 100 ms →", "limit 50.0 % ↓"]
    assert below.layout.annotations[0].text == "← limit 1.00 ns"


def test_long_titles_wrap_and_the_chart_makes_room():
    short, long = (front(columns_of([], str), L, every(0), Limits(), LIGHT, device=name) for name in ("", "A" * 30))
    assert "<br>" in long["layout"]["title"]["text"] and "<br>" not in short["layout"]["title"]["text"]
    assert long["layout"]["margin"]["t"] > short["layout"]["margin"]["t"]


def test_hover_boxes_are_no_wider_than_a_phone():
    found = columns_of([replace(candidate(0.9, 1e-3), missing={L: "word " * 40})], lambda _: "a very long name " * 6)
    lines = found.hover(0).replace("<b>", "").replace("</b>", "").split("<br>")
    assert max(map(len, lines)) <= 48 and len(lines) > 8


def test_a_whisker_that_leaves_the_picture_has_an_arrowhead():
    wide = candidate(0.9, 1e-3, provenance=Provenance.PROJECTED)
    wide.estimates[L] = Estimate(1e-3, 1e-5, 1e-1, "s", Provenance.PROJECTED, n=20, level=0.9)
    figure = drawn([wide, candidate(0.8, 2e-3)])
    first, last = (10**end for end in figure.layout.xaxis.range)
    left, right = (trace(figure, f"reaches further {way}") for way in ("left", "right"))
    assert first < left.x[0] < 1e-3 < right.x[0] < last and left.y[0] == right.y[0] == pytest.approx(90)
    assert (left.marker.symbol, right.marker.symbol) == ("triangle-left", "triangle-right")
    assert trace(drawn([candidate(0.9, 1e-3)]), "reaches further left") is None


def test_a_range_beyond_a_limit_ends_in_crosses():
    axis = ENERGY
    figure = drawn([candidate(0.9, 1e-3), candidate(0.8, 2e-3, violates=(L,))], axis=axis)
    symbols = [trace.marker.symbol for trace in figure.data if trace.name == "ends of the range"]
    assert symbols == ["line-ns", "x-thin"]


def test_a_line_of_projections_alone_is_dotted():
    guess = candidate(0.9, 1e-3, provenance=Provenance.PROJECTED)
    assert trace(drawn([guess]), "front if projections hold").line.dash == "dot"
    assert trace(drawn([candidate(0.9, 1e-3)]), "front").line.dash == "solid"
