"""Reports on logs for the page Monitor, cached between reruns."""

from __future__ import annotations

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from odviz.analysis.monitoring import monitor, reference_of
from odviz.domain.monitoring import MonitorReport
from odviz.domain.target import OperatingPoint
from odviz.library.answer_log import read_answers
from odviz.library.files import printable
from odviz.store import BenchmarkRecord
from odviz.tasks import TASKS
from odviz.ui.data import DataKey, key_of, loaded

LARGEST = 200 << 20
"""Most bytes of a log that is uploaded; the terminal reads larger ones."""

_FEW = 8


def monitored(
    record: BenchmarkRecord, point: OperatingPoint, deadline_s: float | None, upload: UploadedFile
) -> MonitorReport:
    """What a log says.

    Args:
        record: of the benchmark.
        point: the variant that wrote the log.
        deadline_s: see `odviz.analysis.monitoring.monitor`.
        upload: the log.

    Raises:
        InputError: the log is refused, or the variant cannot be monitored.
    """
    return _monitored(key_of(record), point.key, deadline_s, upload.file_id, point, upload)


@st.cache_resource(show_spinner="Reading the log …", max_entries=_FEW)
def _monitored(
    version: DataKey,
    key: str,  # noqa: ARG001 - tells variants apart
    deadline_s: float | None,
    file: str,  # noqa: ARG001 - tells uploads apart
    _point: OperatingPoint,
    _upload: UploadedFile,
) -> MonitorReport:
    benchmark_data, result = loaded(version)
    reference = reference_of(benchmark_data, result, _point)
    classes = TASKS[benchmark_data.record.plan.task].classes()
    _upload.seek(0)
    log = read_answers(_upload, printable(_upload.name), classes)
    return monitor(benchmark_data.record.id, _point, reference, log, deadline_s)
