"""LiteRT in a program under Linux, macOS or Windows: Python, and C++ with CMake.

C++: tensorflow/lite/examples/minimal in github.com/tensorflow/tensorflow.
"""

from __future__ import annotations

from odviz.deployment import _python
from odviz.deployment._cpp import numbers
from odviz.deployment.base import DeployedModel, Deployment, Instructions, SourceFile, render
from odviz.domain.device import Platform, RuntimeFamily

_CPP = """\
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <vector>

#include "tensorflow/lite/interpreter.h"
#include "tensorflow/lite/kernels/register.h"
#include "tensorflow/lite/model.h"

static const char* const kLabels[] = {@classes};

int main() {
  auto model = tflite::FlatBufferModel::BuildFromFile("@file");
  if (!model) return 1;
  tflite::ops::builtin::BuiltinOpResolver resolver;
  std::unique_ptr<tflite::Interpreter> interpreter;
  if (tflite::InterpreterBuilder(*model, resolver)(&interpreter) != kTfLiteOk) return 1;
  interpreter->SetNumThreads(@threads);
  if (interpreter->AllocateTensors() != kTfLiteOk) return 1;

  std::vector<@item_type> item(@count);  // one item, prepared as README.md says
  @number* input = interpreter->typed_input_tensor<@number>(0);
  for (size_t i = 0; i < item.size(); ++i) input[i] = @value;
  if (interpreter->Invoke() != kTfLiteOk) return 1;

  const @score* scores = interpreter->typed_output_tensor<@score>(0);
  std::puts(kLabels[std::max_element(scores, scores + @outputs) - scores]);
}
"""
_CMAKE = """\
cmake_minimum_required(VERSION 3.16)
project(classify CXX)
set(CMAKE_CXX_STANDARD 17)
add_subdirectory(${TENSORFLOW}/tensorflow/lite tflite)
add_executable(classify classify.cpp)
target_link_libraries(classify tensorflow-lite)
"""


def _instructions(model: DeployedModel) -> Instructions:
    files = (
        _python.classifier("litert", model),
        SourceFile("classify.cpp", "cpp", render(_CPP, model, **numbers(model))),
        SourceFile("CMakeLists.txt", "cmake", _CMAKE),
    )
    steps = (
        "Python: `pip install ai-edge-litert numpy`, then `python classify.py`.",
        "C++: `git clone --depth 1 https://github.com/tensorflow/tensorflow`, "
        "`cmake -B build -DTENSORFLOW=$PWD/tensorflow -DCMAKE_BUILD_TYPE=Release`, `cmake --build build`, "
        "`build/classify`.",
    )
    return Instructions(files, steps)


plugin = Deployment(
    name="litert-linux",
    title="LiteRT in a program",
    families=frozenset({RuntimeFamily.TFLITE, RuntimeFamily.OTHER}),
    platforms=frozenset({Platform.LINUX, Platform.MACOS, Platform.WINDOWS}),
    formats=("tflite",),
    instructions=_instructions,
)
