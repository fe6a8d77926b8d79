"""Shots as a build graph: which are stale, and in what order they have to be made."""

import hashlib
from collections.abc import Collection, Iterable
from typing import Any, cast

from artifex.errors import BadInput, NotFound
from artifex.timeline.fields import canonical
from artifex.timeline.project import Project, model_data
from artifex.timeline.prompts import shot_prompts
from artifex.timeline.shots import AssetInput, Input, Shot, Take


def inputs_hash(project: Project, shot: Shot) -> str:
    """sha256 of everything that determines a new take: recipe, prompts over time, references, models, and the accepted
    takes of shots that it takes frames from. Names do not count."""
    data = {
        "recipe": dict(shot.recipe),
        "inputs": [_input_data(project, each) for each in shot.inputs],
        "models": [model_data(model) for model in project.models if model.name == _model_name(shot)],
        "prompts": [point.to_data() for point in shot_prompts(project.timeline, shot.id)],
    }
    return hashlib.sha256(canonical(data).encode()).hexdigest()


def stale(project: Project) -> tuple[str, ...]:
    """The shots whose accepted take was not made from the present inputs, or that depend on such a shot.

    In the project's order. Shots without an accepted take are not stale but :func:`unmade`.
    """
    tainted = _tainted(project)
    return tuple(shot.id for shot in project.shots if shot.id in tainted and shot.accepted is not None)


def unmade(project: Project) -> tuple[str, ...]:
    """The shots without an accepted take, in the project's order."""
    return tuple(shot.id for shot in project.shots if shot.accepted is None)


def waiting_take(project: Project, shot: Shot) -> Take | None:
    """A take generated from the shot's present inputs that was neither accepted nor rejected: a new one would be the
    same. None if there is none."""
    inputs = inputs_hash(project, shot)
    waiting = (take for take in shot.takes if take.state == "auditioned" and take.treated is None)
    return next((take for take in waiting if take.inputs_sha256 == inputs), None)


def takes_to_accept(project: Project, not_ready: Collection[str]) -> dict[str, str]:
    """The waiting takes of stale and unmade shots, as assets by shot; not of shots that depend on another such one."""
    shots = [shot for shot in project.shots if shot.id in not_ready]
    alone = [shot for shot in shots if not any(bridge.shot in not_ready for bridge in shot.bridges)]
    return {shot.id: take.asset for shot in alone if (take := waiting_take(project, shot)) is not None}


def rebuild_order(project: Project, wanted: Iterable[str]) -> tuple[str, ...]:
    """The wanted shots, and before each its dependencies that are stale or unmade. Raises NotFound, BadInput."""
    chosen = set(wanted)
    for name in chosen:
        project.shot(name)
    needed = set(chosen)
    not_ready = {*stale(project), *unmade(project)}
    order = _in_order(project)
    for shot in reversed(order):
        if shot.id in needed:
            needed |= {bridge.shot for bridge in shot.bridges if bridge.shot in not_ready}
    return tuple(shot.id for shot in order if shot.id in needed)


def check_graph(project: Project) -> None:
    """Raises BadInput for a cycle of shots, or a reference to a shot or asset that the project does not have."""
    _in_order(project)
    shots = {shot.id for shot in project.shots}
    assets = {asset.asset for asset in project.assets}
    for clip in project.timeline.clips():
        if clip.shot is not None and clip.shot not in shots:
            raise BadInput(f"The clip {clip.id} shows the shot {clip.shot}, which the project does not have.")
    for shot in project.shots:
        for take in shot.takes:
            if take.asset not in assets:
                raise BadInput(f"A take of the shot {shot.id} is the asset {take.asset}, which the project lacks.")


def _tainted(project: Project) -> set[str]:
    tainted: set[str] = set()
    for shot in _in_order(project):
        take = shot.accepted
        changed = take is not None and take.inputs_sha256 != inputs_hash(project, shot)
        if changed or any(bridge.shot in tainted for bridge in shot.bridges):
            tainted.add(shot.id)
    return tainted


def _in_order(project: Project) -> list[Shot]:
    """Every shot after those it depends on, otherwise in the project's order. Raises BadInput for a cycle."""
    by_id = {shot.id: shot for shot in project.shots}
    done: dict[str, Shot] = {}
    for first in project.shots:
        _visit(by_id, done, first)
    return list(done.values())


def _visit(by_id: dict[str, Shot], done: dict[str, Shot], first: Shot) -> None:
    """Depth first without recursion: a chain of shots may be long."""
    path: list[Shot] = [first]
    on_path = {first.id}
    while path:
        shot = path[-1]
        waiting = next((bridge.shot for bridge in shot.bridges if bridge.shot not in done), None)
        if shot.id in done or waiting is None:
            done.setdefault(shot.id, shot)
            on_path.discard(path.pop().id)
        elif waiting not in by_id:
            raise BadInput(f"The shot {shot.name or shot.id} goes on from {waiting}, which the project does not have.")
        elif waiting in on_path:
            names = " → ".join(each.name or each.id for each in path)
            raise BadInput(f"These shots depend on one another in a circle: {names}. Take one of the bridges away.")
        else:
            path.append(by_id[waiting])
            on_path.add(waiting)


def _input_data(project: Project, given: Input) -> dict[str, Any]:
    if isinstance(given, AssetInput):
        return {"role": given.role, "sha256": given.sha256, "frame": given.frame}
    media = _accepted(project, given.shot)
    return {"role": given.role, "take": media, "frame": given.frame}


def _accepted(project: Project, shot_id: str) -> str | None:
    try:
        media = project.accepted_media(shot_id)
    except NotFound:
        return None
    return None if media is None else media.sha256


def _model_name(shot: Shot) -> str:
    """A recipe names its model, with or without the hashes of its files."""
    model = shot.recipe.get("model")
    if isinstance(model, dict):
        model = cast("dict[str, Any]", model).get("name")
    return str(model)
