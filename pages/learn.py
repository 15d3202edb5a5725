"""See odviz/ui/views/learn.py."""

from odviz.ui.views import learn

learn.render()
