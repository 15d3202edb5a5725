#pragma once
#include "tensorflow/lite/common_stub.h"
namespace tflite {
const Model* GetModel(const void* buffer);
}
