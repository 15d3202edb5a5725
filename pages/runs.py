"""See odviz/ui/views/runs.py."""

from odviz.ui.views import runs

runs.render()
