"""The doors, one module for each kind of thing; each has a ``router``."""
