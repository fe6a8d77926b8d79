"""Rebuilds nested data from a form's flat names: ``a[b][c]=1``, ``tags[]=x``, ``loras[][id]=7``."""

import re
from collections.abc import Iterable
from typing import Any, cast

from artifex.errors import BadField

_NAME = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")
_DEEPEST = 8


def unflatten(items: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """The nested body. Values stay as they are: text, or a file.

    In a list of objects, like ``loras[][id]=7``, ``loras[][scale]=1``, a new object starts where a name repeats. This
    is ambiguous for objects that lack different names; such lists should be sent as JSON text. Raises BadField for a
    malformed name, or one with two different values.
    """
    body: dict[str, Any] = {}
    for name, value in items:
        match = _NAME.fullmatch(name)
        path = [] if match is None else [match[1], *re.findall(r"\[([^\[\]]*)\]", match[2])]
        if not path or len(path) > _DEEPEST:
            raise BadField(name[:100], "The name of a field is not understood; write it like field or field[inner].")
        _put(body, path, value, name)
    return body


def _put(into: dict[str, Any], path: list[str], value: object, name: str) -> None:
    head, *rest = path
    if not rest:
        if head in into and into[head] != value:
            raise BadField(name[:100], "The field was given twice, with different values; give it once.")
        into[head] = value
    elif rest[0] == "":
        _append(_child(into, head, list, name), rest[1:], value, name)
    else:
        _put(_child(into, head, dict, name), rest, value, name)


def _append(items: list[Any], rest: list[str], value: object, name: str) -> None:
    if not rest:
        items.append(value)
        return
    if rest[0] == "":
        raise BadField(name[:100], "Lists of lists are not understood; send the field as JSON text.")
    last: Any = items[-1] if items else None
    if not isinstance(last, dict) or (len(rest) == 1 and rest[0] in last):
        last = {}
        items.append(last)
    _put(cast("dict[str, Any]", last), rest, value, name)


def _child(into: dict[str, Any], head: str, kind: type, name: str) -> Any:
    child = into.setdefault(head, kind())
    if not isinstance(child, kind):
        raise BadField(name[:100], "The field was given both as a value and as something with parts; give it once.")
    return child
