"""Pictures, sound and clips on disk: the only package that uses FFmpeg (through PyAV).

Frames come and go as iterators of RGB arrays, mostly uint8, so that memory does not grow with length.
"""
