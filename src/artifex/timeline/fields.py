"""Reads typed fields from untrusted JSON; errors name the place of the wrong value."""

import json
import re
import sys
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, TypeVar, cast

from artifex.errors import BadInput

T = TypeVar("T")

MOST = 2**53
"""Larger whole numbers are not exact in a browser."""
_REQUIRED: Any = object()
_FRACTION = re.compile(r"-?[0-9]{1,80}(?:/[0-9]{1,80})?", re.ASCII)
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}", re.ASCII)
_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)
_COLOUR = re.compile(r"#[0-9a-f]{6}", re.ASCII)


def parse_json(text: str | bytes, what: str) -> Any:
    """Raises BadInput when it is not JSON, or holds NaN or an infinity."""
    try:
        return json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise BadInput(f"{what} is not valid JSON; use a file that Artifex wrote.") from error


def canonical(data: Any) -> str:
    """Canonical JSON: equal data gives equal text."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def is_id(text: str) -> bool:
    return _ID.fullmatch(text) is not None


class Fields:
    """Reads the fields of one JSON object, each once. ``where`` is its place, like ``tracks[0].clips[3]``.

    Every method that reads raises BadInput. A field with a default may be missing.
    """

    def __init__(self, data: object, where: str) -> None:
        if not isinstance(data, Mapping):
            raise BadInput(f"{where} has to be an object.")
        self._left: dict[str, Any] = dict(cast("Mapping[str, Any]", data))
        self.where = where

    def __contains__(self, name: str) -> bool:
        return name in self._left

    def at(self, name: str) -> str:
        return f"{self.where}.{name}"

    def wrong(self, name: str, what: str) -> BadInput:
        error = BadInput(f"{self.at(name)} {what}")
        error.field = name
        return error

    def raw(self, name: str, default: Any = _REQUIRED) -> Any:
        if name not in self._left and default is _REQUIRED:
            raise self.wrong(name, "is missing.")
        return self._left.pop(name, default)

    def text(self, name: str, default: Any = _REQUIRED, most: int = 10_000) -> str:
        value = self.raw(name, default)
        if not isinstance(value, str):
            raise self.wrong(name, "has to be text.")
        if len(value) > most:
            raise self.wrong(name, f"is longer than {most:,} characters.")
        try:
            value.encode()
        except UnicodeEncodeError as error:
            raise self.wrong(name, "is not valid Unicode.") from error
        return value

    def id(self, name: str) -> str:
        value = self.text(name)
        if not is_id(value):
            raise self.wrong(name, "has to be an id: up to 64 letters, digits and _ . : -")
        return value

    def id_or_none(self, name: str) -> str | None:
        return self.id(name) if self._left.get(name) is not None else self.raw(name, None)

    def sha256(self, name: str) -> str:
        return self._matching(name, _SHA256, "has to be a sha256: 64 digits from 0 to f.")

    def colour(self, name: str, default: Any = _REQUIRED) -> str:
        return self._matching(name, _COLOUR, "has to be a colour like #1a2b3c.", default)

    def _matching(self, name: str, pattern: re.Pattern[str], what: str, default: Any = _REQUIRED) -> str:
        value = self.text(name, default)
        if pattern.fullmatch(value) is None:
            raise self.wrong(name, what)
        return value

    def whole(self, name: str, default: Any = _REQUIRED, least: int = -MOST, most: int = MOST) -> int:
        value = self.raw(name, default)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.wrong(name, "has to be a whole number.")
        if not least <= value <= most:
            raise self.wrong(name, f"is {value}, but has to be from {least} to {most}.")
        return value

    def number(self, name: str, default: Any = _REQUIRED, least: float = -1e9, most: float = 1e9) -> float:
        return self.a_number(name, self.raw(name, default), least, most)

    def a_number(self, name: str, value: object, least: float, most: float) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= sys.float_info.max:
            raise self.wrong(name, "has to be a number.")
        if not least <= value <= most:
            raise self.wrong(name, f"is {value:g}, but has to be from {least:g} to {most:g}.")
        return float(value)

    def numbers(self, name: str, count: int, default: Any, least: float, most: float) -> tuple[float, ...]:
        values = self.items(name, default)
        if len(values) != count:
            raise self.wrong(name, f"has to be {count} numbers.")
        return tuple(self.a_number(name, value, least, most) for value in values)

    def flag(self, name: str, default: Any = _REQUIRED) -> bool:
        value = self.raw(name, default)
        if not isinstance(value, bool):
            raise self.wrong(name, "has to be true or false.")
        return value

    def fraction(self, name: str, default: Any = _REQUIRED) -> Fraction:
        """A whole number, or text like ``24000/1001``."""
        value = self.raw(name, default)
        if isinstance(value, Fraction):
            return value
        if isinstance(value, int) and not isinstance(value, bool) and abs(value) <= MOST:
            return Fraction(value)
        if not isinstance(value, str) or _FRACTION.fullmatch(value) is None:
            raise self.wrong(name, "has to be a whole number or a fraction like 24000/1001.")
        try:
            return Fraction(value)
        except ZeroDivisionError as error:
            raise self.wrong(name, "divides by 0.") from error

    def rate(self, name: str) -> Fraction:
        value = self.fraction(name)
        if not 0 < value <= 1_000_000 or value.denominator > 1_000_000:
            raise self.wrong(name, "has to be a rate above 0, like 24 or 24000/1001.")
        return value

    def one_of(self, name: str, choices: tuple[Any, ...], default: Any = _REQUIRED) -> Any:
        value = self.raw(name, default)
        if value not in choices:
            raise self.wrong(name, f"is {value!r:.60}, none of {', '.join(map(str, choices))}.")
        return value

    def items(self, name: str, default: Any = _REQUIRED) -> list[Any]:
        value = self.raw(name, default)
        if not isinstance(value, list | tuple):
            raise self.wrong(name, "has to be a list.")
        return list(cast("list[Any]", value))

    def each(self, name: str, parse: Callable[[Any, str], T], default: Any = ()) -> tuple[T, ...]:
        """A list of which each item is parsed by ``parse(item, place)``."""
        values = self.items(name, default)
        return tuple(parse(value, f"{self.at(name)}[{index}]") for index, value in enumerate(values))

    def finish(self) -> None:
        """Raises BadInput if a field is left that was not read."""
        if self._left:
            raise BadInput(f"{self.where} has an unknown field {next(iter(self._left))!r:.40}.")


def _no_constant(name: str) -> float:
    raise ValueError(name)
