"""Several GPUs for one clip: their processes, the links between them, and how a pass is shared among them."""
