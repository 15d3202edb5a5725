"""Loads what pages need before somebody waits for it, in threads of their own; whoever needs it meanwhile waits."""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from importlib import import_module
from threading import Thread

import streamlit as st

from odviz.analysis.device_calibration import published_calibrations
from odviz.domain.errors import OdvizError
from odviz.store.engine import default_url
from odviz.tasks import TASKS
from odviz.ui import data


def start_server() -> None:
    """Begin to load what the first page needs, while the browser loads Streamlit's own files."""
    Thread(target=_first_page, name="warm-up", daemon=True).start()


@cache
def start() -> None:
    """Begin to load what the first change of device needs, once in a server's life, after the first page is drawn."""
    Thread(target=_change_of_device, name="warm-up", daemon=True).start()


def _first_page() -> None:
    import_module("odviz.ui.views.explore")
    data.devices()
    with suppress(OdvizError):  # the page reports it
        _first_benchmark(str(default_url()))


@st.cache_resource(show_spinner=False)  # inside it, what is cached shows no spinner, for which there is no page
def _first_benchmark(url: str) -> None:
    """Analyse the benchmark that Explore opens with."""
    del url  # cache key
    from odviz.ui.parts import benchmark_choice  # imported above, not with the server

    if records := data.recent(benchmark_choice.first_task(TASKS.names())):
        data.view(benchmark_choice.opened_first(records).id)


def _change_of_device() -> None:
    # Not pandas: Plotly and Streamlit use it as soon as it is in `sys.modules`, be it half imported.
    import_module("scipy.optimize")
    published_calibrations()
