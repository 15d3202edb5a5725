"""Run optimum-benchmark on folders of ONNX files, one after the other; sweep.py starts it in `.venv-bench`.

Arguments: task, model type in the transformers library, input shapes as JSON, then folders. Prints one JSON line per
folder with its wall time and its report, or the last line of its error. All settings are optimum-benchmark's defaults
except batch 1, one thread, and memory tracking, which is off by default.
"""

from __future__ import annotations

import json
import sys
import time

import optimum.pipelines
from optimum.onnxruntime import ORTModelForImageClassification, ORTModelForSequenceClassification

# optimum-benchmark 0.6.0 imports this name, which optimum 2 dropped; optimum 1 is incompatible with this torch. The
# names are set at the top because every isolated process imports this module again.
optimum.pipelines.ORT_SUPPORTED_TASKS = {
    "image-classification": {"class": (ORTModelForImageClassification,)},
    "text-classification": {"class": (ORTModelForSequenceClassification,)},
}

from optimum_benchmark import Benchmark, BenchmarkConfig, InferenceConfig, ORTConfig, ProcessConfig  # noqa: E402


def main() -> None:
    task, model_type, shapes, *folders = sys.argv[1:]
    for folder in folders:
        start = time.monotonic()
        backend = ORTConfig(
            model=folder,
            task=task,
            library="transformers",
            model_type=model_type,
            device="cpu",
            session_options={"intra_op_num_threads": 1, "inter_op_num_threads": 1},
        )
        scenario = InferenceConfig(memory=True, latency=True, input_shapes={"batch_size": 1, **json.loads(shapes)})
        try:
            report = Benchmark.launch(
                BenchmarkConfig(name="sweep", backend=backend, scenario=scenario, launcher=ProcessConfig())
            )
            result = {"report": report.to_dict()}
        except Exception as error:  # sweep.py prints any error
            result = {"error": str(error).strip().splitlines()[-1]}
        print(json.dumps({"seconds": time.monotonic() - start, **result}), flush=True)


if __name__ == "__main__":
    main()
