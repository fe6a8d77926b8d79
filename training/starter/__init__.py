"""Training of the starter model: drawn data, captions, training of the networks, evaluation. See README.md."""
