"""The words of odviz as frozen values: no I/O, standard library only."""
