"""Speed of full-size Wan models on one GPU, beside diffusers and the least the hardware allows."""
