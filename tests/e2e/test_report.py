"""A report is opened from the disk, without a network: at a desk, on a phone and on A4 paper."""

import pytest
from pypdf import PdfReader

from benchmarks import _synthetic
from odviz.cli import main
from tests.e2e.conftest import DESK, HEIGHT, PHONE_WIDTH
from tests.e2e.serving import new_context

A4_WIDTH, A4_PT = 794, (595, 842)
"""Width in CSS pixels at 96 per inch; width and height in points."""

VARIANTS = 60


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """The HTML report of a synthetic benchmark."""
    path = tmp_path_factory.mktemp("report") / "report.html"
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setenv("ODVIZ_HOME", str(path.parent / "home"))
        benchmark = _synthetic.fill(VARIANTS)
        monkeypatch.setattr("sys.argv", ["odviz", "report", "recommend", benchmark, "--out", str(path)])
        with pytest.raises(SystemExit) as ended:
            main()
    assert not ended.value.code and path.stat().st_size <= 1.5e6
    return path


def test_it_fits_a_desk_a_phone_and_paper_with_the_network_off(browser, report, tmp_path):
    for width, media in ((DESK, "screen"), (PHONE_WIDTH, "screen"), (A4_WIDTH, "print")):
        context = new_context(browser, viewport={"width": width, "height": HEIGHT}, offline=True)
        page = context.new_page()
        requests = []
        page.on("request", lambda request, requests=requests: requests.append(request.url))
        page.emulate_media(media=media)
        page.goto(report.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), width
        assert page.locator("svg[role=img]").count() >= 3 and page.locator("tbody tr").count() >= VARIANTS
        answer = page.locator(".answer").bounding_box()
        assert answer["y"] + answer["height"] < HEIGHT and requests == [report.as_uri()]
        if media == "print":
            page.pdf(path=tmp_path / "printed.pdf", prefer_css_page_size=True)
        context.close()
    pages = PdfReader(tmp_path / "printed.pdf").pages
    assert {tuple(map(round, map(float, page.mediabox[2:]))) for page in pages} == {A4_PT}
    assert "sha256 of the content" in pages[-1].extract_text()
