"""Strict JSON: refuses what parsers disagree on, before anything else reads the body."""

import json
import math
import re
from typing import Any

from artifex.errors import BadInput, TooLarge

_STRINGS = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_BRACKETS = re.compile(rb"[\[\]{}]")
_LONGEST_NUMBER = 40


def check_json(body: bytes, most_depth: int) -> None:
    """Refuse a body that is not JSON in UTF-8, nests deeper than ``most_depth``, repeats a key, or holds a lone
    surrogate, NaN or infinity, or a number that is too long or out of a double's range. Raises BadInput, TooLarge."""
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        raise BadInput("The body is not UTF-8; send JSON in UTF-8.") from error
    if text.startswith("\ufeff"):
        raise BadInput("The body begins with a byte order mark; send JSON in UTF-8 without one.")
    _check_depth(body, most_depth)
    try:
        parsed = json.loads(
            text,
            object_pairs_hook=_unrepeated,
            parse_int=_integer,
            parse_float=_finite,
            parse_constant=_no_constant,
        )
    except (ValueError, RecursionError) as error:
        raise BadInput("The body is not valid JSON; check its quotes, commas and brackets.") from error
    if "\\u" in text:
        _check_text(json.dumps(parsed, ensure_ascii=False))


def _check_depth(body: bytes, most: int) -> None:
    depth = 0
    for bracket in _BRACKETS.finditer(_STRINGS.sub(b"", body)):
        depth += 1 if bracket[0] in b"[{" else -1
        if depth > most:
            raise TooLarge(f"The body nests deeper than {most} levels; send flatter JSON.")


def _check_text(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise BadInput("The body holds half of a surrogate pair; send whole characters.") from error


def _unrepeated(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise BadInput("The body says the same key twice; say it once.")
    return found


def _integer(digits: str) -> int:
    if len(digits) > _LONGEST_NUMBER:
        raise BadInput("The body holds a number of more digits than any field takes.")
    return int(digits)


def _finite(digits: str) -> float:
    value = float(digits)
    if len(digits) > _LONGEST_NUMBER or not math.isfinite(value):
        raise BadInput("The body holds a number that is out of range.")
    return value


def _no_constant(name: str) -> float:
    raise BadInput(f"The body holds {name}, which JSON does not have.")
