"""Data folder of review-sentiment: arrays, texts, tokenizer, metadata and data card."""

from __future__ import annotations

import gzip
from collections import Counter
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from zoo.croissant import write_croissant
from zoo.record import write_arrays, write_labels
from zoo.text import BLOCK, Snippet, encode
from zoo.text_data import LENGTH, NEUTRAL, PIECES, SEED, SIMILAR, SOURCES, Corpus

CLASSES = ("negative", "positive")
CALIBRATION_ITEMS = 512
CITATION = (
    "Hutto, C.J. and Gilbert, E.E. (2014). VADER: A Parsimonious Rule-based Model for Sentiment Analysis of Social "
    "Media Text. Eighth International Conference on Weblogs and Social Media (ICWSM-14), Ann Arbor, MI."
)
LICENCE = (
    "The ratings and their packaging: MIT (vaderSentiment 3.3.2, copyright 2016 C.J. Hutto). The texts are "
    "third-party: reviews by customers of Amazon, film reviews shown by Rotten Tomatoes, and posts inspired by "
    "public tweets. Their authors' rights are theirs; no licence of theirs is known."
)
CARD = """# Review sentiment: is a short text negative or positive?

{test} rated snippets in English, held out for testing. Each was rated by 20 or more people, from -4
(extremely negative) to 4 (extremely positive).

## Where from, and whose texts

`additional_resources/hutto_ICWSM_2014.tar.gz` in the source archive of vaderSentiment 3.3.2 (SHA-256 checked by
`zoo/text_data.py`). {citation}

**Licence, and a doubt.** {licence} The extract kept here is for measuring models; ask a lawyer before using the texts
for anything else. The archive's fourth source, New York Times editorials, is used for nothing, neither in training nor
here, because newspaper articles are plainly somebody's property.

| source (`group`) | test items | of these positive | documents |
|---|---|---|---|
{sources}

The names of people and the addresses in tweets were replaced by `@anonymous` and `http://url_removed` by the makers.

## Labels

The mean rating above +{neutral} is positive, below -{neutral} is negative; what lies between is not in the test set (it
does help in training, where the rating itself is the target). {positive:.1%} of the test items are positive: always
answering "positive" scores that much.

## How split

By source document, seed {seed}: no document is in two parts. Amazon's ids name the review. Film snippets and tweets
have no document ids, and neighbours in the file often share an author or a film, so {block} consecutive ids count as
one document. Training {train} (of them {neutral_train} neutral), validation {validation}, test {test}.

## Duplicates

Searched from training and validation to test, on lower-case letters and digits: the same text, or a Jaccard similarity
of character 5-grams of at least {similar}. Found and dropped from training: {train_exact} the same, {train_near} alike;
from validation: {validation_exact} and {validation_near}. Left inside the test set: {inside} items that repeat another
test item ("don't buy it.").

## Files

- `test.npz`, `calibration.npz`: `x` token ids int16 (N, {length}), 0 = padding; `y` int16 (0 negative, 1 positive);
  `group` the source. Calibration is {calibration} labelled items of the training part.
- `test_texts.txt.gz`, `calibration_texts.txt.gz`: the texts, one a line, UTF-8, same order.
- `tokenizer.json`: word pieces for `tokenizers.Tokenizer.from_file`; its own settings (addresses and user names
  shortened, lower case, at most {length} pieces, padding) turn the texts into exactly `x`. Its {pieces} pieces are
  those of MiniLM's vocabulary that the training part uses most.
- `labels.json`, `croissant.json`: class names; Croissant metadata.

Preprocessing to a model's input: `x[i:i+1].astype(int32)`.

## Known biases and limits

- English only, from 2014 and before; five electronic products, films of the 1990s and 2000s, tweets of a few authors.
- {truncated:.1%} of the test items reach {length} pieces and may have lost their end.
- The clear cases only: on texts that people find neutral the models still answer negative or positive.
- Positive texts are {positive:.0%} of the test set, but {tweets_positive:.0%} of the tweets: look at the groups.
"""


