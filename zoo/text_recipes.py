"""How the three networks of review-sentiment are built, cut and trained."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from zoo.networks import text_bag, text_cnn, text_transformer
from zoo.networks.text_bag import TextBag
from zoo.networks.text_cnn import TextCnn
from zoo.networks.text_importance import low_rank
from zoo.networks.text_transformer import TextTransformer
from zoo.text_data import LENGTH, PIECES, Corpus
from zoo.text_training import fit_texts, length_batches

Batches = Sequence[tuple[Tensor, Tensor]]
TEACHER = {"epochs": 2, "batch_size": 48, "lr": 1.2e-4}
TEACHER_LAYERS = 3
IMPORTANCE_BATCHES = 40


@dataclass(frozen=True)
class Recipe:
    """How one model and its pruned versions are made.

    Attributes:
        title: As shown to a person.
        summary: One plain sentence.
        licence: SPDX name.
        build: Makes the dense network, ready to be trained.
        shrink: Makes a smaller copy: network, batches to score units on, a size.
        sizes: Nominal share of MACs removed, per cent -> a size for ``shrink``; each is cut from the one before.
        dense: Options of ``fit_texts`` for the dense network.
        pruned: The same for the pruned ones.
        distilled: Whether the fine-tuned MiniLM teaches the dense network too.
    """

    title: str
    summary: str
    licence: str
    build: Callable[[Corpus, Path], nn.Module]
    shrink: Callable[[nn.Module, Batches, object], nn.Module]
    sizes: dict[int, object]
    dense: dict[str, float]
    pruned: dict[str, float]
    distilled: bool = False


def importance_batches(corpus: Corpus) -> Batches:
    """Some training texts and soft targets, on which units are scored."""
    targets = corpus.train.targets
    batches = []
    for index, tokens in length_batches(corpus.train.tokens, 32, shuffle=True):
        batches.append((tokens, targets[index]))
        if len(batches) == IMPORTANCE_BATCHES:
            break
    return batches


def fine_tuned_minilm(corpus: Corpus, cache: Path, processes: int = 1) -> TextTransformer:
    """The teacher: MiniLM's first layers fine-tuned once; kept in the cache."""
    path = cache / "review-sentiment" / "teacher.pt"
    model = text_transformer.from_pretrained(load_file(corpus.weights), corpus.token_ids, LENGTH, range(TEACHER_LAYERS))
    if path.exists():
        model.load_state_dict(torch.load(path, weights_only=True))
        return model.eval()
    validation = (corpus.validation.tokens, corpus.validation.labels)
    fit_texts(model, corpus.train.tokens, corpus.train.targets, validation=validation, processes=processes, **TEACHER)
    torch.save(model.state_dict(), path)
    return model


def _with_pretrained_embedding(model: TextBag | TextCnn, corpus: Corpus) -> nn.Module:
    """Starts the embedding from the main directions of MiniLM's, scaled small so that training can still move it."""
    table = load_file(corpus.weights)["embeddings.word_embeddings.weight"][corpus.token_ids]
    narrow, _ = low_rank(table - table.mean(0), model.embedding.embedding_dim)
    narrow = 0.3 * narrow / narrow.std()
    narrow[0] = 0
    model.embedding.weight.data.copy_(narrow)
    return model


def _dense_transformer(corpus: Corpus, cache: Path) -> nn.Module:
    teacher = fine_tuned_minilm(corpus, cache)
    sizes = [(5, 352)] * TEACHER_LAYERS
    scores = text_transformer.importance(teacher, importance_batches(corpus))
    return text_transformer.shrink(teacher, scores, range(TEACHER_LAYERS), sizes, rank=48)


def _cut_transformer(model: nn.Module, batches: Batches, size: object) -> nn.Module:
    layers, sizes, rank = size
    return text_transformer.shrink(model, text_transformer.importance(model, batches), layers, sizes, rank)


WORDS = {"weight_decay": 0.05, "word_dropout": 0.2}
RECIPES = {
    "bag": Recipe(
        title="Bag of words",
        summary="Looks up how positive or negative each piece of a word is and weighs them up; ignores their order.",
        licence="MIT",
        build=lambda corpus, _: _with_pretrained_embedding(TextBag(PIECES, 16, 64), corpus),
        shrink=lambda model, batches, size: text_bag.shrink(model, batches, *size),
        sizes={30: (14, 51), 50: (12, 42), 70: (9, 33)},
        dense={"epochs": 14, "batch_size": 64, "lr": 2e-3, **WORDS},
        pruned={"epochs": 4, "batch_size": 64, "lr": 1e-3, **WORDS},
    ),
    "textcnn": Recipe(
        title="TextCNN",
        summary="Looks for telling phrases of up to seven word pieces anywhere in the text.",
        licence="MIT",
        build=lambda corpus, _: _with_pretrained_embedding(TextCnn(PIECES, LENGTH, 24, (320, 288)), corpus),
        shrink=text_cnn.shrink,
        sizes={30: (264, 240), 50: (216, 208), 70: (160, 152), 90: (88, 64)},
        dense={"epochs": 6, "batch_size": 64, "lr": 1e-3, **WORDS},
        pruned={"epochs": 3, "batch_size": 64, "lr": 5e-4, **WORDS},
    ),
    "minilm": Recipe(
        title="MiniLM, cut to the domain",
        summary="A small language model that reads every word in the light of all the others.",
        licence="MIT",
        build=_dense_transformer,
        shrink=_cut_transformer,
        sizes={
            30: ([0, 1, 2], [(4, 240), (4, 240), (3, 240)], 48),
            50: ([0, 1, 2], [(3, 160), (3, 160), (2, 192)], 48),
            70: ([0, 1], [(3, 112), (3, 112)], 48),
        },
        dense={"epochs": 3, "batch_size": 48, "lr": 1.5e-4},
        pruned={"epochs": 2, "batch_size": 48, "lr": 1.5e-4},
        distilled=True,
    ),
}
