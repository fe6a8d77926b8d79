"""Generated clips as shots of a project: their recipes, their inputs, and requests for new takes."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, TypeGuard

from artifex.errors import BadInput, Conflict
from artifex.jobs.films.placing import Mode, media_source, placing_commands
from artifex.jobs.queue import JobRow
from artifex.jobs.state import Succeeded
from artifex.recipe import Recipe, parse_recipe_data
from artifex.store.asset_rows import AssetRow
from artifex.timeline.build_graph import inputs_hash, rebuild_order, stale, takes_to_accept, unmade
from artifex.timeline.commands import fresh_id, parse_command, perform
from artifex.timeline.project import Project
from artifex.timeline.prompts import shot_prompts
from artifex.timeline.shots import AssetInput, BridgeInput, Input, Shot, Take, Treated
from artifex.timeline.sources import MediaSource
from artifex.timeline.takes import accept_take, add_shot, add_take
from artifex.timeline.timeline import Timeline

FindByContent = Callable[[str], AssetRow | None]
"""Finds a library file by its sha256; None if there is none."""
FindById = Callable[[str], AssetRow]
"""Finds a library file by its id. Raises NotFound."""
FrameOf = Callable[[Input], str]
"""Returns the sha256 of an input's frame as a picture: of another shot's accepted take, or of a library video."""
_NAME = 60


def with_shot_of(project: Project, row: AssetRow, find: FindByContent) -> tuple[Project, str] | None:
    """The project with a new shot whose accepted take is this clip, and the shot's id.

    None for a clip without a recipe, or whose references are no longer in the library.
    """
    if row.recipe is None:
        return None
    recipe = dict(row.recipe)
    inputs: list[Input] = []
    for reference in recipe.pop("references", []):
        found = find(reference["sha256"])
        if found is None:
            return None
        inputs.append(AssetInput(reference["role"], found.id, found.sha256))
    shot = Shot(fresh_id(), str(recipe.get("prompt", ""))[:_NAME], recipe, tuple(inputs))
    project = add_shot(project, shot)
    sha256 = parse_recipe_data(row.recipe).sha256
    return with_take(project, shot.id, row, sha256, inputs_hash(project, shot), row.created_at), shot.id


def with_file(
    project: Project,
    row: AssetRow,
    find: FindByContent,
    mode: Mode = "append",
    at: int = 0,
    track: str | None = None,
) -> Project:
    """The project with a file on its timeline; a clip with a recipe becomes a shot. Raises BadInput, NotFound."""
    source = media_source(row)
    made = with_shot_of(project, row, find)
    project, shot = made or (project, None)
    for command in placing_commands(project.timeline, source, mode, at, track, shot):
        project = perform(project, parse_command(command))
    return project


def ready_shots(project: Project, wanted: Sequence[str] = ()) -> list[Shot]:
    """Those of the wanted shots that can be made now; none: all that are stale or unmade and have no take to accept.

    The others continue from a shot that has to be made and accepted first. Raises NotFound.
    """
    not_ready = {*stale(project), *unmade(project)}
    order = rebuild_order(project, wanted or not_ready)
    made = takes_to_accept(project, not_ready).keys() - set(wanted)
    shots = [project.shot(one) for one in order if one not in made]
    return [shot for shot in shots if not any(bridge.shot in order for bridge in shot.bridges)]


def bridged_frame(project: Project, given: Input, find: FindById) -> tuple[MediaSource, int]:
    """The take or library video that a shot continues from, and the frame number. Raises Conflict, NotFound."""
    media = media_source(find(given.asset)) if isinstance(given, AssetInput) else bridged_take(project, given)
    if isinstance(given.frame, int):
        return media, given.frame
    return media, 0 if given.frame == "first" else media.frame_count - 1


def bridged_take(project: Project, bridge: BridgeInput) -> MediaSource:
    """The accepted take that a shot continues from. Raises Conflict, NotFound."""
    take = project.accepted_media(bridge.shot)
    if take is None:
        raise Conflict("A shot goes on from one that has no accepted take; accept one first.")
    return take


def recipe_data(shot: Shot, frame_of: FrameOf) -> dict[str, Any]:
    """The recipe of a new take, as JSON. Raises what ``frame_of`` raises."""
    references = [
        {"role": each.role, "sha256": each.sha256 if _is_whole(each) else frame_of(each)} for each in shot.inputs
    ]
    return {**shot.recipe, "references": sorted(references, key=lambda one: one["role"])}


def _is_whole(given: Input) -> TypeGuard[AssetInput]:
    return isinstance(given, AssetInput) and given.frame is None


def prompts_asked(timeline: Timeline, shot: str, recipe: Recipe) -> dict[str, Any]:
    """The prompts that prompt tracks set over a shot, as fields of a request for a take; empty if they set none.

    Where no track sets a prompt, that of the shot's ``recipe`` applies.
    """
    points = shot_prompts(timeline, shot)
    if not points:
        return {}
    first, *later = [replace(point, text=recipe.prompt if point.text is None else point.text) for point in points]
    marks = {
        point.frame: {
            "frame": point.frame,
            "prompt": point.text,
            "crossfade": min(point.crossfade, recipe.frame_count - point.frame),
        }
        for point in later
        if 0 < point.frame < recipe.frame_count
    }
    return {"prompt": first.text, "prompt_track": list(marks.values())}


def ask_for_take(request: Mapping[str, Any], project: Project, shot: Shot) -> dict[str, Any]:
    """A job's request, extended by the shot that it makes a take of."""
    return {**request, "shot": {"id": shot.id, "inputs_sha256": inputs_hash(project, shot)}}


