// What stedgeai 3 writes for a network, as embedded_client_stai_api.html of ST describes it.
#pragma once
#include <cstdint>
#define STAI_ALIGNED(n) __attribute__((aligned(n)))
#define STAI_NETWORK_CONTEXT_SIZE 64
#define STAI_NETWORK_CONTEXT_ALIGNMENT 8
#define STAI_NETWORK_ACTIVATION_1_ALIGNMENT 4
#define STAI_NETWORK_ACTIVATION_1_SIZE_BYTES 1024
#define STAI_NETWORK_IN_NUM 1
#define STAI_NETWORK_OUT_NUM 1
typedef uint8_t stai_network;
typedef uint8_t* stai_ptr;
typedef uint32_t stai_size;
enum stai_return_code { STAI_SUCCESS = 0 };
enum stai_run_mode { STAI_MODE_SYNC = 0 };
stai_return_code stai_runtime_init(void);
stai_return_code stai_network_init(stai_network* network);
stai_return_code stai_network_set_activations(stai_network* network, const stai_ptr* activations,
                                              const stai_size n_activations);
stai_return_code stai_network_get_inputs(stai_network* network, stai_ptr* inputs, stai_size* n_inputs);
stai_return_code stai_network_get_outputs(stai_network* network, stai_ptr* outputs, stai_size* n_outputs);
stai_return_code stai_network_run(stai_network* network, const stai_run_mode mode);
