"""The starter model on a processor, from prompt to file, beside diffusers' own pipeline on the same weights."""
