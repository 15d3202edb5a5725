"""Results as tables and documents that leave odviz."""
