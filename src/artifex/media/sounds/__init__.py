"""Sound as the edit room hears it: float32 samples [n, 2] in [-1, 1], at the timeline's rate, by exact position.

    sound_reader.py (any file) -> speed.py -> mixing.py (gains, fades, sums) -> loudness.py -> an encoder

All of them take and give chunks, and hold no more than a chunk or two.
"""