def write_data(corpus: Corpus, folder: Path) -> None:
    """Write every file of the data folder.

    Raises:
        ValueError: The stored tokenizer does not reproduce the stored ids.
    """
    labelled = [i for i, snippet in enumerate(corpus.train.snippets) if abs(snippet.rating) > NEUTRAL]
    indices = np.random.default_rng(SEED).permutation(labelled)[:CALIBRATION_ITEMS]
    calibration = [corpus.train.snippets[i] for i in sorted(indices)]
    tokenizer_path = folder / "tokenizer.json"
    corpus.tokenizer.save(str(tokenizer_path))
    stored = Tokenizer.from_file(str(tokenizer_path))
    for name, snippets in (("test", corpus.test.snippets), ("calibration", calibration)):
        ids = encode(corpus.tokenizer, [snippet.text for snippet in snippets])
        if not np.array_equal(ids, encode(stored, [snippet.text for snippet in snippets])):
            raise ValueError(f"{tokenizer_path.name} does not give the ids of {name}.npz")
        labels = np.array([snippet.rating > 0 for snippet in snippets])
        write_arrays(folder / f"{name}.npz", ids, labels, np.array([snippet.source for snippet in snippets]))
        _write_texts(folder / f"{name}_texts.txt.gz", snippets)
    write_labels(folder, CLASSES, "source")
    write_croissant(
        folder,
        name="review-sentiment",
        title="Review sentiment (rated snippets from VADER's ground truth)",
        description="English snippets rated by people; split by document; see README.md for how and for duplicates.",
        licence=LICENCE,
        citation=CITATION,
        homepage="https://github.com/cjhutto/vaderSentiment",
        version="1.0.0",
        published="2014-06-01",
        creators=["C.J. Hutto", "Eric Gilbert"],
        classes=CLASSES,
        fields={
            "x": ("sc:Integer", f"word-piece ids, int16 (N, {LENGTH}), 0 = padding"),
            "y": ("sc:Integer", "class index, int16 (N,)"),
            "group": ("sc:Text", "source kind: amazon, movie or tweets (N,)"),
        },
        rai={"dataLimitations": "Texts are third-party; English, 2014 and before; neutral snippets left out."},
        more_files={
            "test_texts.txt.gz": "the texts of test.npz, one a line",
            "calibration_texts.txt.gz": "the texts of calibration.npz, one a line",
            "tokenizer.json": "tokenizer that turns the texts into x",
        },
    )
    (folder / "README.md").write_text(_card(corpus, len(calibration)), encoding="utf-8")


def _write_texts(path: Path, snippets: list[Snippet]) -> None:
    content = "".join(snippet.text + "\n" for snippet in snippets).encode()
    # Without a time in the header, equal texts give equal bytes.
    path.write_bytes(gzip.compress(content, mtime=0))


def _card(corpus: Corpus, calibration: int) -> str:
    test = corpus.test.snippets
    positive = Counter(snippet.source for snippet in test if snippet.rating > 0)
    total = Counter(snippet.source for snippet in test)
    documents = Counter(document.split("/")[0] for document in {snippet.document for snippet in test})
    rows = [
        f"| {name} | {count} | {positive[name]} | {documents[name]}{'' if SOURCES[name][1] else ' blocks'} |"
        for name, count in sorted(total.items())
    ]
    return CARD.format(
        test=len(test),
        train=len(corpus.train.snippets),
        validation=len(corpus.validation.snippets),
        neutral_train=sum(abs(snippet.rating) <= NEUTRAL for snippet in corpus.train.snippets),
        sources="\n".join(rows),
        positive=sum(positive.values()) / len(test),
        tweets_positive=positive["tweets"] / total["tweets"],
        truncated=float((corpus.test.tokens[:, -1] != 0).double().mean()),
        citation=CITATION,
        licence=LICENCE,
        neutral=NEUTRAL,
        seed=SEED,
        block=BLOCK,
        similar=SIMILAR,
        length=LENGTH,
        pieces=PIECES,
        calibration=calibration,
        **corpus.duplicates,
    )
