"""Bad logs of what a device answered: bad entries in both forms, and files that are no logs."""

import gzip
import io
import json
import os
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from odviz.library.answer_log import COLUMNS, LONGEST_LINE, MOST_LINES, read_answers, read_log
from tests.hostile.attempt import Attempt, refused
from tests.hostile.library_files import NO_JSON
from tests.hostile.words import NUMBERS, TEXTS

CLASSES = ("coat", "shirt")
GOOD = {"time": "1764501605", "prediction": "coat", "confidence": "0.9", "latency_ms": "8.4", "label": "", "input": ""}
HEADINGS, ROW = ",".join(GOOD), ",".join(GOOD.values())
LINE = '{"time": 1764501605, "prediction": "coat", "confidence": 0.9, "latency_ms": 8.4, "label": null}'

BAD = {
    "time": (
        *("0", "1e12", "1764501605200", "yesterday", "2026-11-30", "2026-11-30T11:20:05", "2026-11-30 11:20:05 CET"),
        *("2026-11-30T24:00:00Z", "2026-02-30T00:00:00Z", "2026-11-30T11:20:05+25:00", "0001-01-01T00:00:00+14:00"),
        *("9999-12-31T23:59:59-14:00", "30.11.2026 11:20", "٢٠٢٦-11-30T11:20:05Z", "2026-11-30T11:20:60Z"),
    ),
    "confidence": ("1.0000001", "93", "93 %", "-0.1", "0,9", "high", "0.9.0", " 0.9", "٠.٩", "０.９"),
    "latency_ms": ("0", "-1", "1e9", "1e-9", "8,4", "8.4ms", " 8.4", "00:00:08", "８.４"),
    "label": ("hat", "2", "-1", "1.0", "COAT", " coat", "0.0", "01"),
    "prediction": ("hat", "2", "-1", "1.0", "COAT", " coat", "0.0", "01", "None", "coat\u202e"),
}
"""Values of each entry that no device can have logged."""

JSON_VALUES = (
    *("true", "false", "[]", "[0.9]", "{}", '{"a": 1}', "NaN", "Infinity", "-Infinity", "1e999", "0x1", "01", "'1'"),
    "[" * 3000,
)

SHAPES = {
    "entry twice": LINE.replace('"label"', '"confidence": 0.1, "label"'),
    "entry twice, escaped": LINE.replace('"label"', '"confidenc\\u0065": 0.1, "label"'),
    "entry twice, the same": LINE.replace('"label"', '"time": 1764501605, "label"'),
    "entry twice, null": LINE.replace('"label": null', '"label": null, "label": "coat"'),
    "entry that is unknown": LINE.replace("label", "Label"),
    "two answers on a line": LINE + LINE,
    "array of answers": f"[{LINE}]",
    "answer over lines": LINE.replace(", ", ",\n"),
    "line that is cut": LINE + "\n" + LINE[:40],
    "line that is cut and continued": LINE[:40] + LINE,
    "comma at the end": LINE[:-1] + ",}",
    "comment": LINE + " // a",
    "text without end": LINE[:-6] + '"',
    "deep text": LINE.replace("null", "[" * 3900),
    "deep unknown entry": '{"x":' + "[" * 4000,
    "long line": LINE.replace("null", '"' + "x" * LONGEST_LINE + '"'),
    "long text": LINE.replace("null", '"' + "x" * 4000 + '"'),
    "long input": LINE.replace('"label": null', '"input": "' + "x" * 201 + '"'),
    "long release": LINE.replace('"label": null', '"release": "' + "v" * 201 + '"'),
    "two releases": LINE.replace('"label": null', '"release": "a/v1"') + "\n" + LINE.replace('"label"', '"release"'),
    "release of another kind": LINE.replace('"label": null', '"release": 2'),
    "digits": LINE.replace("8.4", "9" * 3900),
    "half a pair": LINE.replace("coat", "\\ud800"),
    "zero bytes behind": LINE + "\n" + "\0" * 4000,
    "zero byte": LINE + "\n\0",
    "CSV below JSON": LINE + "\n" + ROW,
    "JSON below CSV": HEADINGS + "\n" + LINE,
    "headings twice": f"{HEADINGS}\n{ROW}\n{HEADINGS}",
    "mark of byte order in the middle": f"{HEADINGS}\n\ufeff{ROW}",
    "heading twice": f"{HEADINGS},time\n{ROW},1",
    "heading without name": f"{HEADINGS},\n{ROW},1",
    "heading in capitals": f"{HEADINGS.upper()}\n{ROW}",
    "heading of another language": f"{HEADINGS.replace('time', 'Zeit')}\n{ROW}",
    "surplus cell": f"{HEADINGS}\n{ROW},1",
    "missing cell": f"{HEADINGS}\n{ROW[:-1]}",
    "no headings": ROW,
    "headings alone": HEADINGS,
    "separator of Excel": f"sep=;\n{HEADINGS}\n{ROW}\n".replace(",", ";"),
    "separator of Excel, comma": f"sep=,\n{HEADINGS}\n{ROW}\n",
    "semicolons": f"{HEADINGS}\n{ROW}\n".replace(",", ";"),
    "tabs": f"{HEADINGS}\n{ROW}\n".replace(",", "\t"),
    "carriage returns alone": f"{HEADINGS}\r{ROW}\r",
    "open quotation mark": f'{HEADINGS}\n"{ROW}',
    "cell over lines": f'{HEADINGS}\n{ROW}"a\nb"',
    "text behind a quotation mark": f"{HEADINGS}\n{ROW.replace('coat', chr(34) + 'co' + chr(34) + 'at')}",
    "zero byte in a cell": f"{HEADINGS}\n{ROW}a\0b",
    "many commas": HEADINGS + "\n" + "," * 4000,
    "many headings": "a," * 2000,
    "wide heading": HEADINGS + "," * LONGEST_LINE,
    "nothing": "",
    "white space": " \n\t\n",
    "blank lines": "\n" * (MOST_LINES + 1),
    "web page": "<table><tr><td>time</td></tr></table>",
}

