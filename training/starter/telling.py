"""What a caption tells."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Telling:
    """Names out of `domain`'s lists; None where the caption says nothing about it."""

    shape: str | None = None
    colour: str | None = None
    background: str | None = None
    motion: str | None = None
    size: str | None = None
    speed: str | None = None
