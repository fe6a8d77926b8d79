"""Reads checked values from untrusted JSON."""

import sys
from collections.abc import Mapping
from itertools import pairwise
from typing import Any, cast

from artifex.errors import BadField
from artifex.grades import MOST_POINTS, Points, Triple


def an_object(value: object, where: str) -> Mapping[str, Any]:
    """Raises BadField."""
    if not isinstance(value, Mapping):
        raise BadField(where, f"{where} has to be an object.")
    return cast("Mapping[str, Any]", value)


def a_list(value: object, where: str, most: int) -> list[Any]:
    """Raises BadField."""
    if not isinstance(value, list | tuple):
        raise BadField(where, f"{where} has to be a list.")
    items = list(cast("list[Any]", value))
    if len(items) > most:
        raise BadField(where, f"{where} has {len(items)} items; {most} are the most.")
    return items


def a_number(value: object, where: str, least: float, most: float) -> float:
    """Raises BadField."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= sys.float_info.max:
        raise BadField(where, f"{where} has to be a number.")
    if not least <= value <= most:
        raise BadField(where, f"{where} is {value:g}, but has to be from {least:g} to {most:g}.")
    return float(value)


def three_numbers(value: object, where: str, least: float, most: float) -> Triple:
    """One for each of red, green and blue. Raises BadField."""
    items = a_list(value, where, 3)
    if len(items) != 3:
        raise BadField(where, f"{where} has to be three numbers, for red, green and blue.")
    red, green, blue = (a_number(item, where, least, most) for item in items)
    return red, green, blue


def curve_points(value: object, where: str) -> Points:
    """2 to 64 points (in, out) from 0 to 1, in order of ``in``. Raises BadField."""
    points = tuple(_point(item, where) for item in a_list(value, where, MOST_POINTS))
    if len(points) < 2 or any(here[0] >= there[0] for here, there in pairwise(points)):
        raise BadField(where, f"{where} has to be at least 2 points, in order of their first number.")
    return points


def a_flag(value: object, where: str) -> bool:
    """Raises BadField."""
    if not isinstance(value, bool):
        raise BadField(where, f"{where} has to be true or false.")
    return value


def _point(value: object, where: str) -> tuple[float, float]:
    pair = [a_number(item, where, 0.0, 1.0) for item in a_list(value, where, 2)]
    if len(pair) != 2:
        raise BadField(where, f"{where} has to be points of two numbers.")
    return pair[0], pair[1]
