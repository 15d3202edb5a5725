"""The files of an evidence bundle that figures are computed from, written and read."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from odviz.analysis.benchmark_data import BenchmarkData
from odviz.analysis.claims import Claims
from odviz.analysis.gate import FindTarget
from odviz.analysis.item_groups import NO_ITEMS, KnownItems
from odviz.analysis.unlike import Side
from odviz.domain.device import DeviceProfile, DeviceTarget
from odviz.domain.errors import FileRefused
from odviz.domain.gate import Policy
from odviz.domain.result import Imported
from odviz.domain.target import HOST
from odviz.domain.text import quoted
from odviz.library.device_toml import parse_device
from odviz.library.devices import LARGEST as LARGEST_DEVICE
from odviz.library.devices import device_files
from odviz.library.files import decoded, read_bytes
from odviz.library.parsing import LARGEST_JSON, parse_arrays, parse_json
from odviz.library.policy_toml import parse_policy, policy_text
from odviz.objectives import OBJECTIVES
from odviz.objectives.groups import ItemGroups
from odviz.serialization import from_json, to_json
from odviz.services.benchmark_file import decode
from odviz.services.transfer import data_of
from odviz.store.clock import now

CLAIMS, POLICY, PUBLIC_KEY, README, CARDS = "claims.json", "policy.toml", "public_key.pem", "README.txt", "cards/"
AUDIT = "audit.jsonl"
_LARGEST_POLICY, _LARGEST_CLAIMS = 64 << 10, 16 << 20
_PLAIN_NUMBERS = "biuf"


@dataclass(frozen=True, slots=True)
class BundledBenchmark:
    """A benchmark in a bundle.

    Attributes:
        id: by which claims name it.
        elsewhere: whether it was another machine's where the bundle was made.
    """

    id: str
    elsewhere: bool

    @property
    def samples(self) -> str:
        """Name of its file with all samples; see `services.benchmark_file`."""
        return f"benchmarks/{self.id}.zip"

    @property
    def labels(self) -> str:
        """Name of the file with names of the groups of its items."""
        return f"benchmarks/{self.id}.items.json"

    @property
    def arrays(self) -> str:
        """Name of the file with group and label of each item."""
        return f"benchmarks/{self.id}.items.npz"

    @property
    def environment(self) -> str:
        """Name of the file with the machine that measured, which its samples name, too."""
        return f"benchmarks/{self.id}.environment.json"


@dataclass(frozen=True, slots=True)
class BundledSide:
    """Operating points that are claimed of, or compared; see `analysis.unlike.Side`."""

    benchmark: str
    text: str
    device: str
    target: str
    point: str


@dataclass(frozen=True, slots=True)
class BundledModel:
    """A model file in a bundle.

    Attributes:
        benchmark: id of the one that measured it.
        variant: key of the variant.
        files: names, the main one first.
    """

    benchmark: str
    variant: str
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClaimsFile:
    """What `claims.json` holds.

    Attributes:
        benchmarks: that the bundle holds.
        sides: one, or the base and the new one.
        devices: names of the profiles that the bundle holds, in `devices/`.
        models: files that the bundle holds.
        release: id of the release that it is about; empty if it is about none.
        claims: what is claimed.
    """

    benchmarks: tuple[BundledBenchmark, ...]
    sides: tuple[BundledSide, ...]
    devices: tuple[str, ...]
    models: tuple[BundledModel, ...]
    release: str
    claims: Claims


@dataclass(frozen=True, slots=True)
class _Groups:
    """What `ItemGroups` has beside its array."""

    title: str
    names: tuple[str, ...]
    by_class: bool
    fixed: bool


@dataclass(frozen=True)
class Contents:
    """What was read from a bundle.

    Attributes:
        statement: with the claims.
        benchmarks: by id, with the items that came along.
        sides: one, or the base and the new one.
        policy: None if no gate was asked.
        devices: profiles by name.
    """

    statement: ClaimsFile
    benchmarks: Mapping[str, BenchmarkData]
    sides: tuple[Side, ...]
    policy: Policy | None
    devices: Mapping[str, DeviceProfile]

    @property
    def files(self) -> frozenset[str]:
        """Names of the files that are computed from, or compared with what is."""
        of_benchmarks = ({one.samples, one.labels, one.arrays, one.environment} for one in self.statement.benchmarks)
        also = {POLICY} if self.policy else set()
        also |= {AUDIT} if self.statement.release else set()
        devices, models = map(device_file, self.devices), (one.files for one in self.statement.models)
        return frozenset({CLAIMS, PUBLIC_KEY, *also, *devices}.union(*of_benchmarks, *models))

    @property
    def find(self) -> FindTarget:
        """Finds a device among those of the bundle."""
        return _finder(self.devices)


def device_file(name: str) -> str:
    """Name of the file of a device profile."""
    return f"devices/{name}.toml"


def items_files(benchmark: BundledBenchmark, data: BenchmarkData) -> dict[str, bytes]:
    """Labels and groups of the test items that were predicted, as files; none if nothing is known of them."""
    items = data.items
    if items is NO_ITEMS or not data.predictions:
        return {}
    groups = items.groups
    arrays = {"index": groups.index}
    if items.targets.dtype.kind in _PLAIN_NUMBERS:
        arrays["targets"] = items.targets
    content = io.BytesIO()
    np.savez(content, **arrays)
    labels = _Groups(groups.title, groups.names, groups.by_class, groups.fixed)
    return {benchmark.labels: to_json(labels, indent=1).encode(), benchmark.arrays: content.getvalue()}


def device_profiles(sides: Sequence[Side], policy: Policy | None) -> dict[str, bytes]:
    """The profiles of all devices that sides and a policy name, as files by name of the device.

    Raises:
        FileRefused: one cannot be read.
    """
    names = [side.device.name for side in sides if side.device]
    names += [clause.device for clause in policy.clauses if clause.device] if policy else []
    files = device_files()
    named = dict.fromkeys(name for name in names if name in files)
    return {name: read_bytes(files[name], LARGEST_DEVICE, "device profile") for name in named}


def statement_file(statement: ClaimsFile) -> dict[str, bytes]:
    """The claims as a file: as they are written again after they were read."""
    return {CLAIMS: _written(from_json(ClaimsFile, to_json(statement)))}


def policy_file(policy: Policy | None) -> dict[str, bytes]:
    """A policy as a file."""
    return {POLICY: policy_text(policy).encode()} if policy else {}


def read_contents(files: Mapping[str, bytes], name: str) -> Contents:
    """Read what figures are computed from.

    Args:
        files: of the bundle, which anybody may have made.
        name: of the bundle, for messages.

    Raises:
        FileRefused: a file is missing, or is none that odviz writes.
    """

    def text(file: str, largest: int = LARGEST_JSON) -> str:
        return decoded(_file(files, file, name), f"{name}, {file}", largest, "file of a bundle")

    statement = parse_json(ClaimsFile, text(CLAIMS, _LARGEST_CLAIMS), f"{name}, {CLAIMS}", "list of claims")
    if _written(statement) != files[CLAIMS]:
        raise FileRefused(f"{name}, {CLAIMS} is not written as odviz writes it.", place=name)
    devices = {
        device: parse_device(device, text(device_file(device), LARGEST_DEVICE), f"{name}, {device_file(device)}")
        for device in statement.devices
    }
    benchmarks = {one.id: _benchmark(one, files, name) for one in statement.benchmarks}
    policy = None
    if POLICY in files:
        policy = parse_policy(text(POLICY, _LARGEST_POLICY), f"{name}, {POLICY}", OBJECTIVES.names())
    if not 1 + (policy is not None) == len(statement.sides) or any(
        s.benchmark not in benchmarks for s in statement.sides
    ):
        raise FileRefused(f"{name}, {CLAIMS} names other sides than the bundle holds.", place=name)
    find = _finder(devices)
    sides = tuple(_side(one, benchmarks[one.benchmark], find) for one in statement.sides)
    return Contents(statement, benchmarks, sides, policy, devices)


def _written(statement: ClaimsFile) -> bytes:
    return to_json(statement, indent=1).encode()


def bundled_side(side: Side) -> BundledSide:
    """A side as it is written."""
    device, target = (side.device.name, side.target.key) if side.device and side.target else (HOST, "")
    return BundledSide(side.data.record.id, side.text, device, target, side.point.key if side.point else "")


def _side(one: BundledSide, data: BenchmarkData, find: FindTarget) -> Side:
    device, target = find(one.device, one.target)
    point = next((point for point in data.points if point.key == one.point), None)
    if one.point and point is None:
        raise FileRefused(f"Benchmark {one.benchmark} has no operating point {quoted(one.point)}.", field="point")
    return Side(data, one.text, device, target, point=point)


def _file(files: Mapping[str, bytes], file: str, name: str) -> bytes:
    if file not in files:
        raise FileRefused(f"{name} lacks {quoted(file)}.", place=name)
    return files[file]


def _finder(devices: Mapping[str, DeviceProfile]) -> FindTarget:
    def find(device: str, target: str) -> tuple[DeviceProfile | None, DeviceTarget | None]:
        if device == HOST:
            return None, None
        if device not in devices:
            raise FileRefused(f"The bundle holds no profile of the device {quoted(device)}.", field=device)
        profile = devices[device]
        return profile, profile.target(target) if target else profile.default

    return find


def _benchmark(one: BundledBenchmark, files: Mapping[str, bytes], name: str) -> BenchmarkData:
    """A benchmark as it was where the bundle was made: its own or another machine's, with the items that came along."""
    file = decode(_file(files, one.samples, name), f"{name}, {one.samples}")
    imported = Imported(one.id, file.sha256, now())
    data = data_of(file.whole, imported)
    count = max((len(predictions.scores) for predictions in data.predictions.values()), default=0)
    record = replace(data.record, id=one.id, imported=imported if one.elsewhere else None)
    return replace(data, record=record, known=_items(one, files, name, count))


