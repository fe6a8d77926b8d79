"""From layers to one frame, from two frames to a transition between them, and from words to a layer.

Nothing here knows of timelines: who calls has found the frames, their places and their opacities for one moment.
"""
