"""Rated text snippets: reading, split by document, duplicate search, and a reduced word-piece vocabulary."""

from __future__ import annotations

import html
import json
import re
import tarfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy import sparse
from tokenizers import Tokenizer

#: Number of consecutive snippets that form a document if the source file names no documents. Neighbours often share
#: an author or a subject, so a split by snippet would leak.
BLOCK = 20
SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")


@dataclass(frozen=True)
class Snippet:
    """One rated text: kind of source, document, mean human rating (-4 to 4) and text."""

    source: str
    document: str
    rating: float
    text: str


def read_snippets(archive: Path, member: str, source: str, numbered_documents: bool) -> list[Snippet]:
    """Read one ground-truth file (``id<TAB>mean rating<TAB>text``) out of a tar archive.

    Args:
        archive: The tar file.
        member: Name of the file in the archive.
        source: Kind of source to record.
        numbered_documents: Whether ids are ``document_sentence``; otherwise blocks of consecutive ids are documents.
    """
    with tarfile.open(archive) as tar:
        handle = tar.extractfile(member)
        if handle is None:
            raise FileNotFoundError(f"{member} is not a file in {archive.name}")
        lines = handle.read().decode("utf-8").splitlines()
    snippets = []
    for position, line in enumerate(lines):
        identity, rating, text = line.split("\t")
        document = identity.split("_")[0] if numbered_documents else f"block{position // BLOCK}"
        snippets.append(Snippet(source, f"{source}/{document}", float(rating), clean(text)))
    return snippets


def clean(text: str) -> str:
    """One line of plain text: HTML entities resolved, white space collapsed."""
    return " ".join(html.unescape(text).split())


def normalised(text: str) -> str:
    """Text for the comparison of duplicates: lower-case letters and digits with single spaces."""
    return " ".join(re.findall(r"[a-z0-9]+", text.lower()))


def split_documents(snippets: list[Snippet], shares: tuple[float, ...], seed: int) -> list[list[Snippet]]:
    """Split by document within each source into ``len(shares) + 1`` parts; the last is the remainder."""
    rng = np.random.default_rng(seed)
    parts: list[list[Snippet]] = [[] for _ in range(len(shares) + 1)]
    for source in sorted({s.source for s in snippets}):
        by_document: dict[str, list[Snippet]] = {}
        for snippet in snippets:
            if snippet.source == source:
                by_document.setdefault(snippet.document, []).append(snippet)
        total = sum(map(len, by_document.values()))
        edges = np.cumsum(shares) * total
        count = 0
        for document in rng.permutation(sorted(by_document)):
            parts[int(np.searchsorted(edges, count, side="right"))] += by_document[document]
            count += len(by_document[document])
    return parts


def near_duplicates(
    texts: list[str], reference: list[str], threshold: float, size: int = 5
) -> tuple[set[int], set[int]]:
    """Find the ``texts`` that duplicate a text in ``reference``.

    Args:
        texts: Texts to search.
        reference: Texts to compare with.
        threshold: Least Jaccard similarity of the two sets of character n-grams of the normalised texts.
        size: Length of an n-gram.

    Returns:
        Indices into ``texts`` of exact duplicates (after normalisation) and of other near duplicates.
    """
    left, right = [normalised(t) for t in texts], [normalised(t) for t in reference]
    reference_texts = set(right)
    exact = {i for i, text in enumerate(left) if text in reference_texts}
    shingles: dict[str, int] = {}

    def matrix(rows: list[str]) -> sparse.csr_matrix:
        grams = [{f" {row} "[i : i + size] for i in range(max(1, len(row) + 3 - size))} for row in rows]
        columns = [shingles.setdefault(g, len(shingles)) for row in grams for g in sorted(row)]
        starts = np.concatenate([[0], np.cumsum([len(row) for row in grams])])
        return sparse.csr_matrix((np.ones(len(columns), np.float32), columns, starts), (len(rows), 10**7))

    first, second = matrix(left), matrix(right)
    common = (first @ second.T).tocoo()
    sizes_a, sizes_b = np.diff(first.indptr), np.diff(second.indptr)
    jaccard = common.data / (sizes_a[common.row] + sizes_b[common.col] - common.data)
    near = {int(i) for i in common.row[jaccard >= threshold]}
    return exact, near - exact


def reduced_tokenizer(original: Path, texts: list[str], pieces: int, length: int) -> tuple[Tokenizer, list[int]]:
    """Reduce a BERT word-piece tokenizer to the pieces of a domain; truncation, padding and cleaning are part of it.

    Single characters stay, so words whose pieces were removed are spelt with smaller pieces and are rarely unknown.

    Args:
        original: Path of the full ``tokenizer.json``.
        texts: Training texts, whose pieces are counted.
        pieces: Size of the new vocabulary.
        length: Fixed number of token ids per text.

    Returns:
        The tokenizer and the original id of each new id, for the embedding.
    """
    settings = json.loads(original.read_text())
    # Addresses and user names carry no sentiment and would take up to ten pieces each.
    replace = [
        {"type": "Replace", "pattern": {"Regex": r"https?://\S+"}, "content": " http "},
        {"type": "Replace", "pattern": {"Regex": r"@\w+"}, "content": " @ "},
    ]
    settings["normalizer"] = {"type": "Sequence", "normalizers": [*replace, settings["normalizer"]]}
    settings["truncation"], settings["padding"] = None, None
    full = Tokenizer.from_str(json.dumps(settings))
    vocabulary: dict[str, int] = settings["model"]["vocab"]

    counts = Counter(
        token for encoding in full.encode_batch(texts, add_special_tokens=False) for token in encoding.tokens
    )
    characters = {token for token in vocabulary if len(token.removeprefix("##")) == 1 and token.isascii()}
    keep = set(SPECIAL) | characters
    for token, _ in counts.most_common():
        if len(keep) >= pieces:
            break
        keep.add(token)
    ordered = [*SPECIAL, *sorted(keep - set(SPECIAL), key=vocabulary.__getitem__)]
    new_ids = {token: i for i, token in enumerate(ordered)}

    settings["model"]["vocab"] = new_ids
    settings["added_tokens"] = [
        {**token, "id": new_ids[token["content"]]} for token in settings["added_tokens"] if token["content"] in new_ids
    ]
    for name, special in settings["post_processor"]["special_tokens"].items():
        special["ids"] = [new_ids[name]]
    tokenizer = Tokenizer.from_str(json.dumps(settings))
    tokenizer.enable_truncation(length)
    tokenizer.enable_padding(length=length, pad_id=0, pad_token="[PAD]")
    return tokenizer, [vocabulary[token] for token in ordered]


def encode(tokenizer: Tokenizer, texts: list[str]) -> np.ndarray:
    """Token ids, int16 ``(N, L)``, padded with 0."""
    return np.array([encoding.ids for encoding in tokenizer.encode_batch(texts)], np.int16)
