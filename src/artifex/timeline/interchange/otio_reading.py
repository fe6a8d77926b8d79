"""OpenTimelineIO to a timeline: our own files come back equal, those of other programs as far as they are supported."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any, cast

from artifex.timeline.clip import Clip, parse_clip
from artifex.timeline.edits.draft import NewId
from artifex.timeline.interchange.otio_library import KEY, exact_rate, plain
from artifex.timeline.interchange.otio_writing import KINDS, TRANSITIONS
from artifex.timeline.joints import settled
from artifex.timeline.mapping import is_inside
from artifex.timeline.marker import Marker, parse_marker
from artifex.timeline.sources import ColourSource, MediaSource, Source
from artifex.timeline.timeline import Timeline
from artifex.timeline.track import Track, TrackKind, parse_track
from artifex.timeline.transition import Transition, parse_transition
from artifex.timeline.validate import misplaced

FindMedia = Callable[[str, str], MediaSource | None]
"""From a clip's URL and name to its media; None where it is unknown."""
_KIND_OF = {name: kind for kind, name in KINDS.items()}
_TRANSITION_OF = {name: kind for kind, name in TRANSITIONS.items()}


class Reader:
    def __init__(self, otio: Any, rate: Fraction, find_media: FindMedia, new_id: NewId) -> None:
        self._otio = otio
        self._rate = rate
        self._find_media = find_media
        self._new_id = new_id
        self.lost: dict[str, int] = {}

    def tracks(self, timeline: Any) -> tuple[Track, ...]:
        return tuple(self._track(track) for track in timeline.tracks if self._is_track(track))

    def markers(self, timeline: Any) -> tuple[Marker, ...]:
        found = [self._marker(marker) for marker in timeline.tracks.markers]
        return tuple(sorted(found, key=lambda marker: (marker.frame, marker.id)))

    def _is_track(self, item: Any) -> bool:
        if isinstance(item, self._otio.schema.Track):
            return True
        self._lose("nested sequences beside the tracks are left out")
        return False

    def _track(self, given: Any) -> Track:
        settings = plain(given.metadata).get(KEY)
        kind = cast("TrackKind", _KIND_OF.get(str(given.kind), "video"))
        track = (
            parse_track(settings | {"clips": []}, "track")
            if settings
            else Track(self._new_id(), kind, given.name or "")
        )
        clips: list[Clip] = []
        transitions: list[Transition] = []
        waiting: Any = None
        at = 0
        for item in given:
            if isinstance(item, self._otio.schema.Transition):
                waiting = item
                continue
            duration = self._frames(item.duration())
            clip = self._clip(item, at, duration, track) if duration > 0 else None
            if clip is not None:
                clips.append(clip)
                if waiting is not None and len(clips) > 1 and clips[-2].end == clip.start:
                    transitions.append(self._transition(waiting, clips[-2], clip))
            waiting = None
            at += duration
        fitting = settled(transitions, clips, self._rate)
        return replace(track, clips=tuple(clips), transitions=fitting)

    def _clip(self, item: Any, start: int, duration: int, track: Track) -> Clip | None:
        if isinstance(item, self._otio.schema.Gap):
            return None
        if not isinstance(item, self._otio.schema.Clip):
            self._lose("nested sequences are left out, with a gap in their place")
            return None
        data = plain(item.metadata).get(KEY)
        clip = self._own(item, data, start, duration) if data else self._foreign(item, start, duration, track)
        if clip is None or misplaced(clip, track) is not None:
            self._lose("clips whose media are not known are left out, with a gap in their place")
            return None
        if not is_inside(clip, self._rate):
            self._lose("clips that show more than their media hold are left out, with a gap in their place")
            return None
        return clip

    def _own(self, item: Any, data: dict[str, Any], start: int, duration: int) -> Clip:
        """The clip exactly as we wrote it, except for what another program has changed since."""
        written = data.pop("source_start_written", None)
        clip = parse_clip(data | {"start": start, "duration": duration}, f"clip {item.name}")
        now = float(item.source_range.start_time.value) if item.source_range else written
        if now != written:
            frames = Fraction(now or 0).limit_denominator(100_000)
            rate = clip.source.rate if hasattr(clip.source, "rate") else self._rate  # type: ignore[union-attr]
            clip = replace(clip, source_start=frames * cast("Fraction", rate) / self._rate)
        speed = self._speed(item)
        changed = float(clip.speed) != float(speed)
        return replace(clip, enabled=bool(item.enabled), speed=speed if changed else clip.speed)

    def _foreign(self, item: Any, start: int, duration: int, track: Track) -> Clip | None:
        reference = item.media_reference
        source: Source | None = None
        begin = 0.0
        if isinstance(reference, self._otio.schema.ExternalReference):
            source = self._find_media(str(reference.target_url), str(item.name))
            begin = self._seconds(reference.available_range.start_time) if reference.available_range else 0.0
        elif isinstance(reference, self._otio.schema.GeneratorReference) and track.kind == "video":
            source = ColourSource()
        if not isinstance(source, MediaSource):
            return Clip(self._new_id(), start, duration, source, name=str(item.name)) if source else None
        wanted = self._seconds(item.source_range.start_time) - begin if item.source_range else 0.0
        frames = Fraction(max(0.0, wanted)).limit_denominator(1_000_000) * source.rate
        whole = Fraction(round(frames))
        near = whole if abs(frames - whole) < Fraction(1, 100) else frames
        return Clip(
            self._new_id(),
            start,
            duration,
            source,
            near,
            self._speed(item),
            str(item.name),
            bool(item.enabled),
        )

    def _speed(self, item: Any) -> Fraction:
        for effect in item.effects:
            if isinstance(effect, self._otio.schema.FreezeFrame):
                return Fraction(0)
            if isinstance(effect, self._otio.schema.LinearTimeWarp):
                return Fraction(effect.time_scalar).limit_denominator(10_000)
            self._lose("effects of other programs are left out")
        return Fraction(1)

    def _transition(self, given: Any, left: Clip, right: Clip) -> Transition:
        before, after = self._frames(given.in_offset), self._frames(given.out_offset)
        data = plain(given.metadata).get(KEY)
        if data:
            changed = {"left": left.id, "right": right.id, "before": before, "after": after}
            return parse_transition(data | changed, "transition")
        kind = _TRANSITION_OF.get(str(given.transition_type))
        if kind is None:
            self._lose("transitions of other kinds became dissolves")
        name = self._new_id()
        return Transition(name, left.id, right.id, before, after, cast("Any", kind or "dissolve"))

    def _marker(self, given: Any) -> Marker:
        frame = self._frames(given.marked_range.start_time)
        duration = self._frames(given.marked_range.duration)
        data = plain(given.metadata).get(KEY)
        if data:
            return parse_marker(data | {"frame": frame, "duration": duration}, "marker")
        return Marker(self._new_id(), max(0, frame), max(0, duration), str(given.name), note=str(given.comment or ""))

    def _frames(self, time: Any) -> int:
        return round(float(time.value) * float(self._rate) / float(time.rate))

    def _seconds(self, time: Any) -> float:
        return float(time.value) / float(exact_rate(time.rate))

    def _lose(self, what: str) -> None:
        self.lost[what] = self.lost.get(what, 0) + 1

    def losses(self) -> Iterator[str]:
        for what, count in self.lost.items():
            yield f"{count} {what}." if count > 1 else f"{what[0].upper()}{what[1:]}."


def guessed_settings(given: Any) -> Timeline:
    """Settings for a file of another program: the rate is that of its start time or first clip, else 24.

    Such files state no size, so it is 1920x1080.
    """
    rates = [given.global_start_time.rate] if given.global_start_time else []
    for track in given.tracks:
        rates += [item.source_range.start_time.rate for item in track if getattr(item, "source_range", None)]
    rate = exact_rate(float(rates[0])) if rates and rates[0] > 1 else Fraction(24)
    return Timeline(rate, 1920, 1080)
