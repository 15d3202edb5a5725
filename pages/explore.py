"""See odviz/ui/views/explore.py."""

from odviz.ui.views import explore

explore.render()
