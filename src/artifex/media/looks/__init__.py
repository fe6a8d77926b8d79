"""Looks: colour grading of pictures.

    JSON -> chain.py (Look of Nodes) -> baking.py (a table for each channel, or one for all) -> grading.py (frames)

``grades.py`` has the kinds of nodes, each a frozen dataclass that grades a picture of floats exactly but slowly.
``cube.py`` reads .cube files, ``presets.py`` has built-in looks. Pictures are display-referred R'G'B'.
"""
