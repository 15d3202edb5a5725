"""See odviz/ui/views/monitor.py."""

from odviz.ui.views import monitor

monitor.render()
