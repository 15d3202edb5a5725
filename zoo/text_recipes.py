"""Training recipes of the review-sentiment networks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from safetensors.torch import load_file
from torch import Tensor, nn

from zoo.networks import text_bag, text_cnn, text_shrink, text_transformer
from zoo.networks.text_bag import TextBag
from zoo.networks.text_cnn import TextCnn
from zoo.networks.text_importance import low_rank
from zoo.text_data import LENGTH, PIECES, Corpus
from zoo.text_training import length_batches

Batches = Sequence[tuple[Tensor, Tensor]]
MINILM_LAYERS = 3
SCORING_BATCHES = 40


@dataclass(frozen=True)
class Recipe:
    """Training recipe of one model and its pruned versions.

    Attributes:
        title: Title for people.
        summary: One sentence for people.
        licence: SPDX name.
        build: Builds the network before training.
        shrink: Makes a smaller copy from a network, batches for scoring units, and a size.
        sizes: Nominal percentage of MACs removed -> size for ``shrink``; each version starts from the previous one.
        dense: Options of ``fit_texts`` for the dense network.
        pruned: Options of ``fit_texts`` for the pruned networks, without epochs.
        pruned_epochs: Epochs for each of ``sizes``.
        teach: Options of ``fit_texts`` for a wider network from ``build``, trained first, pruned to ``cut`` for
            the dense network, and distilled into it; None if ``build`` gives the dense network.
        cut: Size for ``shrink``.
        start: Description of the initial weights.
        criterion: Description of the pruning criterion.
    """

    title: str
    summary: str
    licence: str
    build: Callable[[Corpus], nn.Module]
    shrink: Callable[[nn.Module, Batches, object], nn.Module]
    sizes: dict[int, object]
    dense: dict[str, float]
    pruned: dict[str, float]
    pruned_epochs: dict[int, int]
    start: str
    criterion: str
    teach: dict[str, float] | None = None
    cut: object = None


def scoring_batches(corpus: Corpus) -> Batches:
    """Training texts and soft targets for scoring units."""
    targets = corpus.train.targets
    batches = []
    for index, tokens in length_batches(corpus.train.tokens, 32, shuffle=True):
        batches.append((tokens, targets[index]))
        if len(batches) == SCORING_BATCHES:
            break
    return batches


def _with_pretrained_embedding(model: TextBag | TextCnn, corpus: Corpus) -> nn.Module:
    """Initialise the embedding with the principal directions of MiniLM's, scaled down so that training can move it."""
    table = load_file(corpus.weights)["embeddings.word_embeddings.weight"][corpus.token_ids]
    narrow, _ = low_rank(table - table.mean(0), model.embedding.embedding_dim)
    narrow = 0.3 * narrow / narrow.std()
    narrow[0] = 0
    model.embedding.weight.data.copy_(narrow)
    return model


def _whole_transformer(corpus: Corpus) -> nn.Module:
    """The first layers of MiniLM at full width, with the vocabulary of the domain."""
    return text_transformer.from_pretrained(load_file(corpus.weights), corpus.token_ids, LENGTH, range(MINILM_LAYERS))


def _cut_transformer(model: nn.Module, batches: Batches, size: object) -> nn.Module:
    return text_shrink.shrink(model, [tokens for tokens, _ in batches], *size)


WORDS = {"weight_decay": 0.05, "word_dropout": 0.2}
MINILM_EMBEDDING = "the main directions of MiniLM's embedding; the rest at random"
FIRST_ORDER = "units of the least first-order importance cut (Michel et al. 2019)"
RECIPES = {
    "bag": Recipe(
        title="Bag of words",
        summary="Looks up how positive or negative each piece of a word is and weighs them up; ignores their order.",
        licence="Apache-2.0",
        build=lambda corpus: _with_pretrained_embedding(TextBag(PIECES, 16, 64), corpus),
        shrink=lambda model, batches, size: text_bag.shrink(model, batches, *size),
        sizes={30: (14, 51), 50: (12, 42), 70: (9, 33)},
        dense={"epochs": 14, "batch_size": 64, "lr": 2e-3, **WORDS},
        pruned={"batch_size": 64, "lr": 1e-3, **WORDS},
        pruned_epochs={30: 4, 50: 4, 70: 4},
        start=MINILM_EMBEDDING,
        criterion=FIRST_ORDER,
    ),
    "textcnn": Recipe(
        title="TextCNN",
        summary="Looks for telling phrases of up to seven word pieces anywhere in the text.",
        licence="Apache-2.0",
        build=lambda corpus: _with_pretrained_embedding(TextCnn(PIECES, LENGTH, 24, (320, 288)), corpus),
        shrink=text_cnn.shrink,
        sizes={30: (264, 240), 50: (216, 208), 70: (160, 152), 90: (88, 64)},
        dense={"epochs": 4, "batch_size": 64, "lr": 1.5e-3, **WORDS},
        pruned={"batch_size": 64, "lr": 5e-4, **WORDS},
        pruned_epochs={30: 2, 50: 2, 70: 2, 90: 3},
        start=MINILM_EMBEDDING,
        criterion=FIRST_ORDER,
    ),
    "minilm": Recipe(
        title="MiniLM, cut to the domain",
        summary="A small language model that reads every word in the light of all the others.",
        licence="Apache-2.0",
        build=_whole_transformer,
        shrink=_cut_transformer,
        teach={"epochs": 2, "batch_size": 32, "lr": 1e-4},
        cut=([0, 1, 2], [(5, 416)] * 3, 40),
        sizes={
            30: ([0, 1, 2], [(4, 256)] * 3, 40),
            50: ([0, 1, 2], [(3, 176)] * 3, 40),
            70: ([0, 1], [(3, 136)] * 2, 40),
        },
        dense={"epochs": 4, "batch_size": 32, "lr": 2e-4},
        pruned={"batch_size": 32, "lr": 2e-4},
        pruned_epochs={30: 2, 50: 2, 70: 3},
        start="MiniLM-L6-H384 (all-MiniLM-L6-v2), its first 3 layers fine-tuned at full width, then cut to 5 heads, "
        "416 neurons and a rank-40 embedding",
        criterion="heads and neurons of the least energy cut, the layer behind fitted anew by least squares",
    ),
}
