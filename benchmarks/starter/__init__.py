"""The starter model on a CPU, from prompt to file, compared with diffusers' own pipeline on the same weights."""
