"""Pictures, sound and clips on disk: the only room that touches FFmpeg (through PyAV) and Pillow.

Frames come and go as iterators of uint8 RGB arrays, so that memory does not grow with length.
"""
