"""Bad device files: as they lie on disk, and as they are uploaded."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from odviz.library.devices import LARGEST, read_device
from odviz.services import user_devices
from tests.hostile.attempt import Attempt, refused
from tests.unit.services.user_data import KEY, toml

GOOD = toml().replace('backend = "cpu"', 'backend = "cpu"\nfamily = "tflite"\nthreads = 4')
NUMBER_ENTRIES = ("threads = 4", "value = 1e9", "latency_ms = 80.0", "gmacs = 0.0004")
TEXT_ENTRIES = (
    *('title = "My till"', 'kind = "board"', 'processor = "4× A55"', f'key = "{KEY}"', 'runtime = "TFLite 2.14"'),
    *('backend = "cpu"', 'precision = "fp32"', 'family = "tflite"', 'model = "lenet-5"', 'source = "by me"'),
)
BAD_NUMBERS = (
    *("-1", "-0.5", "nan", "inf", "-inf", "1e300", "-1e300", '"5"', '"1_0"', "true", "[]", "[1]", "{}", "{a=1}"),
    *("1979-05-27", "07:32:00", "0x" + "f" * 5000, "1" + "0" * 400, "'4'", '"""4"""', "[[4]]"),
)
BAD_TEXTS = (
    *("1", "true", "[]", '["a"]', "{}", '""', '" "', '"\\t"', "nan", f'"{"x" * 1200}"', "1979-05-27"),
    *('"\\u001b[31m"', '"a\\u0085"', '"\\u202e"', '"\\u0000"', '"a\\u200bb"', '"a\\U000E0041"'),
)
BOMBS = {
    "dotted table": "[" + "a." * 120_000 + "a]",
    "dotted key": "a" + ".a" * 120_000 + " = 1",
    "quoted dotted key": "[" + '"a" . ' * 40_000 + "a]",
    "nested arrays": "a = " + "[" * 250_000,
    "nested tables": "a = " + "{a=" * 80_000,
    "many tables": GOOD + "[[targets]]\n" * 20_000,
    "many targets": GOOD + "".join(f'[[targets]]\nkey = "k{number}"\n' for number in range(8000)),
    "many points": GOOD + "[[points]]\n" * 20_000,
    "many facts": GOOD.replace("[[points]]", "[facts.x]\n[[points]]") + "x = [" + "1," * 100_000 + "]\n",
    "many keys": "".join(f"k{number} = 1\n" for number in range(20_000)),
    "long key": "k" * 250_000 + " = 1",
    "long string": f'title = "{"x" * 250_000}"',
    "open string": 'title = "' + '\\"' * 120_000,
    "open text": 'title = """' + '\\"' * 120_000,
    "comment": "#" * 250_000,
    "lines": "\n" * 250_000,
    "digits": "a = " + "9" * 250_000,
    "megabyte": "[" + "a." * 500_000 + "a]",
}
BYTES = {
    "binary": bytes(range(256)),
    "utf-16": GOOD.encode("utf-16"),
    "latin-1": GOOD.replace("×", "é").encode("latin-1"),
    "empty": b"",
    "zeros": bytes(1000),
    "cut": GOOD.encode()[:-30],
    "json": b'{"title": "a"}',
    "zip": b"PK\x03\x04" + bytes(60),
    "large": b"#" * (LARGEST + 1),
    "carriage returns": GOOD.replace("\n", "\r").encode(),
}
NAMES = ("host", "", ".", "..toml", "a b", "a/b", "\x1b[31m", "a\u202eb", "=1", "a.b.c", "x" * 200, "\udcff", "%00")


def attempts() -> Iterator[Attempt]:
    """Every bad value of every entry, whole files that are none, and bombs below the limit of size."""
    texts: dict[str, str] = {}
    for entries, values in ((NUMBER_ENTRIES, BAD_NUMBERS), (TEXT_ENTRIES, BAD_TEXTS)):
        for entry in entries:
            field = entry.partition(" ")[0]
            texts |= {f"{field} = {value[:30]}": GOOD.replace(entry, f"{field} = {value}") for value in values}
    for entry in (*NUMBER_ENTRIES[1:3], *TEXT_ENTRIES):
        if entry.partition(" ")[0] != "family":  # which may be left out
            texts[f"without {entry}"] = GOOD.replace(f"{entry}\n", "")
            texts[f"misspelt {entry}"] = GOOD.replace(entry, f"x{entry}")
    points = GOOD[GOOD.index("[[points]]") :]
    texts |= {"point twice": GOOD + points, "point twice, capitals": GOOD + points.replace("lenet", "LeNet")}
    texts |= BOMBS
    assert not [name for name, text in texts.items() if text == GOOD]
    for name, text in texts.items():
        yield Attempt(f"device file: {name}", refused(_read, text.encode()))
    for name, content in BYTES.items():
        yield Attempt(f"device upload: {name}", refused(_upload, "my-till.toml", content))
    for name in NAMES:
        yield Attempt(f"device file named {name[:20]!r}", refused(user_devices.validate, name, GOOD))
    for name in ("", ".toml", "…", "../", "\x1b", "=@+"):
        yield Attempt(f"device upload named {name!r}", refused(_upload, name, GOOD.encode()))
    for kind in ("pipe", "folder", "link to a device", "link to nothing", "link to itself"):
        yield Attempt(f"device file: {kind}", refused(_special, kind))


def _read(content: bytes) -> object:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "my-till.toml"
        path.write_bytes(content)
        return read_device(path)


def _upload(name: str, content: bytes) -> object:
    return user_devices.validate(*user_devices.read_upload(name, content))


def _special(kind: str) -> object:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "my-till.toml"
        if kind == "pipe":
            os.mkfifo(path)
        elif kind == "folder":
            path.mkdir()
        else:
            targets = {"link to a device": "/dev/zero", "link to nothing": "/nowhere", "link to itself": path}
            path.symlink_to(targets[kind])
        return read_device(path)
