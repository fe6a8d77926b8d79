"""Sound for editing: float32 samples [n, 2] in [-1, 1], at the timeline's rate, by exact position."""
