"""Torch modules of the zoo: small networks whose operations exist and quantize well in both formats."""
