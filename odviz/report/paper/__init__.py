"""Documents that leave odviz: what they consist of, and a module for each format that writes them."""
