"""See odviz/ui/views/compare.py."""

from odviz.ui.views import compare

compare.render()
