"""Looks as plain data: a chain of nodes, each of which changes colours.

``media/looks`` applies them to pixels. Values are of pictures in display-referred RGB from 0 to 1.
"""

from dataclasses import asdict, dataclass, fields
from itertools import pairwise
from typing import Any, cast

from artifex.errors import BadInput
from artifex.grades import GRADES, MOST_NODES, MOST_POINTS, RANGES, STRAIGHT, Grade, Lut, Points
from artifex.timeline.fields import Fields

_KINDS = {grade.kind: grade for grade in GRADES}


@dataclass(frozen=True, slots=True)
class LookNode:
    """``mix`` is how much of the node's result is taken, 0 to 1."""

    grade: Grade
    enabled: bool = True
    mix: float = 1.0

    @property
    def does_something(self) -> bool:
        neutral = not isinstance(self.grade, Lut) and self.grade == type(self.grade)()
        return self.enabled and self.mix > 0 and not neutral


@dataclass(frozen=True, slots=True)
class Look:
    """Nodes in the order in which they are applied."""

    nodes: tuple[LookNode, ...] = ()

    @property
    def does_something(self) -> bool:
        return any(node.does_something for node in self.nodes)

    @property
    def effective(self) -> "Look":
        """Without the nodes that change nothing."""
        return Look(tuple(node for node in self.nodes if node.does_something)) if self.nodes else self

    def to_data(self) -> list[dict[str, Any]]:
        return [_node_data(node) for node in self.nodes]


NO_LOOK = Look()


def parse_look(data: object, where: str) -> Look:
    """Raises BadInput."""
    holder = Fields({"nodes": data}, where)
    nodes = holder.each("nodes", _parse_node)
    if len(nodes) > MOST_NODES:
        raise BadInput(f"{where} has {len(nodes)} nodes; {MOST_NODES} are the most.")
    return Look(nodes) if nodes else NO_LOOK


def _parse_node(data: object, where: str) -> LookNode:
    given = Fields(data, where)
    kind = given.one_of("kind", tuple(_KINDS))
    enabled, mix = given.flag("enabled", True), given.number("mix", 1.0, 0.0, 1.0)
    wanted = _KINDS[kind]
    values = {each.name: _value(given, kind, each.name, each.default) for each in fields(wanted)}
    given.finish()
    return LookNode(wanted(**values), enabled, mix)


def _value(given: Fields, kind: str, name: str, default: object) -> Any:
    if name == "sha256":
        return given.sha256(name)
    if kind == "curves":
        return _points(given, name)
    least, most = RANGES[name]
    if isinstance(default, tuple):
        return given.numbers(name, 3, default, least, most)
    return given.number(name, default, least, most)


def _points(given: Fields, name: str) -> Points:
    points = tuple(_point(given, name, item) for item in given.items(name, STRAIGHT))
    if not 2 <= len(points) <= MOST_POINTS or any(here[0] >= there[0] for here, there in pairwise(points)):
        raise given.wrong(name, f"has to be 2 to {MOST_POINTS} points in order of their first number.")
    return points


def _point(given: Fields, name: str, item: Any) -> tuple[float, float]:
    if not isinstance(item, list | tuple):
        raise given.wrong(name, "has to be points of two numbers.")
    pair = [given.a_number(name, value, 0.0, 1.0) for value in cast("list[Any]", item)]
    if len(pair) != 2:
        raise given.wrong(name, "has to be points of two numbers.")
    return pair[0], pair[1]


def _node_data(node: LookNode) -> dict[str, Any]:
    data: dict[str, Any] = {"kind": node.grade.kind, **_plain(asdict(node.grade))}
    if not node.enabled:
        data["enabled"] = False
    if node.mix != 1.0:
        data["mix"] = node.mix
    return data


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {name: _listed(value) for name, value in values.items()}


def _listed(value: Any) -> Any:
    return [_listed(each) for each in cast("tuple[Any, ...]", value)] if isinstance(value, tuple) else value
