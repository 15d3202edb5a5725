"""From the counts of one graph to `GraphFacts`."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

from odviz.domain.model import GraphFacts, MacKind
from odviz.formats._tally import Tally


def graph_facts(contents: Sequence[bytes], tally: Tally) -> GraphFacts:
    """Facts of a model.

    Args:
        contents: of each of its files.
        tally: counts of its graph.
    """
    return GraphFacts(
        file_bytes=sum(map(len, contents)),
        compressed_bytes=sum(len(zlib.compress(content, 9)) for content in contents),
        parameters=tally.parameters,
        nonzero_parameters=tally.nonzero_parameters,
        macs=tally.macs,
        peak_activation_bytes=tally.peak_activation_bytes,
        quantized_ops=tally.quantized_ops / tally.compute_ops if tally.compute_ops else 0.0,
        compute_ops=tally.compute_ops,
        operators=dict(sorted(tally.operators.items())),
        activations=tally.activations,
        **{kind.value: tally.kinds[kind] for kind in MacKind},
    )
