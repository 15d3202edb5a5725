"""See odviz/ui/views/models.py."""

from odviz.ui.views import models

models.render()
