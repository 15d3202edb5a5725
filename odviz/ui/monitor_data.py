"""Reports on logs for the page Monitor, cached between reruns."""

from __future__ import annotations

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from odviz.analysis.monitoring import reference_of
from odviz.domain.monitoring import MonitorReport
from odviz.domain.release import Release
from odviz.domain.target import OperatingPoint
from odviz.library.answer_log import read_answers
from odviz.library.files import printable
from odviz.services.monitoring import MonitoredVariant, variant_of_release
from odviz.store import BenchmarkRecord
from odviz.ui.data import DataKey, key_of, loaded, store

LARGEST = 200 << 20
"""Most bytes of a log that is uploaded; the terminal reads larger ones."""

_FEW = 8


def of_benchmark(
    record: BenchmarkRecord, point: OperatingPoint, deadline_s: float | None, upload: UploadedFile
) -> MonitorReport:
    """What the log of a variant says.

    Args:
        record: of the benchmark.
        point: the variant that wrote the log.
        deadline_s: see `odviz.analysis.monitoring.monitor`.
        upload: the log.

    Raises:
        InputError: the log is refused, or the variant cannot be monitored.
    """
    version = key_of(record)
    return _report((*version, point.key), deadline_s, upload.file_id, _measured(version, point.key, point), upload)


def of_release(release: Release, deadline_s: float | None, upload: UploadedFile) -> MonitorReport:
    """What the log of a release says; see `of_benchmark`.

    Raises:
        InputError: the log is refused, or the release cannot be monitored.
        IntegrityError: the benchmark that is kept with it is missing, or was changed.
    """
    return _report((release.id,), deadline_s, upload.file_id, _released(release.id, release), upload)


@st.cache_resource(show_spinner=False, max_entries=_FEW)
def _measured(
    version: DataKey,
    key: str,  # noqa: ARG001 - tells variants apart
    _point: OperatingPoint,
) -> MonitoredVariant:
    benchmark_data, result = loaded(version)
    return MonitoredVariant(benchmark_data.record.id, _point, reference_of(benchmark_data, result, _point))


@st.cache_resource(show_spinner="Reading the benchmark of the release …", max_entries=_FEW)
def _released(name: str, _release: Release) -> MonitoredVariant:  # noqa: ARG001 - the id tells releases apart
    return variant_of_release(store(), _release)


@st.cache_resource(show_spinner="Reading the log …", max_entries=_FEW)
def _report(
    variant: tuple[object, ...],  # noqa: ARG001 - tells variants apart
    deadline_s: float | None,
    file: str,  # noqa: ARG001 - tells uploads apart
    _variant: MonitoredVariant,
    _upload: UploadedFile,
) -> MonitorReport:
    _upload.seek(0)
    log = read_answers(_upload, printable(_upload.name), _variant.classes, _variant.release)
    return _variant.report(log, deadline_s)
