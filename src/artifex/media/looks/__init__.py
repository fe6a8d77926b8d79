"""Looks: what a shot's colours go through before anybody sees them.

    JSON -> chain.py (Look of Nodes) -> baking.py (a table for each channel, or one for all) -> grading.py (frames)

``grades.py`` has the kinds of nodes, each a frozen dataclass that can grade a picture of floats exactly and slowly.
``cube.py`` reads .cube files, ``presets.py`` has looks of our own. Pictures are display-referred R'G'B'.
"""
