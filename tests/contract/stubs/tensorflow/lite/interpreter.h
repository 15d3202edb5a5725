#pragma once
#include "tensorflow/lite/common_stub.h"
namespace tflite {
class Interpreter {
 public:
  TfLiteStatus SetNumThreads(int num_threads);
  TfLiteStatus AllocateTensors();
  TfLiteStatus Invoke();
  template <class T>
  T* typed_input_tensor(int index);
  template <class T>
  T* typed_output_tensor(int index);
};
}  // namespace tflite
