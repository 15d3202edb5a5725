"""Queries of addresses that make no sense, by page."""

NONSENSE = {
    "explore": (
        "?task=toaster&benchmark=zzzz&device=kettle&target=x&against=%00&deadline=-3&accuracy=NaN&memory=1e999&pick=a.b"
        "&only=,,&give=200&utm_source=elsewhere"
    ),
    "new_benchmark": "?task=%F0%9F%8D%9E&models=x,y&recipes=melt&runtimes=abacus&threads=1e3&effort=heroic",
    "devices": "?device=<script>alert(1)</script>&target=../../etc/passwd",
    "benchmarks": "?benchmark=zzzz",
    "learn": "?lesson=<b>magic</b>",
    "data": "?task=toaster&benchmark=zzzz",
    "this_machine": "?x=y",
}
