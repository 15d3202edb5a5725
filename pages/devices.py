"""See odviz/ui/views/devices.py."""

from odviz.ui.views import devices

devices.render()
