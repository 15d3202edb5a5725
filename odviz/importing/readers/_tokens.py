"""Texts as the tokens that a network takes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from odviz.domain.errors import FileRefused
from odviz.domain.text import shortened
from odviz.importing.collection import Entry
from odviz.library.files import decoded
from odviz.runtimes.inputs import Port

TOKENIZERS = ("tokenizer.json", "vocab.txt")
"""Files of the tokenizers library, and of BERT."""

_LARGEST = 64 << 20
_USUAL_LENGTH = 128
_PADDING = ("[PAD]", "<pad>", "<|endoftext|>")


def encoded(texts: Sequence[str], tokenizer: Entry, inputs: Sequence[Port]) -> tuple[list[NDArray[np.int64]], str]:
    """What each input takes of the texts, shape (N, length), and a remark.

    Args:
        texts: of the items.
        tokenizer: its file.
        inputs: of the network: ids, and perhaps a mask and types of the tokens, told by their names.

    Raises:
        FileRefused: the file is no tokenizer, or the network takes no row of tokens.
    """
    if any(len(port.shape) != 2 for port in inputs):
        raise FileRefused("The model takes no row of tokens, so texts cannot be given to it.")
    name = tokenizer.path.name
    splitter: Any = _tokenizer(decoded(tokenizer.read(), name, _LARGEST, "tokenizer"), name)
    splitter.no_truncation()
    padding = splitter.padding or {}
    splitter.no_padding()
    rows = splitter.encode_batch(list(texts))
    longest = max(len(row.ids) for row in rows)
    length = inputs[0].shape[1] or min(longest, _USUAL_LENGTH)
    cut = sum(len(row.ids) > length for row in rows)
    pad = padding.get("pad_id", next(filter(None, map(splitter.token_to_id, _PADDING)), 0))
    splitter.enable_truncation(length)
    splitter.enable_padding(length=length, pad_id=pad)
    rows = splitter.encode_batch(list(texts))
    remark = f"The texts are split by {name} into tokens, cut at {length} ({cut:,} of {len(rows):,} were longer)."
    return [np.array([_part(row, port.name) for row in rows], np.int64) for port in inputs], remark


def _part(row: Any, name: str) -> list[int]:
    """What an input takes of an encoded text, by its name."""
    if "mask" in name.lower():
        part: list[int] = row.attention_mask
    elif "type" in name.lower() or "segment" in name.lower():
        part = row.type_ids
    else:
        part = row.ids
    return part


def _tokenizer(text: str, name: str) -> Any:
    """A tokenizer from the text of its file.

    Raises:
        FileRefused: it is none.
    """
    from tokenizers import BertWordPieceTokenizer, Tokenizer

    try:
        if name.lower().endswith(".json"):
            return Tokenizer.from_str(text)
        pieces = text.split("\n")
        vocabulary = {piece.rstrip("\r"): index for index, piece in enumerate(pieces) if piece.strip()}
        lowercase = not any(piece != piece.lower() for piece in vocabulary if not piece.startswith("["))
        return BertWordPieceTokenizer(vocabulary, lowercase=lowercase)
    except Exception as error:  # the library raises Exception itself
        raise FileRefused(f"{name} is no tokenizer: {shortened(str(error), 200)}.", place=name) from error
