"""Review sentiment, negative or positive: three networks from a bag of words to a small transformer."""

from __future__ import annotations

import time
from collections.abc import Callable

from torch import Tensor, nn

from zoo.checkpoints import save_checkpoint
from zoo.pruning import count_macs
from zoo.record import write_record
from zoo.tasks import Options
from zoo.text_data import LENGTH, NEUTRAL, SEED, SHA256, Corpus, load_corpus
from zoo.text_folder import write_data
from zoo.text_recipes import RECIPES, Recipe, scoring_batches
from zoo.text_training import fit_texts, predict_texts
from zoo.training import accuracy, seed_everything

TASK = "review-sentiment"
LIMITS = (
    "English only; trained on texts of 2014 and before about films and five electronic products, and on tweets.",
    "Answers negative or positive even where people see neither; irony is often missed.",
    f"Looks at the first {LENGTH} word pieces, about 35 words.",
    "Its weights start from all-MiniLM-L6-v2, which is under Apache-2.0 (the package that ships it is under MIT); "
    "whose texts it was trained on is said in the data card.",
)


def run(options: Options) -> None:
    """Write the data folder, then train, prune, export and record every selected model."""
    corpus = load_corpus(options.cache)
    write_data(corpus, options.data_folder(TASK))
    for name, recipe in RECIPES.items():
        if options.selects(name):
            _make(name, recipe, corpus, options)


def _make(name: str, recipe: Recipe, corpus: Corpus, options: Options) -> None:
    start = time.monotonic()
    seed_everything(SEED)
    folder = options.model_folder(TASK, name)
    train, validation = corpus.train, (corpus.validation.tokens, corpus.validation.labels)
    test = (corpus.test.tokens.int(), corpus.test.labels)

    def fit(model: nn.Module, settings: dict[str, float], teacher: Tensor | None) -> list[dict[str, float]]:
        return fit_texts(
            model,
            train.tokens,
            train.targets,
            teacher_logits=teacher,
            validation=validation,
            log=_log(name),
            **settings,
        )

    def save(model: nn.Module, nominal: int, dense_macs: int | None) -> dict[str, object]:
        validation_accuracy = accuracy(predict_texts(model, validation[0]), validation[1])
        entry = save_checkpoint(
            model,
            nominal,
            folder,
            test,
            channel_last=False,
            dense_macs=dense_macs,
            validation_accuracy=validation_accuracy,
        )
        _log(name)(f"{nominal} % removed: validation {validation_accuracy:.4f}, test {entry['test_accuracy']}")
        return entry

    model, history, teacher_logits = recipe.build(corpus), {}, None
    if recipe.teach:
        history["teacher"] = fit(model, recipe.teach, None)
        _log(name)(f"teacher: test {accuracy(predict_texts(model, test[0]), test[1]):.4f}")
        teacher_logits = predict_texts(model, train.tokens)
        model = recipe.shrink(model, scoring_batches(corpus), recipe.cut)
    history["dense"] = fit(model, recipe.dense, teacher_logits)
    dense_macs = count_macs(model, test[0][:1])
    checkpoints = [save(model, 0, None)]
    if teacher_logits is None:
        teacher_logits = predict_texts(model, train.tokens)
    for nominal, size in recipe.sizes.items():
        model = recipe.shrink(model, scoring_batches(corpus), size)
        history[f"pruned{nominal}"] = fit(
            model, {**recipe.pruned, "epochs": recipe.pruned_epochs[nominal]}, teacher_logits
        )
        checkpoints.append(save(model, nominal, dense_macs))
    write_record(
        folder,
        name=name,
        title=recipe.title,
        task=TASK,
        family=name,
        licence=recipe.licence,
        summary=recipe.summary,
        input_shape=[LENGTH],
        input_dtype="int32",
        checkpoints=checkpoints,
        training=_training(name, recipe, corpus, history, time.monotonic() - start),
        intended_use="Comparing compressed versions of small text classifiers on short English reviews and posts.",
        limits=LIMITS,
    )


def _training(name: str, recipe: Recipe, corpus: Corpus, history: dict[str, list], seconds: float) -> dict[str, object]:
    sizes = ", ".join(f"{nominal} %: {size}" for nominal, size in recipe.sizes.items())
    return {
        "command": f"python -m zoo {TASK} --only {name}",
        "seed": SEED,
        "epochs": recipe.dense["epochs"],
        "pruned_epochs": recipe.pruned_epochs,
        "optimizer": "AdamW, 10 % warm-up, linear decay",
        "lr": recipe.dense["lr"],
        "batch_size": recipe.dense["batch_size"],
        "augmentation": f"{recipe.dense.get('word_dropout', 0):.0%} of the word pieces replaced by [UNK]",
        "target": "soft labels from the mean human rating, sigmoid(2 x rating)",
        "started_from": recipe.start,
        "distilled_from": "every version from the network at full width (half of the loss)"
        if recipe.teach
        else "the pruned versions from the dense one (half of the loss)",
        "teacher": recipe.teach,
        "pruning": f"{recipe.criterion}; each version cut from the one before; sizes {sizes}",
        "train_items": len(corpus.train.snippets),
        "neutral_train_items": sum(abs(snippet.rating) <= NEUTRAL for snippet in corpus.train.snippets),
        "validation_items": len(corpus.validation.snippets),
        "selected_on": "validation",
        "seconds": round(seconds),
        "data_sha256": SHA256,
        "history": history,
    }


def _log(name: str) -> Callable[[str], None]:
    return lambda line: print(f"{name}: {line}", flush=True)
