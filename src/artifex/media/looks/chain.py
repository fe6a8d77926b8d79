"""A look as an ordered chain of nodes, and as the JSON that projects keep.

[{"kind": "exposure", "stops": 0.5}, {"kind": "lut", "sha256": "…", "mix": 0.7, "enabled": false}, …]
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from artifex.errors import BadField
from artifex.grades import MOST_NODES, RANGES
from artifex.media.looks.cube import Cube
from artifex.media.looks.grades import GRADES, Curves, Grade, Lut, mixed
from artifex.media.looks.reading import a_flag, a_list, a_number, an_object, curve_points, three_numbers

FindCube = Callable[[str], Cube]
"""The table whose .cube file has this sha256. Raises BadInput where it is missing."""

_KINDS = {grade.kind: grade for grade in GRADES}
_FARTHEST = 1000.0
"""Values are clipped to plus or minus this between nodes, so that no chain can lead to infinities."""
_SHA256 = re.compile("[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Node:
    """``mix``, from 0 to 1, is how much of the grade's result is taken."""

    grade: Grade
    enabled: bool = True
    mix: float = 1.0

    @property
    def does_something(self) -> bool:
        neutral = self.grade.strength == 0 if isinstance(self.grade, Lut) else self.grade == type(self.grade)()
        return self.enabled and self.mix > 0 and not neutral

    @property
    def is_per_channel(self) -> bool:
        return self.grade.is_per_channel

    def graded(self, rgb: NDArray[np.floating]) -> NDArray[np.floating]:
        return mixed(rgb, self.grade.graded(rgb), self.mix)

    def to_data(self) -> dict[str, Any]:
        """Plain JSON; defaults of ``enabled`` and ``mix`` are left out."""
        names = [each.name for each in fields(self.grade) if each.name != "cube"]
        data = {"kind": self.grade.kind} | {name: _plain(getattr(self.grade, name)) for name in names}
        return data | ({} if self.enabled else {"enabled": False}) | ({} if self.mix == 1 else {"mix": self.mix})

    @staticmethod
    def from_data(data: object, find_cube: FindCube | None = None, where: str = "node") -> "Node":
        """Raises BadInput that names the field, and what ``find_cube`` raises."""
        left = dict(an_object(data, where))
        kind = left.pop("kind", None)
        if not isinstance(kind, str) or kind not in _KINDS:
            raise BadField(f"{where}.kind", f"{where}.kind is {kind!r:.40}, none of {', '.join(_KINDS)}.")
        enabled = a_flag(left.pop("enabled", True), f"{where}.enabled")
        mix = a_number(left.pop("mix", 1.0), f"{where}.mix", 0.0, 1.0)
        grade = _lut(left, find_cube, where) if kind == "lut" else _grade(_KINDS[kind], left, where)
        return Node(grade, enabled, mix)


@dataclass(frozen=True, slots=True)
class Look:
    """Nodes in the order in which they are applied."""

    nodes: tuple[Node, ...] = ()

    @property
    def effective(self) -> "Look":
        """Without the nodes that change nothing."""
        return Look(tuple(node for node in self.nodes if node.does_something))

    @property
    def is_per_channel(self) -> bool:
        return all(node.is_per_channel for node in self.nodes)

    def graded(self, rgb: NDArray[np.floating]) -> NDArray[np.floating]:
        """Apply every node to pictures [..., 3] exactly: slow, and the reference for the fast ways."""
        with np.errstate(over="ignore"):
            for node in self.effective.nodes:
                rgb = np.clip(node.graded(rgb), -_FARTHEST, _FARTHEST)
        return np.clip(rgb, 0, 1)

    def to_data(self) -> list[dict[str, Any]]:
        return [node.to_data() for node in self.nodes]

    @staticmethod
    def from_data(data: object, find_cube: FindCube | None = None, where: str = "look") -> "Look":
        """Raises BadInput that names the field, and what ``find_cube`` raises."""
        items: Iterable[tuple[int, object]] = enumerate(a_list(data, where, MOST_NODES))
        return Look(tuple(Node.from_data(item, find_cube, f"{where}[{index}]") for index, item in items))


def _lut(data: Mapping[str, Any], find_cube: FindCube | None, where: str) -> Lut:
    _refuse_unknown(data, {"sha256", "strength"}, where)
    sha256 = data.get("sha256")
    if not isinstance(sha256, str) or _SHA256.fullmatch(sha256) is None:
        raise BadField(f"{where}.sha256", f"{where}.sha256 has to be a sha256: 64 digits from 0 to f.")
    strength = a_number(data.get("strength", 1.0), f"{where}.strength", *RANGES["strength"])
    if find_cube is None:
        raise BadField(f"{where}.kind", f"{where} is a lut, but no .cube files are taken here.")
    return Lut(sha256, find_cube(sha256), strength)


def _grade(kind: type[Any], data: Mapping[str, Any], where: str) -> Grade:
    names = {each.name: each.default for each in fields(kind)}
    _refuse_unknown(data, set(names), where)
    return kind(**{name: _value(kind, name, names[name], data[name], f"{where}.{name}") for name in data})


def _refuse_unknown(data: Mapping[str, Any], known: set[str], where: str) -> None:
    for name in data:
        if name not in known:
            raise BadField(
                f"{where}.{name:.40}", f"{where} has no field {name!r:.40}; there are {', '.join(sorted(known))}."
            )


def _value(kind: type[Any], name: str, default: object, value: object, where: str) -> object:
    if kind is Curves:
        return curve_points(value, where)
    if isinstance(default, tuple):
        return three_numbers(value, where, *RANGES[name])
    return a_number(value, where, *RANGES[name])


def _plain(value: Any) -> Any:
    return [_plain(each) for each in cast("tuple[Any, ...]", value)] if isinstance(value, tuple) else value