def _items(one: BundledBenchmark, files: Mapping[str, bytes], name: str, count: int) -> KnownItems:
    """Labels and groups of the items of a benchmark.

    Raises:
        FileRefused: they are not of so many items.
    """
    if one.labels not in files and one.arrays not in files:
        return NO_ITEMS
    place = f"{name}, {one.labels}"
    text = decoded(_file(files, one.labels, name), place, LARGEST_JSON, "list of groups")
    labels = parse_json(_Groups, text, place, "list of groups")
    arrays = parse_arrays(_file(files, one.arrays, name), f"{name}, {one.arrays}")
    index, targets = arrays.pop("index", np.empty(0)), arrays.pop("targets", NO_ITEMS.targets)
    grouped = index.dtype.kind == "i" and index.ndim == 1 and len(index) == (count if labels.names else 0)
    inside = grouped and bool(((index >= 0) & (index < len(labels.names))).all())
    plain = targets.dtype.kind in _PLAIN_NUMBERS and targets.ndim > 0 and len(targets) in (0, count)
    if arrays or not inside or not plain:
        raise FileRefused(f"{name}, {one.arrays} is not of the items of its benchmark.", place=name)
    groups = ItemGroups(labels.title, labels.names, index.astype(np.intp), labels.by_class, labels.fixed)
    return KnownItems(targets, (groups,) if labels.names else ())
