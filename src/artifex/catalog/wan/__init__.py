"""The Wan family: networks, weights, conditioners and the model that joins them."""
