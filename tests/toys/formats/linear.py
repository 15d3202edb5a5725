"""A linear model in two files: a JSON graph and its weights as a NumPy array."""

from __future__ import annotations

import json
import zlib
from pathlib import Path

import numpy as np

from odviz.domain.errors import FileRefused
from odviz.domain.model import GraphFacts
from odviz.formats.base import Format, read


class Linear(Format):
    """The plug-in."""

    name = "linear"
    title = "Linear"
    suffixes = (".json",)
    packages = ("numpy",)

    def files(self, path: Path) -> tuple[Path, ...]:
        return (path, path.with_suffix(".npy"))

    def facts(self, path: Path, shape=None) -> GraphFacts:
        self.validate(path)
        contents = [read(file) for file in self.files(path)]
        weights = np.load(path.with_suffix(".npy"))
        return GraphFacts(
            file_bytes=sum(map(len, contents)),
            compressed_bytes=sum(len(zlib.compress(content, 9)) for content in contents),
            parameters=weights.size,
            nonzero_parameters=int(np.count_nonzero(weights)),
            macs=weights[:, :-1].size,
            peak_activation_bytes=4 * (weights.shape[0] + weights.shape[1] - 1),
            quantized_ops=0.0,
            compute_ops=1,
            operators={"Linear": 1},
        )

    def validate(self, path: Path) -> None:
        try:
            graph = json.loads(read(path))
            weights = np.load(path.with_suffix(".npy"), allow_pickle=False)
        except (ValueError, OSError) as error:
            raise FileRefused(f"{path.name} is not a linear model: {error}.") from None
        if graph["outputs"] != len(weights):
            raise FileRefused(f"{path.name} is not the graph of its weights.")

    def warm_up_network(self, target: Path) -> None:
        weights = np.array([[1, 1, 1, 1, 0], [1, -1, 1, -1, 1]], np.float32)
        target.write_text(json.dumps({"outputs": 2}))
        np.save(target.with_suffix(".npy"), weights)


plugin = Linear()
