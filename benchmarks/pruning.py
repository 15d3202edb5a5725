"""What built-in networks lose when channels are removed without training, beside checkpoints that were trained again.

`python -m benchmarks pruning`
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks._common import goal, parse, parser, sample, table, value_of
from odviz.compression.make import make_variant
from odviz.domain.recipe import parse_recipe
from odviz.formats import FORMATS
from odviz.library.models import load_model
from odviz.tasks import TASKS

NETWORKS = (
    ("product-images", "lenet-5"), ("product-images", "ds-cnn-0.5"), ("product-images", "resnet-8"),
    ("exercise", "cnn"), ("exercise", "ds-cnn-0.5"), ("exercise", "transformer"),
)  # fmt: skip
SHARES = (20, 40, 60)
TINY_ITEMS = 60
MOST_LOST = 0.03
"""What a network may lose with 40 % of its multiply-accumulates removed, by the goal."""


def main() -> None:
    options = parse(parser(__doc__))
    rows, lost = [], []
    with tempfile.TemporaryDirectory() as folder:
        for task_name, name in NETWORKS[:1] if options.tiny else NETWORKS:
            task, model = TASKS[task_name], load_model(task_name, name)
            limit = TINY_ITEMS if options.tiny else None
            test, calibration = sample(task.test(), limit), sample(task.calibration(), limit)
            trained = [f"prune-structured:{checkpoint.nominal}" for checkpoint in model.checkpoints[1:]]
            recipes = ["fp32", *(f"prune-channels:{share}" for share in SHARES), *trained]
            dense = 0
            for recipe in recipes[:2] if options.tiny else recipes:
                made = make_variant(
                    model, parse_recipe(recipe), "onnx",
                    cache=Path(folder), calibration=lambda items=calibration: items, metric=task.metric,
                )  # fmt: skip
                path = Path(made.artifact.path)
                value, macs = value_of(path, made.artifact.layout, task, test), FORMATS["onnx"].facts(path).macs
                dense = dense or macs
                rows.append(
                    (f"{task_name} {name}", recipe, f"{100 * (1 - macs / dense):.0f} %", f"{100 * value:.1f} %")
                )
                if recipe == "fp32":
                    full = value
                elif recipe == "prune-channels:40":
                    lost.append(full - value)
    print(f"{table(('Network', 'Recipe', 'MACs removed', 'Metric on the test items'), rows)}\n")
    print(goal(f"with 40 % of the MACs removed a network loses at most {100 * MOST_LOST:.0f} points without training",
               bool(lost) and max(lost) <= MOST_LOST))  # fmt: skip


if __name__ == "__main__":
    main()
