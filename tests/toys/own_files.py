"""Files of a model and data of a person's own, as adding them leaves them, without a worker."""

import hashlib
import json

import numpy as np

from odviz.domain.own_task import OwnTask
from odviz.library.sources import user
from odviz.serialization import to_json

TASK = "mine"


def put(title="My data", classes=("a", "b"), **said):
    """Put them into the folders of the user; `said` are further entries of the model's record."""
    data, model = user().datasets.path / TASK, user().models.path / TASK / TASK
    data.mkdir(parents=True)
    model.mkdir(parents=True)
    task = OwnTask(title, "top1", (3,), "float32", classes=classes, sources=(("rows.csv", "0" * 64),))
    (data / "task.json").write_text(to_json(task))
    (data / "labels.json").write_text(json.dumps({"classes": classes}))
    for split, count in (("test", 8), ("calibration", 4)):
        labels = np.arange(count) % len(classes)
        np.savez(data / f"{split}.npz", x=np.zeros((count, 3), np.float32), y=labels, group=np.full(count, ""))
    (model / "net.onnx").write_bytes(b"net")
    file = {
        "path": f"{TASK}/{TASK}/net.onnx",
        "sha256": hashlib.sha256(b"net").hexdigest(),
        "bytes": 3,
        "layout": "tokens",
    }
    checkpoint = {"macs": 9, "parameters": 3, "artifacts": {"onnx": file}}
    (model / "record.json").write_text(json.dumps({"title": title, "checkpoints": [checkpoint], **said}))
