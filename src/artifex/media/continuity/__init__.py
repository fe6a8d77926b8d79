"""The continuity meter: does a clip stay what it was, and do two clips fit together?

    frames -> measuring.py (numbers of each frame) -> meter.py -> report.py (drift, repeats.py, cuts.py, consistency)
                                                                  joints.py (two clips), chart.py (a picture of it)
    frames -> anchoring.py (colours brought back to those of the first frames) -> frames
    frames -> bridges.py (the frame from which another clip should go on)

Everything streams: what is kept of a frame is a few numbers.
"""
