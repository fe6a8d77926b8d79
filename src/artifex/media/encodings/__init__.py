"""Every way a film can be written, as data that is checked before the first frame is made.

    Encoding (encoding.py) -> checks.py -> stream.py (FFmpeg's words for it, by options.py) -> film.py: ``encode``

``presets.py`` has the ways people ask for by name, ``available.py`` says which of them this machine can.
"""
