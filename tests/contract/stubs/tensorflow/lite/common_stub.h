// What the deployment snippets use of TensorFlow Lite, declared as in its headers of November 2026.
#pragma once
#include <cstddef>
#include <cstdint>
enum TfLiteStatus { kTfLiteOk = 0, kTfLiteError = 1 };
union TfLitePtrUnion {
  int32_t* i32;
  float* f;
  int16_t* i16;
  int8_t* int8;
};
struct TfLiteTensor {
  TfLitePtrUnion data;
};
namespace tflite {
struct Model;
}
