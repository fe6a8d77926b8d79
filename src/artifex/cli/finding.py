"""What ``artifex doctor`` finds."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check. If a ``needed`` one fails, no clip can be made; either may have a remedy."""

    name: str
    found: str
    well: bool = True
    needed: bool = True
    remedy: str = ""
