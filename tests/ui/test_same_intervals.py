"""Every output writes the same interval for the same figure."""

import csv
import io
import json
import re

import pytest

from odviz.objectives import ACCURACY, LATENCY, MEMORY
from odviz.objectives.energy import RATIO
from odviz.report.figure_table import row_order
from odviz.report.paper.document import FigureTable
from odviz.report.recommendation_report import recommendation_report
from odviz.report.view import AnalysisView
from odviz.ui import data
from tests.ui import scripted
from tests.unit.cli.conftest import run

UNITS = {"": 1.0, "%": 0.01} | {
    prefix + unit: factor
    for prefix, factor in (("n", 1e-9), ("µ", 1e-6), ("m", 1e-3), ("", 1.0), ("k", 1e3), ("M", 1e6))
    for unit in "sJB"
}
UNITS["×"] = 1.0
UNIT = "|".join(sorted(filter(None, UNITS), key=len, reverse=True))
INTERVAL = re.compile(rf"(?:({UNIT}) \()?([\d.]+)(?: ({UNIT}))?–([\d.]+)(?: ({UNIT}))?")
SHOWN = (ACCURACY, LATENCY, MEMORY, RATIO)
"""The objectives whose estimates are not exact; there is no meter, so that energies are ratios."""


def intervals(text):
    """Both ends of every interval in a text, in SI units: "2.00 ms (1.81–2.21)", "1.81–2.21 ms" or "790 nJ–11.0 mJ"."""
    found = []
    text = re.sub(r"(?<![\d.–])1\.00 ×", "1.00–1.00 ×", text)  # the reference of the ratios, which is exact
    for before, low, low_unit, high, high_unit in INTERVAL.findall(text):
        unit = high_unit or before
        found.append((float(low) * UNITS[low_unit or unit], float(high) * UNITS[unit]))
    return found


def interval(text):
    (ends,) = intervals(text)
    return ends


@pytest.fixture
def odviz(monkeypatch, capsys):
    def command(*words):
        code, out, err = run(monkeypatch, capsys, *words)
        assert code == 0, err
        return out

    return command


@pytest.fixture
def exported(odviz, measured):
    """Both ends of each estimate by recipe and column of the CSV export, to all digits."""
    rows = csv.DictReader(io.StringIO(odviz("export", measured)))
    names = [objective.name for objective in SHOWN] + ["speedup"]
    return {
        row["recipe"]: {
            name: (float(row[f"{name}_low"]), float(row[f"{name}_high"])) for name in names if row[f"{name}_low"]
        }
        for row in rows
    }


def is_same(shown, exported):
    """Equal as far as three digits, or one decimal of a percentage, can tell."""
    return shown == pytest.approx(exported, rel=5.1e-3, abs=5.1e-4 if max(exported) > 0.1 else 0)


def test_intervals_are_not_symmetric_so_that_this_module_notices_a_half_width(exported):
    low, high = exported["fp32"]["latency"]
    assert (high - 2e-3) > 1.05 * (2e-3 - low) > 0


def test_the_table_the_hover_boxes_and_the_selected_variant_of_the_page(visit, measured, exported):
    app = visit(benchmark=measured, pick="0.1.2")
    table = app.dataframe[0].value
    labels = list(data.view(measured).columns.labels)
    order = [labels.index(f"{variant} · ONNX Runtime") for variant in table["Variant"]]
    figures = json.loads(app.get("plotly_chart")[0].proto.spec)
    hover = [box for trace in figures["data"] for box in trace.get("hovertext", ())]
    for row, (recipe, ends) in enumerate(exported.items()):
        (box,) = {box for box in hover if box == data.view(measured).columns.hover(row)}
        words = next(element.value for element in app.markdown if element.value.startswith(f"**{title(measured, row)}"))
        place = order.index(row)
        for objective in SHOWN:
            assert is_same(interval(table[f"{objective.title}, interval"][place]), ends[objective.name])
            for line in (*box.split("<br>"), *words.split("  \n")):
                if line.startswith(f"{objective.title}: "):
                    assert is_same(interval(line), ends[objective.name]), (recipe, line)
        if "speedup" in ends:
            assert is_same(interval(table["Speed-up, interval"][place]), ends["speedup"])


def title(measured, row):
    return data.view(measured).columns.labels[row]


def test_the_recommended_variant_on_the_page_in_its_file_and_in_the_terminal(visit, measured, exported, odviz):
    page = {metric.label: metric.proto.help for metric in visit(benchmark=measured).metric}
    view = data.view(measured)
    analysis = view.analysis
    of_recommended = tables_of(AnalysisView("a", view, analysis))[0]
    in_file = {row.cells[0].text: row.cells[1].text for row in of_recommended.rows}
    terminal = odviz("recommend", measured)
    document = json.loads(odviz("recommend", measured, "--json"))["recommended"]
    for objective in SHOWN:
        ends = exported[document["recipe"]][objective.name]
        estimate = document["estimates"][objective.name]
        assert (estimate["low"], estimate["high"]) == pytest.approx(ends, rel=1e-12)
        (line,) = (line for line in terminal.splitlines() if line.startswith(f"{objective.title} "))
        for text in (page[objective.title], in_file[objective.title], line):
            assert is_same(interval(text), ends), text


def tables_of(view):
    return [block for block in recommendation_report(view, "odviz report").blocks if isinstance(block, FigureTable)]


def test_the_tables_of_the_terminal_and_of_the_report(measured, exported, odviz):
    shown, document = odviz("show", measured), json.loads(odviz("show", measured, "--json"))
    fronts = odviz("front", measured)
    view = data.view(measured)
    analysis_view = AnalysisView("a", view, view.analysis)
    table = tables_of(analysis_view)[1]
    order = row_order(analysis_view).tolist()
    rows = [table.rows[order.index(row)] for row in range(len(order))]
    for row, point, (recipe, ends) in zip(rows, document["points"], exported.items(), strict=True):
        cells = {head.text: cell.text for head, cell in zip(table.headings, row.cells, strict=True)}
        for objective in SHOWN:
            assert is_same(interval(cells[objective.title]), ends[objective.name])
        p50 = point["latency"]["p50"]
        assert (p50["low"], p50["high"]) == pytest.approx(ends["latency"], rel=1e-12)
        (line,) = (line for line in shown.splitlines() if f"  {recipe} " in line)
        assert all(map(is_same, intervals(line), ends.values())) and len(intervals(line)) == len(ends)
    members = [line for line in fronts.splitlines() if "lenet-5 " in line]
    latencies = fronts[fronts.index("against latency") : fronts.index("against memory")]
    for line in latencies.splitlines():
        if "lenet-5 " in line:
            (recipe,) = (recipe for recipe in exported if f" {recipe} " in line)
            accuracy, latency = intervals(line)
            assert is_same(accuracy, exported[recipe]["accuracy"]) and is_same(latency, exported[recipe]["latency"])
    assert members


def test_what_more_time_narrows_is_not_called_the_interval_and_ratios_are_said_to_be_safer(visit, measured):
    app = visit(benchmark=measured)
    assert sum("Speed-ups are safer than times" in caption.proto.help for caption in app.caption) == 1
    latencies = [point.latency for point in data.view(measured).result.points]
    assert all(latency.between_launches < latency.p50.relative_half_width for latency in latencies)
    assert scripted.EFFORT.launches > 1
