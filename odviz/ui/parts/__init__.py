"""Parts that the views are composed of."""
