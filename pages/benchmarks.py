"""See odviz/ui/views/benchmarks.py."""

from odviz.ui.views import benchmarks

benchmarks.render()
