"""Composites layers to a frame, mixes two frames in a transition, and draws text as a layer.

Nothing here knows of timelines: the caller gives the frames, their places and their opacities for one moment.
"""
