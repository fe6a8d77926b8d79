"""CMX 3600 edit decision lists, which every editor reads: one video track with cuts, dissolves and speeds."""

from dataclasses import replace
from fractions import Fraction

from artifex.errors import BadInput
from artifex.timeline.clip import Clip
from artifex.timeline.interchange.exported import (
    Exported,
    UrlOf,
    in_timeline_frames,
    library_url,
    media_of,
    shown_name,
)
from artifex.timeline.interchange.losses import gaps, losses, special
from artifex.timeline.project import Project
from artifex.timeline.timecode import can_drop, nominal, timecode
from artifex.timeline.track import Track
from artifex.timeline.transition import Transition

_MOST_EVENTS = 999


def write_edl(project: Project, track: str | None = None, url_of: UrlOf = library_url) -> Exported:
    """Export one video track, the lowest if None. Record timecodes start at 01:00:00:00.

    Raises BadInput for more than 999 events, the most that the format can number; NotFound for an unknown track.
    """
    timeline = project.timeline
    chosen = _track(project, track)
    clips = [clip for clip in chosen.clips if clip.enabled and media_of(project, clip) is not None]
    if len(clips) > _MOST_EVENTS:
        raise BadInput(
            f"An EDL can number {_MOST_EVENTS} events, this track has {len(clips)} clips; use another format."
        )
    writer = _Writer(project, chosen, url_of)
    lines = [
        f"TITLE: {_plain(project.name)}",
        f"FCM: {'DROP FRAME' if can_drop(timeline.rate) else 'NON-DROP FRAME'}",
        "",
    ]
    for clip in clips:
        lines += writer.event(clip)
    alone = replace(timeline, tracks=(chosen,))
    lost = [*losses(alone, {"speeds", "disabled", "transitions", "stills"}), *special(chosen.transitions)]
    others = sum(bool(each.clips) for each in timeline.tracks if each.id != chosen.id)
    if others:
        words = "1 other track is" if others == 1 else f"{others} other tracks are"
        lost.insert(0, f"An EDL holds one video track; {words} left out.")
    lost += gaps(len(chosen.clips) - len(clips), ", disabled or without media,")
    return Exported("\n".join(lines) + "\n", tuple(lost))


def _track(project: Project, track: str | None) -> Track:
    if track is not None:
        return project.timeline.track(track)
    for each in project.timeline.tracks:
        if each.kind == "video":
            return each
    raise BadInput("The timeline has no video track to write.")


class _Writer:
    def __init__(self, project: Project, track: Track, url_of: UrlOf) -> None:
        self._project = project
        self._rate = project.timeline.rate
        self._url_of = url_of
        self._into = {each.right: each for each in track.transitions}
        self._out = {each.left: each for each in track.transitions}
        self._clips = {clip.id: clip for clip in track.clips}
        self._start = nominal(self._rate) * 3600
        if can_drop(self._rate):
            self._start -= (4 if nominal(self._rate) == 60 else 2) * 54
        self._number = 0

    def event(self, clip: Clip) -> list[str]:
        """The lines of one clip. An EDL writes a dissolve as the beginning of the incoming clip."""
        self._number += 1
        into, out = self._shown(self._into.get(clip.id)), self._shown(self._out.get(clip.id))
        start = clip.start - (into.before if into else 0)
        end = clip.end - (out.before if out else 0)
        lines: list[str] = []
        effect = "C        "
        if into is not None:
            before = self._clips[into.left]
            at = self._source(before, start)
            lines.append(self._line("C        ", at, at, start, start))
            effect = f"D {into.duration:03d}    "
        first = self._source(clip, start)
        last = first + max(1, round((end - start) * abs(clip.speed)))
        lines.append(self._line(effect, first, last, start, end))
        if into is not None:
            lines.append(f"* FROM CLIP NAME: {self._name(self._clips[into.left])}")
        lines.append(f"* {'TO' if into else 'FROM'} CLIP NAME: {self._name(clip)}")
        media = media_of(self._project, clip)
        if media is not None:
            lines.append(f"* {'TO' if into else 'FROM'} CLIP: {_plain(self._url_of(media))}")
        if clip.speed != 1:
            frames = float(clip.speed * nominal(self._rate))
            lines.append(f"M2   AX             {frames:05.1f}                {timecode(first, self._rate)}")
        return [*lines, ""]

    def _shown(self, transition: Transition | None) -> Transition | None:
        """The transition if both of its clips are written, else None."""
        if transition is None:
            return None
        both = [self._clips[transition.left], self._clips[transition.right]]
        return transition if all(each.enabled and media_of(self._project, each) for each in both) else None

    def _line(self, effect: str, first: int, last: int, start: int, end: int) -> str:
        source = f"{timecode(first, self._rate)} {timecode(last, self._rate)}"
        record = f"{timecode(start + self._start, self._rate)} {timecode(end + self._start, self._rate)}"
        return f"{self._number:03d}  AX       V     {effect}{source} {record}"

    def _source(self, clip: Clip, frame: int) -> int:
        at = in_timeline_frames(self._project, clip) + (frame - clip.start) * Fraction(clip.speed)
        return max(0, int(at))

    def _name(self, clip: Clip) -> str:
        return _plain(shown_name(clip, media_of(self._project, clip)))


def _plain(text: str) -> str:
    return " ".join(text.split())
