#pragma once
namespace tflite {
class OpResolver {};
namespace ops {
namespace builtin {
class BuiltinOpResolver : public OpResolver {};
}  // namespace builtin
}  // namespace ops
}  // namespace tflite