def ask_for_treated_take(shot: Shot, take: Take, treatment: Mapping[str, Any]) -> dict[str, Any]:
    """The request of a ``filter`` job that makes a treated take from another take. Raises Conflict if the shot has that
    treated take already."""
    wanted = Treated(take.asset, treatment)
    if any(each.treated == wanted for each in shot.takes):
        raise Conflict("The shot has this take with this treatment already; accept it among its takes.")
    made_of = {"inputs_sha256": take.inputs_sha256, "recipe_sha256": take.recipe_sha256}
    return {**wanted.to_data(), "shot": {"id": shot.id, **made_of}}


def with_new_takes(project: Project, jobs: Iterable[JobRow], find: Callable[[str], AssetRow | None]) -> Project:
    """The project with the takes that these jobs have made for its shots. A shot's first take is accepted at once if
    its clips can show it, except a treated one.

    ``find`` returns a library file by its id. Results for a deleted shot, and takes that exist already, are ignored.
    """
    shots = {shot.id for shot in project.shots}
    for job in jobs:
        wanted = job.request.get("shot")
        if wanted is None or wanted["id"] not in shots:
            continue
        result = job.state.result if isinstance(job.state, Succeeded) else {}
        for asset in result.get("asset_ids", []):
            row = find(asset)
            if row is None or any(take.asset == asset for take in project.shot(wanted["id"]).takes):
                continue
            if job.kind == "filter":
                project = _with_treated_take(project, job, row)
                continue
            recipe = parse_recipe_data(row.recipe or job.request["recipe"]).sha256
            project = with_take(project, wanted["id"], row, recipe, wanted["inputs_sha256"], row.created_at)
    return project


def _with_treated_take(project: Project, job: JobRow, row: AssetRow) -> Project:
    wanted = job.request["shot"]
    treated = Treated(job.request["asset"], job.request["treatment"])
    hashes = wanted["recipe_sha256"], wanted["inputs_sha256"]
    take = Take(row.id, *hashes, _told(row.created_at), treated=treated)
    return add_take(project, wanted["id"], media_source(row), take)


def with_take(project: Project, shot: str, row: AssetRow, recipe: str, inputs: str, made_at: float) -> Project:
    """The project with a clip as a new take of a shot, accepted if none is yet and the shot's clips can show it: a film
    whose clips begin after the end of a new take has to open all the same. ``made_at`` in seconds since 1970."""
    project = add_take(project, shot, media_source(row), Take(row.id, recipe, inputs, _told(made_at)))
    if project.shot(shot).accepted is not None:
        return project
    with suppress(BadInput):
        return accept_take(project, shot, row.id)
    return project


def _told(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="seconds")
