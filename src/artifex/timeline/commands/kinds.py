"""The types of command fields: how each is read, and its JSON Schema."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast, get_args

from artifex.timeline.clip import MOST_FRAMES, Blend, Fit, parse_clip
from artifex.timeline.curves import Interpolation, parse_keyframe
from artifex.timeline.edits.draft import NewId
from artifex.timeline.edits.moving import MoveMode
from artifex.timeline.edits.placing import Placed
from artifex.timeline.edits.trimming import Edge
from artifex.timeline.fields import Fields
from artifex.timeline.looks import parse_look
from artifex.timeline.sources import parse_source
from artifex.timeline.track import TrackKind
from artifex.timeline.transition import Direction, TransitionKind

Schema = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Kind:
    """``read`` takes the field from a command; ``schema`` describes it to other programs."""

    read: Callable[[Fields, str], Any]
    schema: Schema
    makes_id: bool = False
    """Whether the field gets a new id when it is left out."""
    complete: Callable[[Any, NewId], Any] | None = None
    """Fills in missing ids inside the field's plain data."""


def choice(values: Any) -> Kind:
    names = get_args(values)
    return Kind(lambda fields, name: fields.one_of(name, names), {"enum": list(names)})


def whole(least: int, most: int = MOST_FRAMES) -> Kind:
    return Kind(
        lambda fields, name: fields.whole(name, least=least, most=most),
        {"type": "integer", "minimum": least, "maximum": most},
    )


def number(least: float, most: float) -> Kind:
    return Kind(
        lambda fields, name: fields.number(name, least=least, most=most),
        {"type": "number", "minimum": least, "maximum": most},
    )


def _ids(fields: Fields, name: str) -> tuple[str, ...]:
    values = fields.items(name)
    inner = Fields(dict(enumerate(values)), fields.at(name))
    return tuple(inner.id(index) for index in range(len(values)))  # type: ignore[arg-type]


def _placed(data: Any, where: str) -> Placed:
    fields = Fields(data, where)
    placed = Placed(fields.id("track"), parse_clip(fields.raw("clip"), fields.at("clip")))
    fields.finish()
    return placed


def _with_ids(items: Any, new_id: NewId) -> Any:
    """New clips may be given without an id, and without a start, which then is 0."""
    if not isinstance(items, list):
        return items
    return [_with_id(item, new_id) for item in cast("list[Any]", items)]


def _with_id(item: Any, new_id: NewId) -> Any:
    clip = _clip_in(item)
    return item if clip is None else {**item, "clip": {"start": 0, **clip, "id": clip.get("id") or new_id()}}


def _clip_in(item: object) -> dict[str, Any] | None:
    clip = cast("dict[str, Any]", item).get("clip") if isinstance(item, dict) else None
    return cast("dict[str, Any]", clip) if isinstance(clip, dict) else None


def _keyframes(fields: Fields, name: str) -> tuple[Any, ...]:
    return fields.each(name, parse_keyframe)


ID = Kind(lambda fields, name: fields.id(name), {"type": "string"})
NEW_ID = Kind(lambda fields, name: fields.id(name), {"type": "string"}, makes_id=True)
IDS = Kind(_ids, {"type": "array", "items": {"type": "string"}})
FRAME = whole(0)
FRAMES = whole(-MOST_FRAMES)
COUNT = whole(0)
INDEX = whole(0, 1000)
PIXELS = whole(1, 32_768)
HERTZ = whole(8_000, 384_000)
FLAG = Kind(lambda fields, name: fields.flag(name), {"type": "boolean"})
TEXT = Kind(lambda fields, name: fields.text(name), {"type": "string"})
COLOUR = Kind(lambda fields, name: fields.colour(name), {"type": "string", "pattern": "^#[0-9a-f]{6}$"})
VALUE = number(-1e9, 1e9)
PART = number(0.0, 1.0)
SPEED = Kind(lambda fields, name: fields.fraction(name), {"type": ["integer", "string"], "examples": [2, "1/2", "-1"]})
EDGE = choice(Edge)
MODE = choice(MoveMode)
TRACK_KIND = choice(TrackKind)
INTERPOLATION = choice(Interpolation)
TRANSITION_KIND = choice(TransitionKind)
DIRECTION = choice(Direction)
FIT = choice(Fit)
BLEND = choice(Blend)
LOOK = Kind(lambda fields, name: parse_look(fields.raw(name), fields.at(name)), {"type": "array"})
SOURCE = Kind(lambda fields, name: parse_source(fields.raw(name), fields.at(name)), {"type": "object"})
KEYFRAMES = Kind(_keyframes, {"type": "array", "items": {"type": "object"}})
PLACED = Kind(
    lambda fields, name: fields.each(name, _placed, ()),
    {"type": "array", "items": {"type": "object", "required": ["track", "clip"]}},
    complete=_with_ids,
)
