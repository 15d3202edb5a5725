// What the deployment snippets use of ncnn, declared as in its headers of October 2026.
#pragma once
#include <cstddef>
namespace ncnn {
class Mat {
 public:
  Mat();
  Mat(int w, size_t elemsize = 4u);
  Mat(int w, int h, size_t elemsize = 4u);
  Mat(int w, int h, int c, size_t elemsize = 4u);
  Mat channel(int c);
  operator float*();
  operator const float*() const;
  operator void*();
  int w, h, c;
};
class Extractor {
 public:
  int input(const char* blob_name, const Mat& in);
  int extract(const char* blob_name, Mat& feat, int type = 0);
};
struct Option {
  int num_threads;
  bool use_vulkan_compute;
};
class Net {
 public:
  Option opt;
  int load_param(const char* path);
  int load_model(const char* path);
  Extractor create_extractor() const;
};
}  // namespace ncnn
