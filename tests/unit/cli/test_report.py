"""`odviz report`."""

import json
import re
from html import unescape
from io import BytesIO

import pytest
from pypdf import PdfReader

from odviz.report import recommendation_report

SIDES = "{}:fp32", "{}:int8"


def text_of(path):
    """The text of a report; spaces are all alike, because lines end elsewhere in each format."""
    if path.suffix == ".pdf":
        text = "".join(page.extract_text() + "\n" for page in PdfReader(BytesIO(path.read_bytes())).pages)
    else:
        text = unescape(re.sub(r"<style>.*?</style>|<[^>]+>", " ", path.read_text(), flags=re.DOTALL))
    return re.sub(r"\s+", " ", text)


@pytest.fixture
def written(odviz, tmp_path):
    def write(*words, ending="html"):
        path = tmp_path / f"report.{ending}"
        code, out, err = odviz("report", *words, "--out", str(path))
        assert (code, out) == (0, ""), err
        return text_of(path), re.search(r"[0-9a-f]{64}", err)[0]

    return write


@pytest.mark.parametrize(
    ("words", "answers"),
    [
        (("recommend", "{}"), ("A good choice|Ship this", "Will it cope?", "90.0 %", "2.00 ms", "measured")),
        (
            ("compare", *SIDES),
            (
                "worse in accuracy",
                "They predict 20 of 200 items otherwise",
                "better for certain",
                "Right before, wrong now: 20 items",
                "Facts of the files",
            ),
        ),
        (("gate", "no-worse", *SIDES), ("FAIL: the new version may not", "Chances of each verdict", "≥ −2 points")),
    ],
)
def test_both_formats_say_the_same_and_have_one_hash(written, benchmark, words, answers):
    words = [word.format(benchmark) for word in words]
    texts, hashes = zip(*(written(*words, ending=ending) for ending in ("html", "pdf")), strict=True)
    assert hashes[0] == hashes[1]
    for text in texts:
        assert all(re.search(answer, text) for answer in answers), text
        assert hashes[0] in text and f"odviz report {words[0]} " in text and "Data and licences" in text


def test_its_figures_are_those_of_the_terminal(odviz, written, benchmark):
    _, out, _ = odviz("recommend", benchmark)
    estimates = re.findall(r"[\d.]+ (?:ms|kB|MB|%) \([\d.–]+\)", out)
    texts = [written("recommend", benchmark, ending=ending)[0] for ending in ("html", "pdf")]
    assert len(estimates) >= 2
    assert all(estimate in text for estimate in estimates for text in texts)


def test_a_projection_is_never_called_measured(odviz, written, benchmark):
    target = ("--device", "raspberry-pi-4")
    _, out, _ = odviz("recommend", benchmark, *target, "--json")
    latency = json.loads(out)["recommended"]["estimates"]["latency"]
    text, _ = written("recommend", benchmark, *target)
    assert latency["provenance"] == "projected"
    assert re.search(r"latency [^()]+ \(projected\)", text) and not re.search(r"latency [^().]+\(measured\)", text)
    assert re.search(r"; latency \d+ projected;", text) and "measured with the same files on the machine below" in text


def test_the_command_in_a_report_writes_it_again(written, benchmark):
    text, sha256 = written("recommend", benchmark, "--deadline", "3ms", "--margin", "2%", "--device", "raspberry-pi-4")
    command = re.search(r"odviz (report recommend .*?) --out", text)[1]
    assert written(*command.split()[1:])[1] == sha256


def test_what_cannot_be_written_is_refused(odviz, benchmark, tmp_path):
    for words, expected in (
        (("recommend", benchmark, "--out", str(tmp_path / "x.docx")), 2),
        (("recommend", "nothing", "--out", str(tmp_path / "x.pdf")), 2),
        (("compare", benchmark, benchmark, "--out", str(tmp_path / "x.pdf")), 2),
        (("recommend", benchmark, "--out", str(tmp_path / "no" / "x.pdf")), 5),
    ):
        code, out, err = odviz("report", *words)
        assert code == expected and not out and err
    assert not list(tmp_path.glob("x.*"))


def test_of_very_many_variants_the_best_choices_are_in_the_table(written, benchmark, monkeypatch):
    monkeypatch.setattr(recommendation_report, "_MOST_ROWS", 1)
    text, _ = written("recommend", benchmark)
    assert "1 more, none of them a better choice" in text and f"odviz export {benchmark}" in text
