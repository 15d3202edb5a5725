"""The child process that runs runtimes: JSON lines in, JSON lines out. `python -m odviz.worker`; see protocol."""
