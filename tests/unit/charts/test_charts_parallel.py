import numpy as np
import plotly.graph_objects as go
import pytest

from odviz.charts import DARK, LIGHT
from odviz.charts.parallel import MAX_LINES, parallel
from odviz.domain.estimate import Estimate, Provenance
from odviz.objectives import LATENCY
from tests.unit.charts.candidates import AXES, candidate, columns_of

L = LATENCY


def drawn(candidates, feasible=None, look=LIGHT, **more):
    feasible = np.ones(len(candidates), bool) if feasible is None else np.array(feasible)
    return go.Figure(parallel(columns_of(candidates), feasible, look, **more))


def line_of(figure, row):
    """The heights of one point's line, from axis to axis."""
    for trace in figure.data:
        for start in range(0, len(trace.x), 2 + len(AXES)):
            if trace.customdata[start] == row:
                return trace, np.array(trace.y[start : start + 1 + len(AXES)])
    raise AssertionError(f"row {row} is not drawn")


def titles(figure):
    return [note.text for note in figure.layout.annotations if note.yshift == 8]


def test_better_is_up_on_every_axis():
    figure = drawn([candidate(0.9, 1e-3), candidate(0.8, 2e-3)])
    (_, better), (_, worse) = line_of(figure, 0), line_of(figure, 1)
    assert titles(figure) == ["Accuracy", "Latency", "Memory", "Energy", "File size"]
    assert (better[:3] > worse[:3]).all()  # accuracy, latency, memory
    assert (better[3:] == worse[3:]).all()  # the same energy and file
    assert ((better > 0) & (better < 1)).all()


def test_ticks_stand_where_their_figures_do():
    figure = drawn([candidate(0.9, 1e-3), candidate(0.8, 4e-3)])
    _, heights = line_of(figure, 0)
    tick = next(note for note in figure.layout.annotations if note.text == "1 ms")
    assert tick.x == 1 and tick.y == pytest.approx(heights[1])
    tick = next(note for note in figure.layout.annotations if note.text == "90 %")
    assert tick.x == 0 and tick.y == pytest.approx(heights[0])


def test_lines_beyond_a_limit_are_pale_and_behind():
    figure = drawn([candidate(0.9, 1e-3), candidate(0.8, 2e-3, violates=(L,))], [True, False], DARK)
    assert [trace.line.color for trace in figure.data] == [DARK.pale_hues[0], DARK.hues[0]]
    assert line_of(figure, 1)[0] is figure.data[0]


def test_what_is_selected_or_recommended_is_thick():
    candidates = [candidate(0.9, 1e-3), candidate(0.8, 2e-3), candidate(0.7, 3e-3)]
    figure = drawn(candidates, selected=(2,), recommended=0)
    wide = {row: line_of(figure, row)[0].line.width for row in range(3)}
    assert wide[0] == wide[2] > wide[1]
    assert line_of(figure, 2)[0].line.color == LIGHT.text and line_of(figure, 0)[0].line.color == LIGHT.hues[0]
    assert "recommended" in [note.text for note in figure.layout.annotations]
    assert "recommended" not in [note.text for note in drawn(candidates).layout.annotations]


def test_an_unknown_figure_is_a_gap_and_an_objective_that_nobody_knows_has_no_axis():
    figure = drawn([candidate(0.9, 1e-3, without=(L,)), candidate(0.8, 2e-3)])
    assert np.isnan(line_of(figure, 0)[1][1]) and np.isfinite(line_of(figure, 1)[1]).all()
    assert titles(drawn([candidate(0.9, 1e-3, without=AXES)])) == ["Accuracy"]


def test_only_so_many_lines_are_drawn_and_those_that_keep_the_limits_come_first():
    several = MAX_LINES + 5
    figure = drawn([candidate(0.9, 1e-3)] * several, [False] * 5 + [True] * (several - 5))
    rows = {int(row) for trace in figure.data for row in trace.customdata}
    assert rows == set(range(5, several))


def test_nothing_is_drawn_of_nothing():
    assert titles(drawn([])) == ["Accuracy"]


def test_what_is_marked_is_drawn_however_many_others_there_are():
    figure = drawn([candidate(0.9, 1e-3)] * (MAX_LINES + 5), selected=(MAX_LINES + 1,), recommended=MAX_LINES + 3)
    assert line_of(figure, MAX_LINES + 1)[0].line.width == line_of(figure, MAX_LINES + 3)[0].line.width == 4


def test_a_cost_of_nothing_stands_at_the_best_end():
    none = candidate(0.9, 1e-3)
    none.estimates[L] = Estimate(0.0, 0.0, 0.0, "s", Provenance.MEASURED, 4)
    _, heights = line_of(drawn([none, candidate(0.8, 2e-3)]), 0)
    assert heights[1] == pytest.approx(1.0)


def test_accuracies_near_nothing_have_no_negative_ticks():
    texts = [note.text for note in drawn([candidate(0.0, 1e-3), candidate(0.04, 2e-3)]).layout.annotations]
    assert "0 %" in texts and not [text for text in texts if text.startswith("-")]
