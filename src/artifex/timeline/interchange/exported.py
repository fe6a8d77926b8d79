"""The result of an export, and how media are named in it."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from artifex.timeline.clip import Clip
from artifex.timeline.project import Project
from artifex.timeline.sources import MediaSource, ShotSource

UrlOf = Callable[[MediaSource], str]
"""The URL at which another program finds a media file."""


@dataclass(frozen=True, slots=True)
class Exported:
    """``losses``: a sentence for each kind of thing that the format cannot hold."""

    text: str
    losses: tuple[str, ...]


def library_url(media: MediaSource) -> str:
    """A URL that names media by sha256, for when nobody has to find the file."""
    return f"artifex://media/{media.sha256}"


def media_of(project: Project, clip: Clip) -> MediaSource | None:
    """What a clip shows now: its media, or its shot's accepted take; None for anything else."""
    if isinstance(clip.source, MediaSource):
        return clip.source
    known = {shot.id for shot in project.shots}
    if isinstance(clip.source, ShotSource) and clip.source.shot in known:
        return project.accepted_media(clip.source.shot)
    return None


def shown_name(clip: Clip, media: MediaSource | None) -> str:
    return clip.name or (media.name if media else "") or clip.shot or clip.id


def in_timeline_frames(project: Project, clip: Clip) -> Fraction:
    """Where a clip begins in its source, in frames of the timeline's rate."""
    rate = clip.source.rate if isinstance(clip.source, MediaSource | ShotSource) else project.timeline.rate
    return clip.source_start * project.timeline.rate / rate


def length_in_timeline_frames(project: Project, media: MediaSource) -> int:
    return int(media.frame_count * project.timeline.rate / media.rate)
