"""Wan2.2 S2V: a picture, a prompt and a voice become a clip of someone who speaks."""
