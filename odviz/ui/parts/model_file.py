"""The file of a variant for the device on display: download, and instructions to run it there."""

from __future__ import annotations

from contextlib import suppress
from functools import partial

import streamlit as st

from odviz.analysis.candidates import Candidate
from odviz.deployment.base import SourceFile
from odviz.domain.errors import FileRefused, OdvizError
from odviz.formats import FORMATS
from odviz.library.rights import may_change
from odviz.report import card_text
from odviz.report.bundle import bundle
from odviz.report.markdown import plain
from odviz.report.view import AnalysisView
from odviz.services import catalogue, naming
from odviz.services.model_file import ModelFile, contents
from odviz.services.shipping import Origin, Shipment, shipment
from odviz.services.variants import make_all
from odviz.ui.parts.download import download_button
from odviz.ui.parts.layout import error_boundary
from odviz.ui.parts.release_form import release_form
from odviz.units import figure


def download(view: AnalysisView, candidate: Candidate, key: str) -> Shipment | None:
    """Draw a download button for a variant's file in a format for the device, or how to make one.

    Args:
        view: the analysis that the variant belongs to.
        candidate: the variant.
        key: of the button.

    Returns:
        What was offered, for `instructions`; None if there is nothing.
    """
    if not may_change():
        return None
    analysis = view.analysis
    try:
        shipped = shipment(view.benchmark_view.data, candidate, analysis.device, analysis.target)
    except FileRefused as error:
        st.caption(f"Its file cannot be downloaded: {plain(str(error))}")
        return None
    except OdvizError:  # its task or its runtime no longer exists
        return None
    if shipped.file is None:
        _missing(shipped, key)
        return None
    _button(shipped, shipped.file, candidate, key)
    made = partial(bundle, view.benchmark_view.data, analysis, candidate)
    download_button(
        "Bundle (zip)",
        lambda: made().content,
        f"{shipped.file.stem}{f'-{analysis.device.name}' if analysis.device else ''}.zip",
        key=f"bundle-{key}",
        icon=":material/folder_zip:",
        help="The model with labels, what prepares its items, code for the device, card, instructions and checksums.",
    )
    if shipped.origin is Origin.MEASURED:
        release_form(view, candidate, key)
    _captions(shipped)
    return shipped


def instructions(shipped: Shipment | None) -> None:
    """Draw how to run a variant's file; nothing without a file.

    In a popover, whose content the browser loads when it is opened: the code viewer takes as long to load as a chart.
    """
    if shipped is None:
        return
    guide = shipped.instructions
    with st.popover("How to run it", icon=":material/terminal:"):
        st.markdown(f"**{shipped.deployment.title}**" + (f" · {plain(shipped.device)}" if shipped.device else ""))
        st.markdown(f"**It takes** {plain(shipped.takes)}.")
        if guide.refusal:
            st.warning(guide.refusal, icon=":material/block:")
        st.markdown("\n".join(f"{number}. {step}" for number, step in enumerate(guide.steps, start=1)))
        _code(guide.files)
        if shipped.software:
            st.caption(
                f"The figures are of {plain(shipped.software)} on this device, for which odviz has no code; these "
                "lines run the same network in the usual way, and may take another time."
            )
        with suppress(OdvizError):  # a model that was removed since
            model = catalogue.model(shipped.variant.task, shipped.variant.model)
            st.markdown(card_text.body(card_text.use_and_limits(model), level=5))


def _code(files: tuple[SourceFile, ...]) -> None:
    if len(files) > 1:
        for tab, file in zip(st.tabs([file.name for file in files]), files, strict=True):
            tab.code(file.code, file.language)
    elif files:
        st.caption(f"`{files[0].name}`")
        st.code(files[0].code, files[0].language)


def _button(shipped: Shipment, file: ModelFile, candidate: Candidate, key: str) -> None:
    format, runtime = FORMATS[shipped.variant.format].title, naming.runtime(candidate.host_point.target.runtime)
    if shipped.origin is Origin.MEASURED:
        origin = f"The file that was measured, in the format {format}."
    else:
        origin = f"The same recipe in the format {format}; {runtime} measured another file of it here."
    download_button(
        f"Model file ({figure(file.artifact.size_bytes, 'B')})",
        lambda: contents(file),
        file.name,
        key=key,
        icon=":material/deployed_code:",
        help=f"{origin} sha256 {file.artifact.sha256}.",
    )


def _captions(shipped: Shipment) -> None:
    """Draw what is to be known of the file before it is used."""
    format = FORMATS[shipped.variant.format].title
    if shipped.origin is Origin.SAME_RECIPE:
        st.caption(f"For {plain(shipped.device)} in the format {format}: the same recipe, not measured here.")
    if shipped.deployment.converts:
        st.caption(f"{plain(shipped.deployment.title)} needs it converted; *How to run it* says how.")


def _missing(shipped: Shipment, key: str) -> None:
    """Draw why there is no file, and a button that makes it where its recipe can be applied."""
    variant = shipped.variant
    format = FORMATS[variant.format].title
    if not shipped.has_original:
        takes = f"{plain(shipped.deployment.title)} takes {format}"
        st.caption(f"{takes}, in which {plain(variant.model)} has no file. Add the model with a file of each format.")
        return
    if not shipped.can_be_made:
        st.caption(f"{plain(shipped.deployment.title)} takes {format}, to which its recipe cannot be applied.")
        return
    reason = (
        f"{plain(shipped.device)} takes {format}, which was not measured here" if shipped.device else "Its file is gone"
    )
    st.caption(f"{reason}; it is made from the same recipe.")
    if st.button(f"Make the {format} file", key=f"make-{key}", icon=":material/deployed_code_update:"):
        with error_boundary():
            made = make_all(variant.task, [variant.model], [variant.recipe], [variant.format])
            for failure in made.failures.values():
                st.error(plain(failure.reason), icon=":material/error:")
            if made.files:
                st.rerun()
