import resource
import subprocess
import sys

import pytest

from odviz.domain.errors import Unavailable
from odviz.execution import address_space

BENCH = "import resource as r; r.setrlimit(r.RLIMIT_AS, ({0}, {0})); from odviz.cli import main; main()"


@pytest.mark.skipif(sys.platform != "linux", reason="limits of memory as on Linux")
@pytest.mark.parametrize("limit", [400_000_000, 700_000_000])
def test_too_little_memory_is_said_before_anything_is_measured(limit):
    words = ("bench", "product-images", "ds-cnn-0.25", "--quick")
    ran = subprocess.run(
        [sys.executable, "-c", BENCH.format(limit), *words], capture_output=True, text=True, check=False, timeout=120
    )
    assert ran.returncode == Unavailable.exit_code and "ulimit -v" in ran.stderr
    assert "Traceback" not in ran.stderr and not ran.stdout


def test_enough_and_no_limit_are_no_obstacle(monkeypatch):
    for limit in (address_space.LEAST_BYTES, resource.RLIM_INFINITY):
        monkeypatch.setattr(resource, "getrlimit", lambda _, limit=limit: (limit, limit))
        address_space.check_address_space()
