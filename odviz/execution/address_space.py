"""Whether this process may use as much memory as measuring needs."""

from __future__ import annotations

from odviz.domain.errors import Unavailable

LEAST_BYTES = 1_500_000_000
"""Address space that a benchmark of all runtimes needs, with a margin: 1.1 GB on 2 cores.

With much less, libraries wait for memory for ever instead of failing.
"""


def check_address_space() -> None:
    """Check the limit of address space (`ulimit -v`), which worker processes inherit.

    Raises:
        Unavailable: it is lower than what measuring needs.
    """
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    if limit != resource.RLIM_INFINITY and limit < LEAST_BYTES:
        raise Unavailable(
            f"Programs may use {limit / 1e9:.2g} GB of address space here (`ulimit -v`); measuring needs "
            f"{LEAST_BYTES / 1e9:.2g} GB. Raise that limit and try again."
        )
