"""Stages of processing: each takes an iterator of frames and gives one.

    stage.py (frames -> planes -> FFmpeg's filters -> frames), and the others by what they do

Frames are [H, W, 3], uint8 or uint16, R'G'B' of BT.709, and come out in the same format. A stage holds only the few
frames that its filter needs.
"""
