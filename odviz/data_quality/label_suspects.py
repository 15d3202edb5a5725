"""Label suspects: test items that the networks are sure to be of another class than their label says."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from odviz.arrays import Floats
from odviz.data_quality._confident_joint import margins, suspects
from odviz.data_quality.base import Check, Dataset, fine, some_of
from odviz.domain.data_quality import MOST_CASES, Case, DataFinding, Figure, FindingKind, Item, Part, Severity
from odviz.domain.modality import Modality
from odviz.metrics.confidence import class_probabilities
from odviz.stats import wilson
from odviz.units import percent


class LabelSuspects(Check):
    """Looks at the mean confidences of all uncompressed networks of a benchmark."""

    name = "label-suspects"
    title = "Which labels are worth a second look?"
    order = 4
    needs_answers = True

    def method(self, modality: Modality) -> str:  # noqa: ARG002 - the same for all
        """See base.Check."""
        return (
            "Confident learning (Northcutt, Jiang and Chuang, 2021) on the mean confidences of the benchmark's "
            "uncompressed networks, which have not learned from test items. An item is suspect if they are as sure of "
            "another class as they usually are of that class's own items. Networks err too: a suspect is no error."
        )

    def obstacle(self, data: Dataset) -> str:
        """See base.Check."""
        if not data.has_classes:
            return "The items have no classes."
        missing = super().obstacle(data)
        if missing or _probabilities(data) is not None:
            return missing
        return "The benchmark kept no outputs of an uncompressed network that are scores of the classes."

    def findings(self, data: Dataset) -> Iterator[DataFinding]:
        """See base.Check."""
        probabilities = _probabilities(data)
        assert probabilities is not None
        known = np.flatnonzero(np.isfinite(probabilities).all(axis=1))
        labels, sure = data.test.targets[known], probabilities[known]
        indices, method = suspects(labels, sure)
        if not len(indices):
            yield fine(FindingKind.LABEL_SUSPECTS, f"The networks contradict no label for certain ({method}).")
            return
        share = wilson(len(indices), len(known), scope=f"of the test items; {method}")
        message = (
            f"{some_of(len(indices), len(known), 'test item')} worth a look: the networks are sure of another class "
            f"than the label ({method}). Whether label or networks err, a person has to say."
        )
        margin = margins(labels, sure)
        cases = tuple(
            Case(
                (Item(Part.TEST, int(known[index])),),
                f"label: {data.classes[labels[index]]}; networks: {data.classes[sure[index].argmax()]} "
                f"({percent(float(sure[index].max()))})",
                -float(margin[index]),
            )
            for index in indices[:MOST_CASES]
        )
        figures = (Figure("suspects", share),)
        yield DataFinding(FindingKind.LABEL_SUSPECTS, Severity.LOOK, message, figures, len(indices), cases)


def _probabilities(data: Dataset) -> Floats | None:
    """Mean confidences of the uncompressed networks, shape (N, C); None where there are none."""
    kept = []
    for answer in data.answers:
        if answer.parent is None and answer.outputs is not None:
            try:
                probabilities = class_probabilities(answer.outputs)
            except ValueError:  # another kind of output
                continue
            if probabilities.shape == (len(data.test), len(data.classes)):
                kept.append(probabilities)
    return np.mean(kept, axis=0) if kept else None


plugin = LabelSuspects()
