"""Adds shots that fill a gap or extend a clip, from a prompt and a model: builds the command for them."""

import json
from collections.abc import Sequence
from math import floor
from typing import Any

from artifex.api.clips import check_work
from artifex.api.project_requests import Bridging
from artifex.api.service import Caller, Service
from artifex.catalog.presets import Values
from artifex.catalog.spec import ModelSpec
from artifex.errors import in_field
from artifex.jobs import asking
from artifex.recipe import Recipe, Role
from artifex.timeline.commands import parse_command, perform
from artifex.timeline.commands.command import Command
from artifex.timeline.project import Project
from artifex.timeline.shots import Input
from artifex.timeline.takes import set_shot
from artifex.units import PixelSize

_NAME = 60
_TO_COME = "0" * 64
"""Placeholder for the hash of a frame that is extracted only when the shot is made."""


def with_bridge(project: Project, wanted: Bridging, the: Service, asks: Caller) -> Project:
    """The project with the new shot, which has no take yet. Raises BadInput, CannotRun, NotFound.

    In a gap, the shot leads to the frame that follows only if its model takes a last picture.
    """
    with in_field("model"):
        spec = asking.model_for(wanted.model, None, the.settings)
    command = _command(wanted, spec, project)
    shot: str = command.values["shot"]
    inputs = _usable(perform(project, command).shot(shot).inputs, spec)
    recipe = _recipe(project, wanted, [each.role for each in inputs], spec, the)
    check_work(recipe, spec, the.config.limits.clip_work)
    data = json.loads(json.dumps(recipe.to_data())) | {"references": []}
    return set_shot(perform(project, parse_command({**command.to_data(), "recipe": data})), shot, inputs=inputs)


def _usable(inputs: tuple[Input, ...], spec: ModelSpec) -> tuple[Input, ...]:
    """The inputs, without a last frame for models that take none, or where there is no first frame."""
    begins = any(each.role == "image" for each in inputs)
    return tuple(each for each in inputs if each.role == "image" or (begins and each.role in spec.accepts))


def _command(wanted: Bridging, spec: ModelSpec, project: Project) -> Command:
    """The command for the wanted number of frames, with a recipe that holds only length and rate so far."""
    frames = wanted.frames or spec.defaults.frame_count
    data: dict[str, Any] = {
        **wanted.model_dump(include={"edit", "track", "frame", "after", "shot"}, exclude_none=True),
        "recipe": {"frame_count": frames, "frame_rate": str(spec.defaults.frame_rate)},
        "name": wanted.prompt[:_NAME],
    }
    if wanted.edit == "extend":
        data["duration"] = 1 + floor((frames - 1) * project.timeline.rate / spec.defaults.frame_rate)
    return parse_command(data)


def _recipe(project: Project, wanted: Bridging, roles: Sequence[Role], spec: ModelSpec, the: Service) -> Recipe:
    size = PixelSize(width=project.timeline.width, height=project.timeline.height)
    ask = asking.Ask(
        prompt=wanted.prompt,
        given=Values(frame_count=wanted.frames),
        materials={role: asking.Material(_TO_COME, "the frame beside it", size) for role in roles},
    )
    return asking.compose(ask, spec, the.settings, lock=the.locks.lock)
