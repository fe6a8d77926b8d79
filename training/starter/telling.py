"""The attributes that a caption states."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Telling:
    """Names from `domain`'s lists; None where the caption does not mention the attribute."""

    shape: str | None = None
    colour: str | None = None
    background: str | None = None
    motion: str | None = None
    size: str | None = None
    speed: str | None = None
