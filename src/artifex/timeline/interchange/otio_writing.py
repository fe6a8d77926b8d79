"""A project as OpenTimelineIO.

Structure, times, speeds and media are written as OpenTimelineIO objects, for other programs; the metadata of each
object holds everything exactly, for Artifex. Times are in frames at the timeline's rate.
"""

from fractions import Fraction
from typing import Any

from artifex.timeline.clip import Clip
from artifex.timeline.interchange.exported import UrlOf, in_timeline_frames, media_of
from artifex.timeline.interchange.otio_library import KEY
from artifex.timeline.marker import Marker
from artifex.timeline.project import Project
from artifex.timeline.sources import ColourSource, MediaSource, PromptSource, ShotSource, TitleSource
from artifex.timeline.track import Track
from artifex.timeline.transition import Transition

FORMAT = 1
KINDS = {"video": "Video", "audio": "Audio", "prompt": "Prompt"}
TRANSITIONS = {"dissolve": "SMPTE_Dissolve", "dip": "Artifex_Dip", "wipe": "SMPTE_Wipe"}


class Writer:
    def __init__(self, otio: Any, project: Project, url_of: UrlOf) -> None:
        self._otio = otio
        self._project = project
        self._rate = project.timeline.rate
        self._url_of = url_of

    def timeline(self) -> Any:
        whole = self._project.to_data()
        settings = self._project.timeline.settings_data()
        data = {**whole, "timeline": settings, "format": FORMAT, "project_format": whole["format"]}
        made = self._otio.schema.Timeline(name=self._project.name, metadata={KEY: data})
        made.global_start_time = self._time(0)
        for track in self._project.timeline.tracks:
            made.tracks.append(self._track(track))
        for marker in self._project.timeline.markers:
            made.tracks.markers.append(self._marker(marker))
        return made

    def _track(self, track: Track) -> Any:
        made = self._otio.schema.Track(name=track.name, kind=KINDS[track.kind])
        made.metadata[KEY] = track.settings_data()
        made.enabled = not track.muted
        into = {each.right: each for each in track.transitions}
        at = 0
        for clip in track.clips:
            if clip.start > at:
                made.append(self._otio.schema.Gap(source_range=self._range(Fraction(0), clip.start - at)))
            if clip.id in into:
                made.append(self._transition(into[clip.id]))
            made.append(self._clip(clip))
            at = clip.end
        return made

    def _clip(self, clip: Clip) -> Any:
        start = in_timeline_frames(self._project, clip)
        made = self._otio.schema.Clip(
            name=clip.name or clip.id,
            media_reference=self._reference(clip),
            source_range=self._range(start, clip.duration),
        )
        made.enabled = clip.enabled
        if clip.speed == 0:
            made.effects.append(self._otio.schema.FreezeFrame())
        elif clip.speed != 1:
            made.effects.append(self._otio.schema.LinearTimeWarp(time_scalar=float(clip.speed)))
        made.metadata[KEY] = clip.to_data() | {"source_start_written": float(start)}
        return made

    def _reference(self, clip: Clip) -> Any:
        schema = self._otio.schema
        match clip.source:
            case ColourSource(colour=colour):
                return schema.GeneratorReference(generator_kind="SolidColor", parameters={"color": colour})
            case TitleSource() as title:
                return schema.GeneratorReference(generator_kind="Title", parameters=title.to_data())
            case PromptSource(text=text):
                return schema.GeneratorReference(generator_kind="Prompt", parameters={"text": text})
            case MediaSource() | ShotSource() as source:
                media = media_of(self._project, clip)
                whole = Fraction(source.frame_count) * self._rate / source.rate
                url = f"artifex://shot/{clip.shot}" if media is None else self._url_of(media)
                length = clip.duration if source.is_endless else whole
                return schema.ExternalReference(target_url=url, available_range=self._range(Fraction(0), length))

    def _transition(self, transition: Transition) -> Any:
        made = self._otio.schema.Transition(
            name=transition.id,
            transition_type=TRANSITIONS[transition.kind],
            in_offset=self._time(transition.before),
            out_offset=self._time(transition.after),
        )
        made.metadata[KEY] = transition.to_data()
        return made

    def _marker(self, marker: Marker) -> Any:
        made = self._otio.schema.Marker(
            name=marker.name, marked_range=self._range(Fraction(marker.frame), marker.duration)
        )
        made.comment = marker.note
        made.metadata[KEY] = marker.to_data()
        return made

    def _time(self, frames: Fraction | int) -> Any:
        return self._otio.opentime.RationalTime(float(frames), float(self._rate))

    def _range(self, start: Fraction, duration: Fraction | int) -> Any:
        return self._otio.opentime.TimeRange(self._time(start), self._time(duration))
