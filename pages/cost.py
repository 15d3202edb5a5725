"""See odviz/ui/views/cost.py."""

from odviz.ui.views import cost

cost.render()
