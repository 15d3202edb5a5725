"""ST Edge AI Core, formerly STM32Cube.AI: a file converted to C for an STM32.

Commands: stedgeai-dc.st.com/assets/embedded-docs/command_line_interface.html; API: embedded_client_stai_api.html there.
"""

from __future__ import annotations

from odviz.deployment._cpp import numbers
from odviz.deployment.base import DeployedModel, Deployment, Instructions, SourceFile, render
from odviz.domain.device import Platform, RuntimeFamily

_CODE = """\
#include <algorithm>
#include <cmath>
#include <cstdint>

#include "network.h"  // written by stedgeai

STAI_ALIGNED(STAI_NETWORK_CONTEXT_ALIGNMENT)
static stai_network network[STAI_NETWORK_CONTEXT_SIZE];
STAI_ALIGNED(STAI_NETWORK_ACTIVATION_1_ALIGNMENT)
static uint8_t activations[STAI_NETWORK_ACTIVATION_1_SIZE_BYTES];
static stai_ptr inputs[STAI_NETWORK_IN_NUM], outputs[STAI_NETWORK_OUT_NUM];
static const char* const kLabels[] = {@classes};

// Call once; false if the model cannot run here.
bool classifier_begin() {
  stai_ptr memory[] = {activations};
  stai_size number;
  return stai_runtime_init() == STAI_SUCCESS && stai_network_init(network) == STAI_SUCCESS &&
         stai_network_set_activations(network, memory, 1) == STAI_SUCCESS &&
         stai_network_get_inputs(network, inputs, &number) == STAI_SUCCESS &&
         stai_network_get_outputs(network, outputs, &number) == STAI_SUCCESS;
}

// The label of one item of @count numbers, prepared as README.md says; null if the model cannot run.
const char* classify(const @item_type* item) {
  @number* input = reinterpret_cast<@number*>(inputs[0]);
  for (int i = 0; i < @count; ++i) input[i] = @value;
  if (stai_network_run(network, STAI_MODE_SYNC) != STAI_SUCCESS) return nullptr;
  const @score* scores = reinterpret_cast<const @score*>(outputs[0]);
  return kLabels[std::max_element(scores, scores + @outputs) - scores];
}
"""


def _instructions(model: DeployedModel) -> Instructions:
    code = render(_CODE, model, **numbers(model))
    steps = (
        f"Install ST Edge AI Core, then `stedgeai generate --model {model.file} --target stm32h7 --c-api st-ai "
        "--output generated`; name the series of the board. `stedgeai analyze` lists RAM and flash first.",
        "Add `generated/` and ST's runtime library for the processor to the firmware's build, with `classifier.cc`.",
    )
    return Instructions((SourceFile("classifier.cc", "cpp", code),), steps)


plugin = Deployment(
    name="st-edge-ai",
    title="ST Edge AI in firmware",
    families=frozenset({RuntimeFamily.ST_EDGE_AI}),
    platforms=frozenset({Platform.BARE_METAL}),
    formats=("tflite", "onnx"),
    instructions=_instructions,
    converts=True,
)
