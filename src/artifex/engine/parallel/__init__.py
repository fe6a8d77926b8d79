"""One clip on several GPUs: their processes, the links between them, and how a pass is split among them."""
