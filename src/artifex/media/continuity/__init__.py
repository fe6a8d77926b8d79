"""The continuity meter: does a clip stay consistent, and do two clips match where they meet?

    frames -> measuring.py (numbers of each frame) -> meter.py -> report.py (drift, repeats.py, cuts.py, consistency)
                                                                  joints.py (two clips), chart.py (a picture of it)
    frames -> anchoring.py (colours brought back to those of the first frames) -> frames
    frames -> bridges.py (the frame from which another clip should continue)

Everything streams: only a few numbers are kept of each frame.
"""
