"""What every deployment promises: code for each device that odviz knows, correct as far as a compiler can tell."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest

from odviz.deployment import DEPLOYMENTS, deployment
from odviz.deployment.base import DeployedModel, Deployment
from odviz.domain.device import Platform, RuntimeFamily
from odviz.domain.model import GraphFacts, Signature, TensorType
from odviz.formats import FORMATS
from odviz.library.devices import built_in_files, read_device

STUBS = Path(__file__).parent / "stubs"
OTHER_SOFTWARE = {
    "Bosch HALE", "CMSIS-NN", "MLPerf Tiny submission", "microTVM", "microTVM (CMSIS-NN)", "Plumerai", "PyTorch",
    "TinyEngine", "TNN 0.3", "TNN 0.3 (OpenCL)",
}  # fmt: skip
"""Runtimes of built-in targets that odviz has no code for."""

FACTS = GraphFacts(
    file_bytes=1000,
    compressed_bytes=900,
    parameters=200,
    nonzero_parameters=200,
    macs=5000,
    peak_activation_bytes=3000,
    quantized_ops=0.0,
    compute_ops=3,
    operators={"CONV_2D": 2, "FULLY_CONNECTED": 1, "MEAN": 1},
)
FLOAT = Signature(TensorType((1, 1, 28, 28), "float32"), TensorType((1, 3), "float32"))
TOKENS = Signature(TensorType((1, 48), "int32"), TensorType((1, 3), "float32"))
INT8 = Signature(TensorType((1, 200, 6), "int8", 0.00392, -128), TensorType((1, 3), "int8", 0.09, -1))
INT16 = Signature(TensorType((1, 28, 28, 1), "int16", 3e-5, 0), TensorType((1, 3), "int16", 3e-4, 0))
MODELS = {
    "float": (FLOAT, ()),
    "tokens": (TOKENS, ()),
    "int8": (INT8, ("int8-static",)),
    "int16": (INT16, ("int16x8",)),
}


def model(kind: str, plan: Deployment, platform: Platform, backend: str = "cpu") -> DeployedModel:
    signature, quantizers = MODELS[kind]
    return DeployedModel(
        file=f"net-0.5-{kind}{FORMATS[plan.formats[0]].suffixes[0]}",
        signature=signature,
        classes=("T-shirt/top", 'the "best"', "bag"),
        item=f"numpy.zeros({signature.input.shape}, numpy.float32)",
        quantizers=quantizers,
        facts=FACTS,
        arena_bytes=9001,
        platform=platform,
        backend=backend,
        threads=4,
    )


CASES = [
    pytest.param(plan, model(kind, plan, platform, backend), id=f"{plan.name}-{platform}-{backend}-{kind}")
    for plan in DEPLOYMENTS
    for platform in sorted(plan.platforms)
    for backend in ("cpu", "gpu", "npu", "ane")
    for kind in MODELS
    if backend == "cpu" or (backend == "gpu" and plan.name in ("armnn", "ncnn", "litert-android"))
    or (backend in ("npu", "ane") and plan.name in ("litert-android", "litert-ios"))
]  # fmt: skip


@pytest.mark.parametrize(("family", "platform"), list(product(RuntimeFamily, Platform)))
def test_every_family_has_one_deployment_on_every_platform(family, platform):
    exact = [plan for plan in DEPLOYMENTS if family in plan.families and platform in plan.platforms]
    assert len(exact) <= 1
    plan = deployment(family, platform)
    assert platform in plan.platforms and plan.formats and set(plan.formats) <= set(FORMATS.names())
    assert exact in ([], [plan])


def test_every_built_in_target_is_deployed_by_its_own_software():
    for path in built_in_files().values():
        device = read_device(path)
        for target in device.targets:
            plan = deployment(target.family, device.platform)
            own = target.family is not RuntimeFamily.OTHER and target.family in plan.families
            assert own != (target.target.runtime in OTHER_SOFTWARE), (device.name, target.key)


@pytest.mark.parametrize(("plan", "deployed"), CASES)
def test_code_is_whole_or_there_is_a_reason(plan, deployed):
    guide = plan.instructions(deployed)
    assert bool(guide.files) != bool(guide.refusal)
    for file in guide.files:
        assert "@" not in file.code and file.code.endswith("\n")
        if file.language == "python":
            compile(file.code, file.name, "exec")
        else:
            assert file.code.count("{") == file.code.count("}") and file.code.count("(") == file.code.count(")")


def program(plan, deployed):
    """The C++ files of a model, and those that they are compiled with; as pairs of name and content."""
    files = [(file.name, file.code) for file in plan.instructions(deployed).files if file.language == "cpp"]
    return tuple(files), tuple(plan.sources(deployed, b"").items())


PROGRAMS = {program(*case.values): case.id for case in CASES}
"""Platforms that run the same code count once."""


@pytest.mark.parametrize(
    ("files", "sources"), [pytest.param(*key, id=name) for key, name in PROGRAMS.items() if key[0]]
)
def test_cpp_compiles_against_the_declarations_of_its_library(files, sources, tmp_path):
    for name, source in sources:
        (tmp_path / name).write_bytes(source)
    for name, code in files:
        (tmp_path / name).write_text(code)
        command = ["g++", "-std=c++17", "-fsyntax-only", "-Wall", "-Werror", f"-I{STUBS}", f"-I{tmp_path}"]
        done = subprocess.run([*command, tmp_path / name], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


def test_the_c_array_has_the_bytes_of_the_file(tmp_path):
    plan = DEPLOYMENTS["tflite-micro"]
    content = bytes(range(256)) * 3 + b"\0"
    for name, source in plan.sources(model("int8", plan, Platform.BARE_METAL), content).items():
        (tmp_path / name).write_bytes(source)
    (tmp_path / "main.cc").write_text(
        '#include <cstdio>\n#include "model_data.h"\n'
        "int main() { return std::fwrite(model_data, 1, model_data_size, stdout) != model_data_size; }\n"
    )
    program = tmp_path / "main"
    subprocess.run(["g++", "-o", program, tmp_path / "main.cc", tmp_path / "model_data.cc"], check=True)
    assert subprocess.run([program], capture_output=True, check=True).stdout == content


def test_a_microcontroller_registers_exactly_the_operators_of_the_file():
    plan = DEPLOYMENTS["tflite-micro"]
    deployed = model("int8", plan, Platform.BARE_METAL)
    code = plan.instructions(deployed).files[0].code
    assert code.count("resolver.Add") == 3 and "MicroMutableOpResolver<3>" in code
    assert all(f"resolver.Add{name}()" in code for name in ("Conv2D", "FullyConnected", "Mean"))
    assert "kArenaBytes = 9008" in code
    unknown = replace(deployed, facts=replace(FACTS, operators={"CONV_3D": 1}))
    assert "CONV_3D" in plan.instructions(unknown).refusal
    assert plan.instructions(replace(deployed, quantizers=("fp16",))).refusal
