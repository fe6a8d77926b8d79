"""Training of the starter model: drawn data, captions, networks' training, evaluation. See README.md."""
