"""What colours, shapes and fillings mean, as text that wraps on any screen and is read aloud."""

from __future__ import annotations

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from odviz.charts.columns import Columns
from odviz.charts.palette import GLYPHS, hue_of
from odviz.domain.estimate import Provenance
from odviz.domain.objective import Objective
from odviz.services import naming

_MARKED = {
    Provenance.PUBLISHED: "a dot inside: published",
    Provenance.PROJECTED: "a cross inside: projected",
    Provenance.BROWSER: "an × inside: measured in a browser",
}


def legend(columns: Columns, task: str, feasible: NDArray[np.bool_]) -> None:
    """One line each for models, engines and states; only what the charts hold is said."""
    models, engines = columns.model_order, columns.runtime_order
    named = [f":{hue_of(name, models)}[**▬** {naming.model(task, name)}]" for name in models]
    shaped = [f"{GLYPHS[place % len(GLYPHS)]} {naming.runtime(name)}" for place, name in enumerate(engines)]
    states = ["filled: on the front", "hollow: perhaps (ambiguous)", ":gray[grey: beaten by another (dominated)]"]
    if not feasible.all():
        states.append("**×** beyond a limit")
    seen = {provenance for each in columns.provenance.values() for provenance in each}
    states += [words for provenance, words in _MARKED.items() if provenance in seen]
    if Provenance.MODELLED in set(columns.provenance[Objective.ENERGY]):
        states.append("**|—|** only a range is known")
    lines = ([*named, *shaped], [*states, "whiskers: 95 % intervals", "area: file size", "ring: selected"])
    st.markdown("  \n".join(f":small[{'  ·  '.join(words)}]" for words in lines))
