"""See odviz/ui/views/benchmark.py."""

from odviz.ui.views import benchmark

benchmark.render()
