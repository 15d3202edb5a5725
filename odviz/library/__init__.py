"""Models, data sets and device profiles, built-in and the user's own: where they lie, and whether they are intact."""
