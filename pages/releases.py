"""See odviz/ui/views/releases.py."""

from odviz.ui.views import releases

releases.render()
