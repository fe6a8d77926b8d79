"""The edits of a project, by command name."""

from collections.abc import Mapping
from typing import Any

from artifex.recipe import unknown_field
from artifex.timeline import bridging, takes
from artifex.timeline.bridging import NewShot
from artifex.timeline.commands.command import Edit, needed, optional
from artifex.timeline.commands.kinds import COUNT, FRAME, ID, NEW_ID, TEXT, Kind
from artifex.timeline.edits.draft import NewId
from artifex.timeline.fields import Fields
from artifex.timeline.project import Project, parse_model
from artifex.timeline.shots import Input, Shot, parse_input, parse_recipe_values, parse_take
from artifex.timeline.sources import parse_media


def _recipe(fields: Fields, name: str) -> Mapping[str, Any]:
    """A shot's recipe, of which any part may be given. What has no effect on the clip is refused."""
    values = parse_recipe_values(fields.raw(name), fields.at(name))
    if (unknown := unknown_field(values)) is not None:
        raise fields.wrong(name, f"has an unknown field {unknown!r:.60}; correct it or leave it out.")
    if values.get("references"):
        raise fields.wrong(name, "has references, which a shot takes from its inputs; give them as those.")
    return values


_RECIPE = Kind(_recipe, {"type": "object"})
_INPUTS = Kind(lambda fields, name: fields.each(name, parse_input), {"type": "array", "items": {"type": "object"}})
_MODELS = Kind(lambda fields, name: fields.each(name, parse_model), {"type": "array", "items": {"type": "object"}})
_MEDIA = Kind(lambda fields, name: parse_media(fields.raw(name), fields.at(name)), {"type": "object"})
_TAKE = Kind(lambda fields, name: parse_take(fields.raw(name), fields.at(name)), {"type": "object"})


def _add_shot(
    project: Project, *, shot: str, recipe: Mapping[str, Any], name: str = "", inputs: tuple[Input, ...] = ()
) -> Project:
    return takes.add_shot(project, Shot(shot, name, recipe, inputs))


def _fill_gap(project: Project, *, track: str, frame: int, new_id: NewId, **new: Any) -> Project:
    return bridging.fill_gap(project, track, frame, NewShot(**new), new_id=new_id)


def _extend(project: Project, *, after: str, duration: int, new_id: NewId, **new: Any) -> Project:
    return bridging.extend(project, after, duration, NewShot(**new), new_id=new_id)


_add_shot.__doc__ = takes.add_shot.__doc__
_fill_gap.__doc__ = bridging.fill_gap.__doc__
_extend.__doc__ = bridging.extend.__doc__

_NEW = {"shot": needed(NEW_ID), "clip": needed(NEW_ID), "recipe": needed(_RECIPE), "name": optional(TEXT)}
_SHOT = {"shot": needed(ID)}
_TAKEN = _SHOT | {"asset": needed(ID)}

PROJECT_EDITS: dict[str, Edit] = {
    "rename_project": Edit(takes.rename_project, {"name": needed(TEXT)}, "project"),
    "lock_models": Edit(takes.lock_models, {"models": needed(_MODELS)}, "project"),
    "add_asset": Edit(takes.add_asset, {"asset": needed(_MEDIA)}, "project"),
    "remove_asset": Edit(takes.remove_asset, {"asset": needed(ID)}, "project"),
    "add_shot": Edit(
        _add_shot,
        {"shot": needed(NEW_ID), "recipe": needed(_RECIPE), "name": optional(TEXT), "inputs": optional(_INPUTS)},
        "project",
    ),
    "set_shot": Edit(
        takes.set_shot,
        _SHOT | {"name": optional(TEXT), "recipe": optional(_RECIPE), "inputs": optional(_INPUTS)},
        "project",
    ),
    "remove_shot": Edit(takes.remove_shot, _SHOT, "project"),
    "add_take": Edit(takes.add_take, _SHOT | {"asset": needed(_MEDIA), "take": needed(_TAKE)}, "project"),
    "accept_take": Edit(takes.accept_take, _TAKEN, "project"),
    "reject_take": Edit(takes.reject_take, _TAKEN, "project"),
    "audition_take": Edit(takes.audition_take, _TAKEN, "project"),
    "fill_gap": Edit(_fill_gap, {"track": needed(ID), "frame": needed(FRAME)} | _NEW, "project", makes_ids=True),
    "extend": Edit(_extend, {"after": needed(ID), "duration": needed(COUNT)} | _NEW, "project", makes_ids=True),
}
