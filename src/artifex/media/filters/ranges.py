"""What the filters' numbers may be."""

from artifex.errors import BadField


def within_range(field: str, value: float, least: float, most: float) -> None:
    """Raises BadField, which names it, for a value that lies outside."""
    if not least <= value <= most:
        raise BadField(field, f"{field} goes from {least:g} to {most:g}, not {value:g}.")
