"""The button that downloads an evidence bundle."""

from __future__ import annotations

from collections.abc import Callable

from odviz.report.evidence import evidence
from odviz.services.evidence_subject import EvidenceSubject
from odviz.ui.parts.download import download_button


def download(subject: Callable[[], EvidenceSubject], name: str) -> None:
    """Draw the button; the bundle is made when it is pressed, and is not signed: private keys stay with the terminal.

    Args:
        subject: what it is about.
        name: of the file, without an ending.
    """
    download_button(
        "Evidence as ZIP",
        lambda: evidence(subject()).content,
        f"{name}-evidence.zip",
        key="evidence",
        icon=":material/verified:",
        help="All samples, figures and verdicts. `odviz evidence verify FILE` computes them again, offline. "
        "It is not signed; `odviz evidence make … --key KEY` signs.",
    )
