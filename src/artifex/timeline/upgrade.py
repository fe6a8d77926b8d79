"""Upgrades data of older formats to the present one, step by step.

A change of format gets the next number, and here one function that upgrades from the number before: it is given a copy
of the data and returns it changed. The functions are never removed, so a project of any age opens.
"""

from collections.abc import Callable, Mapping
from typing import Any, cast

from artifex.errors import BadInput

TIMELINE_FORMAT = 1
PROJECT_FORMAT = 1

Step = Callable[[dict[str, Any]], dict[str, Any]]
_TIMELINE_STEPS: Mapping[int, Step] = {}
_PROJECT_STEPS: Mapping[int, Step] = {}


def upgraded_timeline(data: object, where: str) -> dict[str, Any]:
    """Raises BadInput."""
    return upgraded(data, where, TIMELINE_FORMAT, _TIMELINE_STEPS)


def upgraded_project(data: object, where: str) -> dict[str, Any]:
    """Raises BadInput. The timeline in it is upgraded separately."""
    return upgraded(data, where, PROJECT_FORMAT, _PROJECT_STEPS)


def upgraded(data: object, where: str, present: int, steps: Mapping[int, Step]) -> dict[str, Any]:
    """``steps``: functions by the format that each upgrades from. Raises BadInput for a format above ``present``."""
    if not isinstance(data, Mapping):
        raise BadInput(f"{where} has to be an object.")
    current = dict(cast("Mapping[str, Any]", data))
    number = current.get("format")
    if not isinstance(number, int) or isinstance(number, bool) or number < 1:
        raise BadInput(f"{where}.format has to be a whole number from 1; this is from another program.")
    if number > present:
        raise BadInput(f"{where} has format {number}, this program reads up to {present}; update Artifex.")
    for old in range(number, present):
        current = steps[old](current) | {"format": old + 1}
    return current
