"""Films as HTTP Live Streaming (RFC 8216): fragmented mp4, cut after an exact number of frames.

Each segment is encoded by itself (video_segment.py, sound_segment.py), so that a preview can be put together
(playlist.py) from segments rendered at different times; a whole film in several sizes is stream.py. Every segment's
timestamps continue those of the one before, and all of one rendition share the same init file, byte for byte.
"""
