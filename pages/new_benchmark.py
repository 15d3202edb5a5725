"""See odviz/ui/views/new_benchmark.py."""

from odviz.ui.views import new_benchmark

new_benchmark.render()
