"""Edits of a project: its shots and takes, its assets and models. Undo works as for those of the timeline."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from artifex.errors import BadInput, Conflict
from artifex.recipe import ModelLock
from artifex.timeline.build_graph import check_graph
from artifex.timeline.clip import Clip
from artifex.timeline.edits.draft import shown
from artifex.timeline.fields import is_id
from artifex.timeline.joints import settled
from artifex.timeline.mapping import tail_room
from artifex.timeline.project import Project
from artifex.timeline.shots import Input, Shot, Take, TakeState
from artifex.timeline.sources import MediaSource, ShotSource
from artifex.timeline.timeline import Timeline
from artifex.timeline.track import Track

LONGEST_NAME = 100
"""The most characters of a project's name."""


def rename_project(project: Project, name: str) -> Project:
    """Give the project another name, one line of up to 100 characters. Raises BadInput."""
    line = name.strip()
    if not 0 < len(line) <= LONGEST_NAME or any(ord(letter) < 32 for letter in line):
        raise BadInput(f"A project's name is one line of 1 to {LONGEST_NAME} characters.")
    return replace(project, name=line)


def lock_models(project: Project, models: Sequence[ModelLock]) -> Project:
    """Pin these models, replacing those with the same names."""
    locked = {model.name: model for model in (*project.models, *models)}
    return replace(project, models=tuple(locked[name] for name in sorted(locked)))


def add_asset(project: Project, asset: MediaSource) -> Project:
    """Add media of the library to the project."""
    return project.with_asset(asset)


def remove_asset(project: Project, asset: str) -> Project:
    """Remove an asset that nothing uses from the project. Raises Conflict, NotFound."""
    gone = project.asset(asset)
    sources = [clip.source for clip in project.timeline.clips()]
    shows = any(isinstance(source, MediaSource) and source.asset == asset for source in sources)
    takes = any(take.asset == asset for shot in project.shots for take in shot.takes)
    if shows or takes:
        raise Conflict(f"{gone.name or gone.asset} is used by a clip or is a take of a shot; remove that first.")
    return replace(project, assets=tuple(each for each in project.assets if each.asset != asset))


def add_shot(project: Project, shot: Shot) -> Project:
    """Add a shot. Raises Conflict, BadInput."""
    if not is_id(shot.id) or any(each.id == shot.id for each in project.shots):
        raise Conflict(f"The id {shot.id!r:.70} cannot be given to a new shot; choose another.")
    return _checked(project.with_shot(shot))


def set_shot(
    project: Project,
    shot: str,
    *,
    name: str | None = None,
    recipe: Mapping[str, Any] | None = None,
    inputs: Sequence[Input] | None = None,
) -> Project:
    """Change the given properties of a shot; its takes stay. Raises BadInput for a cycle of shots."""
    old = project.shot(shot)
    changed = replace(
        old,
        name=old.name if name is None else name,
        recipe=old.recipe if recipe is None else recipe,
        inputs=old.inputs if inputs is None else tuple(inputs),
    )
    return _checked(project.with_shot(changed))


def remove_shot(project: Project, shot: str) -> Project:
    """Remove a shot that no clip shows and no other shot takes frames from. Raises Conflict, NotFound."""
    gone = project.shot(shot)
    if any(clip.shot == shot for clip in project.timeline.clips()):
        raise Conflict(f"The shot {gone.name or gone.id} is on the timeline; remove its clips first.")
    if any(bridge.shot == shot for each in project.shots for bridge in each.bridges):
        raise Conflict(f"Another shot goes on from {gone.name or gone.id}; change that one first.")
    return replace(project, shots=tuple(each for each in project.shots if each.id != shot))


def add_take(project: Project, shot: str, asset: MediaSource, take: Take) -> Project:
    """Add a take to a shot, without accepting it. Raises BadInput, Conflict."""
    if take.asset != asset.asset or take.state == "accepted":
        raise BadInput("A new take names the asset that it is, and is accepted in a step of its own.")
    old = project.shot(shot)
    if any(each.asset == take.asset for each in old.takes):
        raise Conflict(f"The shot {old.name or old.id} has this take already.")
    return project.with_asset(asset).with_shot(old.with_take(take))


def accept_take(project: Project, shot: str, asset: str) -> Project:
    """Accept a take, so that all clips of the shot show it; the one accepted before is auditioned again.

    Clips that are longer than the take are shortened, on locked tracks too. Raises BadInput when a clip begins after
    the take's end, or plays sound that it does not have.
    """
    old = project.shot(shot)
    states: dict[str, TakeState] = {each.asset: "auditioned" for each in old.takes if each.state == "accepted"}
    changed = old
    for name, state in (states | {old.take(asset).asset: "accepted"}).items():
        changed = changed.with_take(replace(changed.take(name), state=state))
    timeline = _following(project.timeline, shot, project.asset(asset))
    return replace(project.with_shot(changed), timeline=timeline)


def reject_take(project: Project, shot: str, asset: str) -> Project:
    """Reject a take; if it was accepted, the shot has no accepted take. Raises NotFound."""
    return _with_state(project, shot, asset, "rejected")


def audition_take(project: Project, shot: str, asset: str) -> Project:
    """Make a rejected or accepted take an auditioned one again. Raises NotFound."""
    return _with_state(project, shot, asset, "auditioned")


def _with_state(project: Project, shot: str, asset: str, state: TakeState) -> Project:
    old = project.shot(shot)
    return project.with_shot(old.with_take(replace(old.take(asset), state=state)))


def _checked(project: Project) -> Project:
    check_graph(project)
    return project


def _following(timeline: Timeline, shot: str, take: MediaSource) -> Timeline:
    """The timeline with the take's figures where the shot is shown."""
    tracks = [track for track in timeline.tracks if any(clip.shot == shot for clip in track.clips)]
    return timeline.with_tracks(_followed(track, timeline, shot, take) for track in tracks)


def _followed(track: Track, timeline: Timeline, shot: str, take: MediaSource) -> Track:
    if track.kind == "audio" and not take.has_sound:
        raise BadInput(f"This take has no sound, but track {track.shown_name} plays that of the shot; remove it first.")
    clips = tuple(_showing(clip, timeline, take) if clip.shot == shot else clip for clip in track.clips)
    return replace(track, clips=clips, transitions=settled(track.transitions, clips, timeline.rate))


def _showing(clip: Clip, timeline: Timeline, take: MediaSource) -> Clip:
    old = clip.source
    if not isinstance(old, ShotSource):
        return clip
    source = old.with_take(take)
    changed = replace(clip, source=source, source_start=clip.source_start * source.rate / old.rate)
    room = tail_room(replace(changed, duration=1), timeline.rate)
    if not 0 <= changed.source_start < source.frame_count or (room is not None and room < 0):
        raise BadInput(f"This take is shorter: {shown(clip)} begins after its end; slip it first.")
    return replace(changed, duration=min(clip.duration, clip.duration if room is None else room + 1))
