"""Is a review, a tweet or a film line positive or negative? Human-rated snippets, split by source document."""

from __future__ import annotations

import gzip
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from odviz.arrays import Array
from odviz.library import datasets
from odviz.tasks.base import Task


class ReviewSentiment(Task):
    """Two classes; inputs are WordPiece ids, shape (N, L) int32, padded with 0."""

    name = "review-sentiment"
    title = "Review sentiment"
    summary = "Reads a sentence from a customer and says whether it is positive or negative."
    knows = (
        "Short English sentences from reviews, tweets and film lines. It knows no other language and no “neither”: "
        "each sentence is positive or negative to it."
    )
    metric = "top1"
    shape, dtype = (48,), "int32"
    takes = (
        "one English sentence as numbers of word pieces, cut at 48 and filled up with 0, as tokenizer.json splits it"
    )
    groups = "sources"

    def prepare(self, stored: Mapping[str, Array]) -> Array:
        """Ids as int32; the mask is derived inside the graph."""
        inputs: NDArray[np.int32] = stored["x"].astype(np.int32)
        return inputs

    def texts(self, split: str) -> tuple[str, ...]:
        """See Task.texts."""
        content = gzip.decompress(datasets.content(self.name, f"{split}_texts.txt.gz"))
        return tuple(content.decode().splitlines())

    def encode(self, texts: Sequence[str]) -> Array:
        """See Task.encode."""
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_buffer(datasets.content(self.name, "tokenizer.json"))
        return np.array([encoding.ids for encoding in tokenizer.encode_batch(list(texts))], np.int32)

    def preparation(self) -> Mapping[str, bytes]:
        """The tokenizer."""
        return {"tokenizer.json": datasets.content(self.name, "tokenizer.json")}


plugin = ReviewSentiment()
