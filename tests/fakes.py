"""A benchmark without runtimes: children that reply from a script, so that what the parent does can be tested."""

import queue
import threading
import zlib
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from odviz.domain.environment import Environment
from odviz.domain.errors import RunFailed
from odviz.domain.failure import Failure, FailureKind
from odviz.domain.modality import Modality
from odviz.domain.model import Artifact, GraphFacts, Layout, Variant
from odviz.domain.plan import BenchmarkPlan, Effort
from odviz.domain.recipe import parse_recipe
from odviz.domain.result import BackgroundLoad
from odviz.domain.target import HOST, OperatingPoint, Precision, Target
from odviz.execution import latency
from odviz.formats.base import digest
from odviz.measurement.readings import BlockTimes, EnergyReading, MemoryReading
from odviz.services.attempt import Controls, run_to_end
from odviz.services.runner import Runner
from odviz.tasks.base import Examples
from odviz.worker import protocol
from odviz.worker.request import Done, Load

ITEMS, CLASSES = 200, 4
RUNTIMES = ("onnxruntime", "litert", "tflite-runtime")
EFFORT = Effort(launches=2, rounds=3, confidence=0.5, time_s=30)


class IdleMachine:
    """A `BackgroundMeter` of a machine without other programs; to read those of this one takes 10 ms each time."""

    def __init__(self, measured, server=0):
        pass

    def read(self, launch):
        return BackgroundLoad(launch, 1.0, 0.0, 0.0, {})


def scripted_launches(monkeypatch):
    """Scripted children start in microseconds: a launch ends with the blocks that it needs, beside no other program."""
    monkeypatch.setattr(latency, "REPAID", 0.0)
    monkeypatch.setattr(latency, "BackgroundMeter", IdleMachine)


class ToyTask:
    """A task whose predictions a `World` decides."""

    name, title, summary, metric = "toy", "Toy", "Decides nothing.", "top1"
    takes, shape, dtype, groups = "two numbers", (2,), "float32", ""
    modality = Modality.TABULAR
    shapes = (shape,)

    def classes(self):
        return tuple(map(str, range(CLASSES)))

    def test(self):
        targets = np.arange(ITEMS) % CLASSES
        return Examples(np.zeros((ITEMS, 2), np.float32), targets.astype(np.int64), np.full(ITEMS, ""))

    calibration = test


TOY = ToyTask()


def point(recipe="fp32", model="net", runtime="onnxruntime", fmt="onnx", threads=1):
    recipe = parse_recipe(recipe)
    precision = Precision.INT8 if "int8" in str(recipe) else Precision.FP32
    return OperatingPoint(Variant("toy", model, recipe, fmt), Target(HOST, runtime, "cpu", threads, precision))


def plan(*recipes, **effort):
    return BenchmarkPlan(
        "toy",
        ("net",),
        tuple(map(parse_recipe, recipes)),
        ("onnxruntime",),
        effort=EFFORT if not effort else Effort(**effort),
    )


@dataclass
class World:
    """What the scripted children do.

    Attributes:
        accuracy: share of right predictions by recipe.
        accuracy_on: the same by (recipe, runtime), where a runtime differs from the others.
        fragility: share of predictions by recipe that a disturbance of each further severity makes wrong.
        ns: time of one inference by recipe.
        cpu_share: CPU time of an inference as a share of its wall time; less than one where something else runs.
        faults: by (recipe, name of its handler), a failure to raise; a list is used up one by one.
        requests: every (recipe, name of its handler) so far.
        build: which of the files that a recipe could be made into comes out.
        cpu: name of the processor.
        joules: of one inference in each window of a process; a list of tuples is used up one by one.
        reference_ns: time of the reference loop around a block, from its request.
        folder: where made files are written; None for files that are only said to be made.
    """

    accuracy: dict = field(default_factory=dict)
    accuracy_on: dict = field(default_factory=dict)
    fragility: dict = field(default_factory=dict)
    ns: dict = field(default_factory=dict)
    cpu_share: float = 1.0
    faults: dict = field(default_factory=dict)
    requests: list = field(default_factory=list)
    build: int = 0
    cpu: str = "scripted"
    joules: object = (0.5, 0.5)
    reference_ns: object = lambda _: 300_000
    folder: Path | None = None
    hook: object = None
    lock: object = field(default_factory=threading.Lock)

    def child(self, **_):
        return ScriptedChild(self)


