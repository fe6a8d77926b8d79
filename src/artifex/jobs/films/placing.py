"""Places a library file on a timeline: as a video clip, an audio clip, or both linked."""

from collections.abc import Iterator
from fractions import Fraction
from math import floor
from typing import Any, Literal

from artifex.errors import BadInput
from artifex.store.asset_rows import AssetRow
from artifex.timeline.commands import fresh_id
from artifex.timeline.sources import MediaSource, ShotSource
from artifex.timeline.timeline import Timeline
from artifex.timeline.track import Track, TrackKind

Mode = Literal["insert", "overwrite", "append"]

_NAME = 80
_PICTURE_SECONDS = 3
"""The initial duration of a still picture."""


def media_source(row: AssetRow) -> MediaSource:
    """An asset as a timeline source, named by its prompt if it has one. Raises BadInput for other kinds of assets."""
    facts, name = row.facts, _shown_name(row)
    match row.kind:
        case "video" | "preview":
            return MediaSource(
                row.id,
                row.sha256,
                "video",
                int(facts["frame_count"]),
                Fraction(str(facts["frame_rate"])),
                has_sound=bool(facts.get("sound")),
                width=int(facts["width"]),
                height=int(facts["height"]),
                name=name,
            )
        case "image":
            width, height = int(facts["width"]), int(facts["height"])
            return MediaSource(row.id, row.sha256, "image", 1, Fraction(1), width=width, height=height, name=name)
        case "audio":
            rate = int(facts["sample_rate"])
            samples = max(1, floor(float(facts["seconds"]) * rate))
            return MediaSource(row.id, row.sha256, "audio", samples, Fraction(rate), has_sound=True, name=name)
        case _:
            raise BadInput("Only clips, pictures and sounds go on a timeline; choose one of these.")


def placing_commands(
    timeline: Timeline,
    source: MediaSource,
    mode: Mode,
    at: int = 0,
    track_id: str | None = None,
    shot: str | None = None,
) -> list[dict[str, Any]]:
    """Edit commands that place a source on the named track, or the first unlocked one; they add missing tracks.

    ``shot``: the shot whose accepted take it is; the clip then shows whichever take of the shot is accepted. Raises
    BadInput if the track is of the wrong kind, NotFound.
    """
    wanted = list(_kinds(source))
    if track_id is not None and timeline.track(track_id).kind != wanted[0]:
        raise BadInput(f"That track takes no {wanted[0]}; choose another.")
    commands: list[dict[str, Any]] = []
    clips: list[dict[str, Any]] = []
    link = fresh_id() if len(wanted) > 1 else None
    for kind in wanted:
        track = track_id if kind == wanted[0] and track_id else _first(timeline.tracks, kind)
        if track is None:
            track = fresh_id()
            commands.append({"edit": "add_track", "track": track, "kind": kind})
        clips.append({"track": track, "clip": _clip(timeline, source, link, shot)})
    place: dict[str, Any] = {"edit": mode, "clips": clips}
    return [*commands, place if mode == "append" else place | {"at": at}]


def _shown_name(row: AssetRow) -> str:
    return str((row.recipe or {}).get("prompt") or row.name)[:_NAME]


def _kinds(source: MediaSource) -> Iterator[TrackKind]:
    if source.kind != "audio":
        yield "video"
    if source.has_sound:
        yield "audio"


def _first(tracks: tuple[Track, ...], kind: TrackKind) -> str | None:
    return next((track.id for track in tracks if track.kind == kind and not track.locked), None)


def _clip(timeline: Timeline, source: MediaSource, link: str | None, shot: str | None) -> dict[str, Any]:
    seconds = Fraction(_PICTURE_SECONDS) if source.is_endless else source.frame_count / source.rate
    clip: dict[str, Any] = {
        "start": 0,
        "duration": max(1, floor(seconds * timeline.rate)),
        "source": (source if shot is None else _of_shot(shot, source)).to_data(),
        "name": source.name,
    }
    return clip if link is None else clip | {"link": link}


def _of_shot(shot: str, take: MediaSource) -> ShotSource:
    return ShotSource(shot, take.frame_count, take.rate, take.has_sound, take.width, take.height)
