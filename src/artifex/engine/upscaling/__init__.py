"""Upscaling by trained networks: ESRGAN and related families, loaded through spandrel."""
