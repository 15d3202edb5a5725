"""Bad tables: networks to predict, measurements to upload, and published measurements."""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from odviz.domain.errors import InputError
from odviz.library.published import read_published
from odviz.services import devices, measurement_csv, user_measurements
from tests.hostile.attempt import Attempt, refused
from tests.hostile.words import NUMBERS

HEADINGS = "target,model,latency_ms,gmacs,depthwise_gmacs,params_m,power_w,energy_scope,source,source_url"
ROW = "t,net,1.5,0.5,0.1,4,3,board,S,u"
PLACES = {"latency_ms": "1.5", "gmacs": "0.5", "depthwise_gmacs": "0.1", "params_m": "4", "power_w": "3"}
UPLOAD_PLACES = ("latency_ms", "gmacs", "params_m", "power_w")
SHAPES = {
    "column twice": f"{HEADINGS},gmacs\n{ROW},0.5\n",
    "column twice, capitals": f"{HEADINGS},GMACS\n{ROW},0.5\n",
    "surplus cell": f"{HEADINGS}\n{ROW},9\n",
    "cell without a heading": f"{HEADINGS},\n{ROW},9\n",
    "open quotation mark": f'{HEADINGS}\n"{ROW}\n',
    "quotation mark over two lines": f'{HEADINGS}\n{ROW.replace("net", chr(34) + "net")}\n{ROW}",\n',
    "text behind a quotation mark": f"{HEADINGS}\n{ROW.replace('net', chr(34) + 'n' + chr(34) + 'et')}\n",
    "line break in a cell": f"{HEADINGS}\n{ROW.replace('net', chr(34) + 'n' + chr(10) + 'et' + chr(34))}\n",
    "escape": f"{HEADINGS}\n{ROW.replace('net', 'n' + chr(27) + '[31met')}\n",
    "override": f"{HEADINGS}\n{ROW.replace('net', 'n' + chr(0x202E) + 'et')}\n",
    "next line": f"{HEADINGS}\n{ROW.replace('net', 'n' + chr(0x85) + 'et')}\n",
    "zero byte": f"{HEADINGS}\n{ROW.replace('net', 'n' + chr(0) + 'et')}\n",
    "name of 100,000 characters": f"{HEADINGS}\n{ROW.replace('net', 'n' * 100_000)}\n",
    "name of 200 characters": f"{HEADINGS}\n{ROW.replace('net', 'n' * 200)}\n",
    "no name": f"{HEADINGS}\n{ROW.replace('net', '')}\n",
    "part of the MACs": f"{HEADINGS}\n{ROW.replace('0.1', '0.6')}\n",
    "decimal comma": f"{HEADINGS}\n{ROW.replace('1.5', '1,5')}\n",
    "comma and point": f"{HEADINGS}\n{ROW}\n".replace(",", ";").replace("1.5", "1,5"),
    "thousands": f"{HEADINGS}\n{ROW}\n".replace(",", ";").replace("1.5", "1.234.567"),
    "another separator": f"sep=:\n{HEADINGS}\n{ROW}\n".replace(",", ":"),
    "no headings": f"{ROW}\n",
    "300 columns": ",".join(map(str, range(300))),
    "many rows": f"{HEADINGS}\n" + f"{ROW}\n" * 25_000,
    "many commas": f"{HEADINGS}\n" + "," * 4_000_000,
    "many quotation marks": f"{HEADINGS}\n" + '"' * 3_999_999,
    "nothing": "",
    "white space": " \n\t\n",
    "json": '{"target": 1}',
    "html": "<table><tr><td>model</td></tr></table>",
    "binary": "".join(map(chr, range(256))),
    "large": "a" * (5 << 20),
}


def attempts() -> Iterator[Attempt]:
    """Every bad number in every column, and tables of bad shapes, for each reader of tables."""
    readers: dict[str, Callable[[bytes], object]] = {"predict": _predict, "published": _published, "upload": _upload}
    for reader, read in readers.items():
        for column in UPLOAD_PLACES if reader == "upload" else PLACES:
            for number in (*NUMBERS, *(("0",) if column != "depthwise_gmacs" else ())):
                row = dict(zip(HEADINGS.split(","), ROW.split(","), strict=True)) | {column: number}
                content = f"{HEADINGS}\n{','.join(row.values())}\n"
                yield Attempt(f"{reader}: {column} {number[:20]!r}", refused(read, content.encode()))
        for name, content in SHAPES.items():
            if reader == "upload" and name == "part of the MACs":  # which is no field there
                continue
            yield Attempt(f"{reader}: {name}", refused(read, content.encode("utf-8", "surrogateescape")))
        for encoding in ("utf-16", "latin-1"):
            content = f"{HEADINGS}\n{ROW}é\n".encode(encoding)
            yield Attempt(f"{reader}: {encoding}", refused(read, content))


def _predict(content: bytes) -> object:
    return _from_file(content, devices.read_networks)


def _published(content: bytes) -> object:
    return _from_file(content, read_published)


def _from_file(content: bytes, read: Callable[[Path], object]) -> object:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.csv"
        path.write_bytes(content)
        return read(path)


def _upload(content: bytes) -> object:
    measurements = measurement_csv.read_csv("a.csv", content).measurements
    wrong = user_measurements.problems(measurements)
    if wrong:
        raise InputError(wrong[0].message)
    return measurements