BYTES = {
    "binary": bytes(range(256)),
    "UTF-16": f"{LINE}\n".encode("utf-16"),
    "UTF-32": f"{LINE}\n".encode("utf-32"),
    "Latin-1": f"{LINE}\n".replace("null", '"é"').encode("latin-1"),
    "one byte of a letter": f"{LINE}\n".encode() + b"\xc3",
    "gzip": gzip.compress(f"{LINE}\n".encode()),
    "bomb": zlib.compress(bytes(50 << 20)),
    "zip": b"PK\x03\x04" + bytes(60),
    "zeros": bytes(100_000),
}
SPECIAL = ("pipe", "folder", "link to a device", "link to nothing", "link to itself", "2 GB of zeros")


def attempts() -> Iterator[Attempt]:
    """Every bad value of every entry, lines and files of bad shapes, and what is no file."""
    bad = {entry: (*BAD.get(entry, ()), *(NUMBERS if entry in COLUMNS[2:4] else ())) for entry in COLUMNS[:5]}
    bad["prediction"] += TEXTS
    for entry, values in bad.items():
        for value in values:
            csv_row = f"{HEADINGS}\n{','.join((GOOD | {entry: value}).values())}\n"
            if not (entry == "confidence" and value == "1e-400"):  # which is 0
                yield Attempt(f"CSV: {entry} {value[:20]!r}", refused(_read, csv_row))
            yield Attempt(f"JSON: {entry} text {value[:20]!r}", refused(_read, _with(entry, json.dumps(value))))
        for value in JSON_VALUES:
            yield Attempt(f"JSON: {entry} {value[:20]}", refused(_read, _with(entry, value)))
        if entry in COLUMNS[:3]:
            yield Attempt(f"JSON: {entry} null", refused(_read, _with(entry, "null")))
            yield Attempt(f"CSV: no {entry}", refused(_read, f"{HEADINGS}\n{','.join((GOOD | {entry: ''}).values())}"))
    for text in filter(str.strip, NO_JSON):
        yield Attempt(f"JSON: line {text[:20]!r}", refused(_read, f"{LINE}\n{text}"))
    for name, content in {**SHAPES, **BYTES}.items():
        yield Attempt(f"log: {name}", refused(_read, content))
    for kind in SPECIAL:
        yield Attempt(f"log: {kind}", refused(_special, kind))


def _with(entry: str, value: str) -> str:
    entries = {"time": "1764501605", "prediction": '"coat"', "confidence": "0.9"} | {entry: value}
    return "{" + ", ".join(f'"{name}": {text}' for name, text in entries.items()) + "}\n"


def _read(content: str | bytes) -> object:
    content = content if isinstance(content, bytes) else content.encode("utf-8", "surrogateescape")
    return read_answers(io.BytesIO(content), "a.log", CLASSES)


def _special(kind: str) -> object:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.jsonl"
        if kind == "pipe":
            os.mkfifo(path)
        elif kind == "folder":
            path.mkdir()
        elif kind == "2 GB of zeros":
            with path.open("wb") as file:
                file.truncate(2 << 30)
        else:
            targets = {"link to a device": "/dev/zero", "link to nothing": "/nowhere", "link to itself": path}
            path.symlink_to(targets[kind])
        return read_log(path, CLASSES)