class ThreadedProcess:
    """What `BenchmarkProcess` does, in a thread."""

    def __init__(self, store, benchmark, run):
        self._messages, self._controls = queue.SimpleQueue(), Controls()
        self.cancel, self.end = self._controls.cancel, self._controls.end

        def work():
            run_to_end(store, benchmark, self._messages.put, self._controls, run)
            self._messages.put(None)

        self._thread = threading.Thread(target=work)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._thread.join()

    def messages(self):
        return iter(self._messages.get, None)

    def exit_code(self):
        return 0


def runner_of(store, run):
    """A runner whose benchmarks run in threads of this process."""
    return Runner(store, lambda benchmark: ThreadedProcess(store, benchmark, run))


class ScriptedChild:
    def __init__(self, world):
        self.world, self.recipe, self.dead, self.pid = world, "", None, 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def cancel(self):
        self.dead = Failure(FailureKind.CANCELLED, "Stopped while it was running.")

    def request(self, request, timeout_s=None):
        match request:
            case Load(path=path) | protocol.MeasureMemory(load=Load(path=path)):
                self.recipe = path.rpartition("/made/")[2]
        recipe = getattr(request, "recipe", self.recipe)
        name = request.__struct_config__.tag
        with self.world.lock:
            self.world.requests.append((recipe, name))
            fault = self.world.faults.get((recipe, name))
            if isinstance(fault, list):
                fault = fault.pop(0) if fault else None
        if self.world.hook:
            self.world.hook(recipe, name)
        if self.dead:
            raise RunFailed(self.dead)
        if fault:
            self.dead = fault if fault.kind is FailureKind.CRASH else None
            raise RunFailed(fault)
        reply = getattr(self, f"_{name}")(recipe, request)
        assert isinstance(reply, request.reply_type())
        return reply

    def _describe_host(self, recipe, request):
        return Environment(cpu=self.world.cpu, runtimes=dict.fromkeys(RUNTIMES, "1.0"))

    def _compress(self, recipe, request):
        sha256 = f"{zlib.crc32(recipe.encode(), self.world.build):08x}" * 8
        path, size = f"/made/{recipe}", 1000
        if self.world.folder:
            file, content = self.world.folder / path[1:], f"{recipe}, build {self.world.build}".encode()
            file.parent.mkdir(exist_ok=True)
            file.write_bytes(content)
            path, sha256, size = str(file), digest([file]), len(content)
        artifact = Artifact(path, sha256, size, request.format, Layout.CHANNELS_LAST)
        return protocol.Compressed(artifact, (f"made by {recipe}",))

    def _inspect_file(self, recipe, request):
        size = 1000 - 100 * len(request.path.rpartition("/made/")[2].split("+"))
        return GraphFacts(size, size // 2, 100, 90, 5000, 64, 0.0, 2, {"Gemm": 2})

    def _load(self, recipe, request):
        self.runtime, self.inputs = request.runtime, request.inputs
        return Done()

    def _predict(self, recipe, request):
        share = self.world.accuracy_on.get((recipe, self.runtime), self.world.accuracy.get(recipe, 0.9))
        targets, copies = TOY.test().targets, len(np.load(self.inputs)) // ITEMS
        severities = (1 + np.arange(copies) % 5 if copies > 1 else np.zeros(1))[:, np.newaxis]  # of the copies
        right = np.rint((share - self.world.fragility.get(recipe, 0) * severities) * ITEMS)
        classes = np.where(np.arange(ITEMS) < right, targets, (targets + 1) % CLASSES).ravel()
        np.savez(request.out, np.eye(CLASSES, dtype=np.float32)[classes])
        return Done()

    def _time_block(self, recipe, request):
        base = self.world.ns.get(recipe, 1_000_000)
        wall_ns = tuple(base + 1000 * index for index in range(request.timed))
        cpu_ns = round(base * self.world.cpu_share)
        return BlockTimes(wall_ns, cpu_ns, request.timed, self.world.reference_ns(request))

    def _measure_memory(self, recipe, request):
        peak = 10_000_000 + 1_000_000 * min(request.runs, 2)  # like a runtime that allocates in its first runs
        return MemoryReading(10_000_000, peak, "scripted")

    def _measure_energy(self, recipe, request):
        assert self.runtime and request.seconds > 0
        joules = self.world.joules.pop(0) if isinstance(self.world.joules, list) else self.world.joules
        return EnergyReading(tuple(joules), "scripted", "everything, above idle")
