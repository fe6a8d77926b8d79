"""Speed of full-size Wan models on one GPU, compared with diffusers and the least time the hardware allows."""
