"""Wan2.2 S2V: makes clips of someone who speaks, from a picture, a prompt and a voice."""
