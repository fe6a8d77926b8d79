"""Stages that frames pass through on their way: each takes an iterator of frames and gives one.

    stage.py (frames -> planes -> FFmpeg's filters -> frames) and, by what they are for, the others

Frames are [H, W, 3], uint8 or uint16, R'G'B' of BT.709, and come out as they went in. A stage holds the few frames
that its filter looks at.
"""
