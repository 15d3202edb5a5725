"""Bad arguments and variables of the command line."""

import contextlib
import io
import os
import random
import signal
import sys
from collections.abc import Iterator
from unittest import mock

from odviz.cli import main
from tests.hostile.attempt import Attempt, Believed
from tests.hostile.words import NUMBERS, TEXTS

SEED, PAIRS = 12, 260

BENCH = ("bench", "product-images", "lenet-5")
TEXT_PLACES = (
    *((command,) for command in ("show", "front", "recommend", "export", "bundle", "cancel", "delete", "resume")),
    *(("bench",), ("variants",), ("list",), ("devices",), ("devices", "show"), ("devices", "validate"), ()),
    *(("bench", "product-images"), ("variants", "product-images"), ("list", "--task"), ("benchmarks", "--task")),
    *((*BENCH, "--runtime"), (*BENCH, "--recipe"), ("variants", "product-images", "--format"), ("--database",)),
    *(
        ("show", "0", "--format"),
        ("export", "0", "--format"),
        ("front", "0", "--deadline"),
        ("recommend", "0", "--min"),
    ),
)
NUMBER_PLACES = (
    *((*BENCH, option) for option in ("--threads", "--seed", "--time", "--confidence")),
    *(("benchmarks", "--limit"), ("recommend", "0", "--margin"), ("front", "0", "--memory"), ("incidents", "show")),
)
VARIABLES = {"ODVIZ_HOME": ("benchmarks",), "ODVIZ_ROOT": ("devices", "show", "x"), "ODVIZ_DATABASE": ("benchmarks",)}
PATHS = ("/" + "x" * 300, "/" + "x/" * 2500, "~nobody9/x", "/dev/null", "/proc/self/\x1b[31m", "/dev/null/x")


def attempts() -> Iterator[Attempt]:
    """A sample of bad words in every place, and all bad paths in the variables."""
    pairs = [(place, word) for place in TEXT_PLACES for word in TEXTS if not _means_something(place, word)]
    pairs += [(place, word) for place in NUMBER_PLACES for word in NUMBERS]
    # Python reads these as whole numbers, so that each place is tried with them.
    always = [(place, word) for place in NUMBER_PLACES for word in ("1_0", "٣")]
    for place, word in dict.fromkeys([*random.Random(SEED).sample(pairs, PAIRS), *always]):
        words = (*place, word, *(("benchmarks",) if place == ("--database",) else ()))
        yield Attempt(f"odviz {' '.join(place)} {word[:20]!r}", lambda words=words: run(*words))
    for variable, command in VARIABLES.items():
        for path in PATHS:
            yield Attempt(f"{variable}={path[:20]!r}", lambda one=(variable, path, command): _run_with(*one))


def _run_with(variable: str, path: str, command: tuple[str, ...]) -> str:
    with mock.patch.dict(os.environ, {variable: path}):
        return run(*command)


def _means_something(place: tuple[str, ...], word: str) -> bool:
    """Whether a word is right in a place, or is never passed on by an operating system."""
    if word == "--" and place[:1] in (("bench",), ("variants",)):
        return True
    return "\x00" in word or (place in ((), ("--database",)) and not word.strip("a/=b*?"))


def run(*words: str) -> str:
    """What odviz writes where it refuses a command, in this process."""
    out, err = io.StringIO(), io.StringIO()
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        with (
            mock.patch.object(sys, "argv", ["odviz", *words]),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            main()
    except SystemExit as end:
        if not end.code:
            raise Believed(out.getvalue()[:200]) from None
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
    return err.getvalue()
