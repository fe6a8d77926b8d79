"""Any frame of a file by its exact number, as the picture a viewer would see.

    packets -> index.py (when each frame is shown) -> footage.py (seek, decode, deinterlace) -> pictures.py (RGB)

``frame_reader.py`` joins them, and ``conform.py`` changes the rate.
"""
