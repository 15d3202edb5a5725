"""odviz: decide which on-device model to ship."""

import os

# Our matrices are small: a pool of BLAS threads would only wait for itself, for minutes on a busy machine.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

__version__ = "0.2.0"
