"""The child process that runs engines: JSON lines in, JSON lines out. `python -m odviz.worker`; see protocol."""
