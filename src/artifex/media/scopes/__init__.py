"""Scopes: what a frame's levels and colours are, as counts and as a picture of any size.

``waveform.py`` (luma, or red, green and blue side by side), ``vectorscope.py`` and ``histogram.py`` each have a frozen
result with its counts and a ``picture``. Frames are uint8 RGB [H, W, 3]; luma and chroma are those of BT.709.
"""
