"""Models and data that a person brings: reading them, and finding out how they fit together."""
