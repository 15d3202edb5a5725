"""ncnn: an ONNX file converted by pnnx, run from C++, or from Python where there is one.

pnnx and the Python lines were tried with the packages pnnx 20261020 and ncnn 1.0.20261020 on odviz's own networks:
those of pictures and motion give ONNX Runtime's predictions; pnnx crashes on networks whose input is whole numbers.
"""

from __future__ import annotations

from odviz.deployment.base import DeployedModel, Deployment, Instructions, SourceFile, render
from odviz.domain.device import Platform, RuntimeFamily

_PYTHON = """\
import numpy
import ncnn  # pip install ncnn

net = ncnn.Net()
net.opt.num_threads = @threads
net.opt.use_vulkan_compute = @vulkan
net.load_param("@{base}.ncnn.param")
net.load_model("@{base}.ncnn.bin")
item = @item
extractor = net.create_extractor()
extractor.input("in0", ncnn.Mat(item[0]).clone())
scores = numpy.array(extractor.extract("out0")[1])
labels = [@classes]
print(labels[scores.argmax()])
"""
_CPP = """\
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <vector>

#include "net.h"

static const char* const kLabels[] = {@classes};

// The label of one item of @count numbers, prepared as README.md says; null if the model cannot run.
const char* classify(ncnn::Net& net, const std::vector<float>& item) {
  ncnn::Mat input(@dims);
  const float* source = item.data();
  for (int channel = 0; channel < input.c; ++channel) {  // ncnn aligns each channel
    const size_t numbers = size_t(input.w) * input.h;
    std::memcpy(input.channel(channel), source, numbers * sizeof(float));
    source += numbers;
  }
  ncnn::Extractor extractor = net.create_extractor();
  ncnn::Mat scores;
  if (extractor.input("in0", input) != 0 || extractor.extract("out0", scores) != 0) return nullptr;
  const float* first = scores;
  return kLabels[std::max_element(first, first + scores.w) - first];
}

bool classifier_begin(ncnn::Net& net) {
  net.opt.num_threads = @threads;
  net.opt.use_vulkan_compute = @vulkan;
  return net.load_param("@{base}.ncnn.param") == 0 && net.load_model("@{base}.ncnn.bin") == 0;
}

int main() {
  ncnn::Net net;
  if (!classifier_begin(net)) return 1;
  const char* label = classify(net, std::vector<float>(@count));  // one item
  if (!label) return 1;
  std::puts(label);
}
"""
_ANDROID_CMAKE = """\
cmake_minimum_required(VERSION 3.16)
project(classify CXX)
set(ncnn_DIR ${CMAKE_SOURCE_DIR}/ncnn-android/${ANDROID_ABI}/lib/cmake/ncnn)
find_package(ncnn REQUIRED)
add_library(classify SHARED classify.cpp)
target_link_libraries(classify ncnn)
"""
_CMAKE = """\
cmake_minimum_required(VERSION 3.16)
project(classify CXX)
find_package(ncnn REQUIRED)
add_executable(classify classify.cpp)
target_link_libraries(classify ncnn)
"""
_INT8 = frozenset({"int8-static", "int8-dynamic", "int8-weight-only", "int4-weight-only", "int16x8"})


def _instructions(model: DeployedModel) -> Instructions:
    read = model.signature.input
    if read.dtype != "float32":
        return Instructions(
            refusal=f"pnnx, which converts to ncnn, does not take an input of {read.dtype}. ONNX Runtime does."
        )
    if _INT8 & set(model.quantizers):
        return Instructions(
            refusal="ncnn does not read files that are quantized already. Convert the variant of the same recipe "
            "without quantization, then let ncnn's own `ncnn2table` and `ncnn2int8` quantize it with items of yours; "
            "its accuracy is then another one than here."
        )
    sizes = read.shape[1:]
    values = {
        "base": model.stem,
        "vulkan": "true" if model.backend == "gpu" else "false",
        "dims": ", ".join(map(str, reversed(sizes))),
    }
    code = SourceFile("classify.cpp", "cpp", render(_CPP, model, **values))
    shape = ",".join(map(str, read.shape))
    steps = [
        f'Convert once, on a computer: `pip install pnnx torch`, then `pnnx {model.file} "inputshape=[{shape}]" '
        f"ncnnparam={model.stem}.ncnn.param ncnnbin={model.stem}.ncnn.bin`."
    ]
    if model.backend == "gpu":
        steps.append("The GPU needs a Vulkan driver and an ncnn that was built with `-DNCNN_VULKAN=ON`.")
    if model.platform in (Platform.ANDROID, Platform.IOS):
        cmake = SourceFile("CMakeLists.txt", "cmake", _ANDROID_CMAKE)
        steps.append(
            "Unpack `ncnn-*-android.zip` (`-vulkan` for the GPU) of "
            "[its releases](https://github.com/Tencent/ncnn/releases) as `ncnn-android` beside the code, and add the "
            "two files to the app; call `classify` through JNI."
        )
        return Instructions((code, cmake), tuple(steps))
    python = render(_PYTHON, model, item=model.item, **{**values, "vulkan": str(model.backend == "gpu")})
    steps.append("Python: `pip install ncnn numpy`, then `python classify.py`. C++: build ncnn, then CMake as usual.")
    files = (SourceFile("classify.py", "python", python), code, SourceFile("CMakeLists.txt", "cmake", _CMAKE))
    return Instructions(files, tuple(steps))


plugin = Deployment(
    name="ncnn",
    title="ncnn",
    families=frozenset({RuntimeFamily.NCNN}),
    platforms=frozenset({Platform.ANDROID, Platform.LINUX, Platform.MACOS, Platform.WINDOWS}),
    formats=("onnx",),
    instructions=_instructions,
    converts=True,
)
