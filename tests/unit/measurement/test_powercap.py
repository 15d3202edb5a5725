from __future__ import annotations

from pathlib import Path

import pytest

from odviz.domain.errors import Unavailable
from odviz.measurement.meters.powercap import Powercap, WrappingCounter


def zone(root: Path, folder: str, name: str, energy: int, span: int = 1_000_000) -> Path:
    path = root / folder
    path.mkdir(parents=True)
    (path / "name").write_text(f"{name}\n")
    (path / "energy_uj").write_text(f"{energy}\n")
    (path / "max_energy_range_uj").write_text(f"{span}\n")
    return path


def test_sums_packages_without_their_parts(tmp_path: Path) -> None:
    packages = [zone(tmp_path, f"intel-rapl:{i}", f"package-{i}", 100) for i in range(2)]
    zone(tmp_path, "intel-rapl:0:0", "core", 100)
    psys = zone(tmp_path, "intel-rapl:2", "psys", 100)
    meter = Powercap(tmp_path)
    assert meter.unavailable() == ""
    joules = meter.open()
    for path in (*packages, psys):
        (path / "energy_uj").write_text("500100")
    assert joules() == pytest.approx(1.0)


def test_total_continues_after_the_counter_wraps() -> None:
    values = iter([90, 95, 4, 99, 0])
    counter = WrappingCounter(lambda: next(values), span=99)
    assert [counter.total() for _ in range(4)] == [5, 14, 109, 110]


def test_without_zones_it_is_unavailable(tmp_path: Path) -> None:
    meter = Powercap(tmp_path / "missing")
    assert "bare-metal" in meter.unavailable()
    with pytest.raises(Unavailable):
        meter.open()


def test_counter_readable_by_root_only_names_the_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    zone(tmp_path, "intel-rapl:0", "package-0", 100)
    read = Path.read_text

    def guarded(self: Path, *args: str, **options: str) -> str:
        if self.name == "energy_uj":
            raise PermissionError(13, "Permission denied")
        return read(self, *args, **options)

    monkeypatch.setattr(Path, "read_text", guarded)
    assert "chmod a+r" in Powercap(tmp_path).unavailable()


def test_malformed_counter_is_unavailable(tmp_path: Path) -> None:
    (zone(tmp_path, "intel-rapl:0", "package-0", 100) / "energy_uj").write_text("?")
    assert "cannot be read" in Powercap(tmp_path).unavailable()
