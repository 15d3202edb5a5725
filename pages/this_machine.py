"""See odviz/ui/views/this_machine.py."""

from odviz.ui.views import this_machine

this_machine.render()
