"""See odviz/ui/views/data.py."""

from odviz.ui.views import data

data.render()
