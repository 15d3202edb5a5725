"""The button that downloads an evidence bundle."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from odviz.report.evidence import evidence
from odviz.services.evidence_subject import EvidenceSubject


def download(subject: Callable[[], EvidenceSubject], name: str) -> None:
    """Draw the button; the bundle is made when it is pressed, and is not signed: private keys stay with the terminal.

    Args:
        subject: what it is about.
        name: of the file, without an ending.
    """
    st.download_button(
        "Evidence as ZIP",
        lambda: evidence(subject()).content,
        f"{name}-evidence.zip",
        "application/zip",
        key="evidence",
        on_click="ignore",
        icon=":material/verified:",
        help="All samples, figures and verdicts. `odviz evidence verify FILE` computes them again, offline. "
        "It is not signed; `odviz evidence make … --key KEY` signs.",
    )
