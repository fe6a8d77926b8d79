"""Checks the ranges of the filters' parameters."""

from artifex.errors import BadField


def within_range(field: str, value: float, least: float, most: float) -> None:
    """Raises BadField, naming the field, for a value outside the range."""
    if not least <= value <= most:
        raise BadField(field, f"{field} goes from {least:g} to {most:g}, not {value:g}.")
