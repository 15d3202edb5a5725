"""The card of a model or of data: rendered, and as files to take away."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial

import streamlit as st

from odviz.domain.audit import head_of
from odviz.domain.errors import UnknownName
from odviz.domain.governance import RiskEvidenceKind
from odviz.library.own_tasks import own_tasks
from odviz.library.paths import cache_dir
from odviz.report import card_text, governance_text
from odviz.report.card_files import CardFormat, file_name, written
from odviz.report.markdown import plain
from odviz.services import cards, catalogue, naming
from odviz.services.cards import DataCard, ModelCard
from odviz.services.governance import evidence
from odviz.tasks import TASKS
from odviz.ui import data
from odviz.ui.parts.benchmark_choice import BENCHMARK, TASK, choose_task
from odviz.ui.parts.download import download_button
from odviz.ui.url_state import UrlField, one_of

CARD = "card"
"""Name of the model whose card is open."""

_HEADING = 4
_EXPLORE, _DATA, _RELEASES = "pages/explore.py", "pages/data.py", "pages/releases.py"
_PAGES = {
    RiskEvidenceKind.BENCHMARK: (_EXPLORE, "Figures, groups and stress tests"),
    RiskEvidenceKind.HARM: (_EXPLORE, "Figures, groups and stress tests"),
    RiskEvidenceKind.STRESS: (_EXPLORE, "Figures, groups and stress tests"),
    RiskEvidenceKind.DATA_REPORT: (_DATA, "Checks and card of the data"),
    RiskEvidenceKind.DATA_LICENCE: (_DATA, "Card of the data"),
    RiskEvidenceKind.DATA_SOURCE: (_DATA, "Card of the data"),
    RiskEvidenceKind.GATE: ("pages/compare.py", "Compare it with what is in use"),
    RiskEvidenceKind.ROLLBACK: (_RELEASES, "Releases and the way back"),
    RiskEvidenceKind.MONITORING: ("pages/monitor.py", "Logs of devices and incidents"),
}
"""Where evidence can be looked at, or gathered."""

_LABELS = {
    CardFormat.MARKDOWN: "Markdown",
    CardFormat.HTML: "HTML",
    CardFormat.CROISSANT: "Croissant",
    CardFormat.BOM: "CycloneDX",
}


def url_fields() -> tuple[UrlField, ...]:
    """URL parameters of the model whose card is open."""
    return (
        UrlField(TASK, one_of("task", TASKS.names()), str),
        UrlField(CARD, str, str, depends_on=TASK),
    )


def model_cards() -> None:
    """Draw the choice of a model, built-in or own, and its card."""
    with st.container(horizontal=True):
        task = choose_task()
        if task not in TASKS:
            st.info("The models of this task were removed.")
            return
        names = [model.name for model in catalogue.models(task)]
        if st.session_state.get(CARD) not in names:
            st.session_state[CARD] = None
        name = st.selectbox(
            "Card of the model",
            names,
            format_func=partial(naming.model, task),
            key=CARD,
            placeholder="Choose a model",
        )
    if name:
        _draw(_model_card(task, name, _state(task, name)))


def data_card(task: str) -> None:
    """Draw the card of a task's data."""
    _draw(_data_card(task, _state(task)))


def _draw(card: ModelCard | DataCard) -> None:
    own = CardFormat.BOM if isinstance(card, ModelCard) else CardFormat.CROISSANT
    _downloads(card, (CardFormat.MARKDOWN, CardFormat.HTML, own))
    for part in card_text.sections(card):
        st.markdown(card_text.body((replace(part, table=None),), _HEADING))
        if part.table:  # as a table of Streamlit, which can be moved sideways on a phone; it reads Markdown
            columns = ([plain(cell) for cell in column] for column in zip(*part.table.texts, strict=True))
            st.table({heading: cells for heading, *cells in columns}, border="horizontal")
    if isinstance(card, ModelCard):
        _governance(card)


def _governance(card: ModelCard) -> None:
    """The evidence for each function of the NIST AI RMF, with links to the pages that show it."""
    entries = evidence(card)
    st.markdown(f"#### {governance_text.TITLE}")
    st.caption(governance_text.DISCLAIMER)
    for function, title in governance_text.FUNCTIONS.items():
        own = [one for one in entries if one.function is function]
        with st.container(border=True):
            st.markdown(f"**{title}**: {sum(one.present for one in own)} of {len(own)}")
            for one in own:
                icon = ":material/check:" if one.present else ":material/help:"
                kind = governance_text.KINDS[one.kind]
                st.markdown(f"{icon} **{kind}** ({one.category}): {plain(governance_text.detail(one))}")
            for page, label in dict.fromkeys(_PAGES[one.kind] for one in own if one.kind in _PAGES):
                st.page_link(page, label=label, icon=":material/open_in_new:", query_params=_address(page, card))


def _address(page: str, card: ModelCard) -> dict[str, str]:
    """What a page is to show of the card's model."""
    if page == _RELEASES:
        return {}
    known = {TASK: card.model.task}
    if card.benchmark and page in (_EXPLORE, _DATA):
        known[BENCHMARK] = card.benchmark.id
    return known


def _downloads(card: ModelCard | DataCard, formats: Sequence[CardFormat]) -> None:
    with st.container(horizontal=True):
        for format in formats:
            name = file_name(card, format)
            content = partial(written, card, format)
            download_button(_LABELS[format], content, name, key=f"card-{name}", icon=":material/download:")


def _state(task: str, name: str = "") -> str:
    """All that a card depends on: benchmarks, releases, reports on the data, and the records of a person's own."""
    ended = [(record.id, record.state, record.last_measured) for record in data.recent(task)]
    reports = cache_dir() / "data-quality"
    looked = reports.stat().st_mtime_ns if reports.is_dir() else 0
    model = ""
    with suppress(UnknownName):
        model = repr(catalogue.model(task, name)) if name else ""
    released = head_of(data.store().audit_log())
    return f"{cache_dir()} {ended} {released} {looked} {own_tasks()[0].get(task)!r} {model}"


@st.cache_resource(show_spinner="Writing the card …", max_entries=8)
def _model_card(task: str, name: str, state: str) -> ModelCard:
    del state  # cache key
    return cards.model_card(data.store(), task, name)


@st.cache_resource(show_spinner="Writing the card …", max_entries=8)
def _data_card(task: str, state: str) -> DataCard:
    del state
    return cards.data_card(data.store(), task)
