"""Plug-ins that no package knows: tests lay their folders beside the real ones, as a new file would lie there."""
