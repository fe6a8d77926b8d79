"""Every way a film can be written, as data that is checked before the first frame is made.

    Encoding (encoding.py) -> checks.py -> stream.py (FFmpeg's codec, by options.py) -> film.py: ``encode``

``presets.py`` has encodings by name, ``available.py`` says which of them work on this machine.
"""
