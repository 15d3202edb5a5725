"""See odviz/ui/views/machine.py."""

from odviz.ui.views import machine

machine.render()
