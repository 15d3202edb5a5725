"""Reports of broken tools that come without a model file: which tests show that odviz gives the right result."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path

import pytest

from odviz.compression import _host
from odviz.domain.result import Block
from odviz.stats import speedup
from odviz.ui.parts.add_model import LARGEST_MB

TESTS = Path(__file__).parents[1]


@dataclass(frozen=True)
class Case:
    """A report and the tests of what it is about.

    Attributes:
        slug: a name for it.
        source: where it was reported.
        tests: file below tests/, and functions in it.
    """

    slug: str
    source: str
    tests: dict[str, tuple[str, ...]]


CASES = (
    Case(
        "labels-of-ones-own",
        "https://github.com/mlcommons/inference/issues/550",
        {
            "unit/importing/test_understanding.py": (
                "test_forms_of_labels",
                "test_labels_that_cannot_be_right_are_named",
            )
        },
    ),
    Case(
        "fronts-ties-nan-inf",
        "https://github.com/optuna/optuna/issues/3382",
        {
            "unit/pareto/test_dominance.py": (
                "test_equal_points_do_not_dominate_each_other",
                "test_infinity_is_dominated_by_finite_values",
                "test_invalid_values_are_rejected",
            ),
            "property/test_pareto.py": ("test_equals_moocore",),
        },
    ),
    Case(
        "csv-formula",
        "https://github.com/OWASP/www-community/issues/1115",
        {"unit/library/test_spreadsheet.py": ("test_what_a_spreadsheet_would_run_is_marked_as_words",)},
    ),
    Case(
        "csv-of-a-spreadsheet",
        "dialects of several countries",
        {
            "unit/library/test_tables.py": (
                "test_what_spreadsheets_write_is_the_same_table",
                "test_what_is_malformed_or_ambiguous_is_refused_with_its_line",
            )
        },
    ),
    Case(
        "streamlit-selection",
        "https://github.com/streamlit/streamlit/issues/8914",
        {"ui/test_explore.py": ("test_a_selection_made_on_one_machine_holds_on_another",)},
    ),
    Case(
        "saturation-without-vnni",
        "https://github.com/microsoft/onnxruntime/issues/6004",
        {"contract/test_cases_without_files.py": ("test_weights_have_seven_bits_unless_a_person_decides_otherwise",)},
    ),
    Case(
        "streamlit-upload-memory",
        "https://github.com/streamlit/streamlit/issues/9218",
        {"contract/test_cases_without_files.py": ("test_a_model_of_some_hundred_megabytes_can_be_uploaded",)},
    ),
    Case(
        "first-run-slow",
        "https://github.com/microsoft/onnxruntime/issues/10676",
        {
            "unit/measurement/test_timing.py": (
                "test_wall_times_are_those_of_timed_inferences",
                "test_cpu_time_excludes_discarded_inferences",
            )
        },
    ),
    Case(
        "arena-memory",
        "https://github.com/microsoft/onnxruntime/issues/11627",
        {"unit/measurement/test_memory.py": ("test_peak_includes_memory_that_was_freed",)},
    ),
    Case(
        "pruned-file-same-size",
        "https://github.com/tensorflow/model-optimization/issues/722",
        {"contract/test_cases.py": ("test_a_file_pruned_by_magnitude_is_smaller_only_when_compressed",)},
    ),
    Case(
        "small-int8-slower",
        "https://github.com/microsoft/onnxruntime/issues/20052",
        {"contract/test_cases_without_files.py": ("test_a_slower_variant_has_a_speedup_below_one",)},
    ),
)


@pytest.mark.parametrize("case", CASES, ids=[case.slug for case in CASES])
def test_a_reported_case_has_its_tests(case):
    for file, names in case.tests.items():
        tree = ast.parse((TESTS / file).read_text())
        functions = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
        assert functions.issuperset(names), file


@pytest.mark.parametrize(
    ("flags", "auto"), [("flags : sse4_2 avx2", True), ("flags : avx2 avx512_vnni", False), ("", True)]
)
def test_weights_have_seven_bits_unless_a_person_decides_otherwise(flags, auto, tmp_path, monkeypatch):
    cpuinfo = tmp_path / "cpuinfo"
    cpuinfo.write_text(flags)
    monkeypatch.setattr(_host.platform, "machine", lambda: "x86_64")
    monkeypatch.setattr(_host, "Path", lambda _: cpuinfo)
    assert _host.REDUCE_RANGE.default == "yes" and _host.narrow("yes") == (True, ())
    assert _host.narrow("auto")[0] is auto
    narrow, notes = _host.narrow("no")
    assert not narrow and "VNNI" in notes[0]


def test_a_model_of_some_hundred_megabytes_can_be_uploaded():
    assert LARGEST_MB >= 500


def test_a_slower_variant_has_a_speedup_below_one():
    def blocks(base_ns):
        return [
            Block(launch, number, (base_ns + launch * 10 + number,) * 3, base_ns)
            for launch in range(3)
            for number in range(5)
        ]

    estimate = speedup(blocks(13_000), blocks(26_000))
    assert estimate.low < estimate.value < estimate.high < 1
    assert estimate.value == pytest.approx(0.5, rel=0.02)
