"""FCPXML 1.9, for Final Cut Pro X: the lowest video track is the spine, all other tracks are connected to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from xml.etree.ElementTree import Element

from artifex.timeline.clip import Clip
from artifex.timeline.interchange.elements import add, written
from artifex.timeline.interchange.exported import Exported, UrlOf, library_url, media_of, shown_name
from artifex.timeline.interchange.losses import gaps, losses, special
from artifex.timeline.project import Project
from artifex.timeline.sources import MediaSource
from artifex.timeline.timecode import can_drop
from artifex.timeline.timeline import Timeline
from artifex.timeline.track import Track
from artifex.units import counted

_KEPT = {"disabled", "stills", "speeds", "transitions", "markers"}


def write_fcpxml(project: Project, url_of: UrlOf = library_url) -> Exported:
    """Export all video and audio tracks."""
    writer = _Writer(project, url_of)
    text = written(writer.document(), "fcpxml")
    spine = writer.spine_track
    connected = [each for track in project.timeline.tracks if track is not spine for each in track.transitions]
    lost = [*losses(project.timeline, _KEPT), *special(spine.transitions if spine else ())]
    if connected:
        became = "became a cut" if len(connected) == 1 else "became cuts"
        words = counted(len(connected), "transition")
        lost.append(f"{words} on other tracks than the lowest video track {became}.")
    return Exported(text, (*lost, *gaps(writer.left_out)))


@dataclass(frozen=True, slots=True)
class _Place:
    """An element of the spine: its frames from ``start`` up to ``end``, and where its local time starts, in seconds."""

    element: Element
    start: int
    end: int
    local: Fraction


class _Writer:
    def __init__(self, project: Project, url_of: UrlOf) -> None:
        self._project = project
        self._timeline: Timeline = project.timeline
        self._url_of = url_of
        self._resources = Element("resources")
        self._assets: dict[str, str] = {}
        self._formats: dict[tuple[Fraction, int, int], str] = {}
        self.spine_track = next((track for track in project.timeline.tracks if track.kind == "video"), None)
        self.left_out = 0

    def document(self) -> Element:
        root = Element("fcpxml", version="1.9")
        root.append(self._resources)
        shown = self._format(self._timeline.rate, self._timeline.width, self._timeline.height)
        event = add(add(root, "library"), "event", name=self._project.name or "Artifex")
        project = add(event, "project", name=self._project.name or "Artifex")
        sequence = add(
            project,
            "sequence",
            format=shown,
            duration=self._time(self._timeline.duration),
            tcStart="0s",
            tcFormat="DF" if can_drop(self._timeline.rate) else "NDF",
        )
        places = self._add_spine(add(sequence, "spine"))
        lanes = {"video": 0, "audio": 0}
        for track in self._timeline.tracks:
            if track.kind != "prompt" and track is not self.spine_track:
                lanes[track.kind] += 1
                self._connect(places, track, lanes[track.kind] if track.kind == "video" else -lanes[track.kind])
        self._add_markers(places)
        return root

    def _add_spine(self, spine: Element) -> list[_Place]:
        places: list[_Place] = []
        at = 0
        transitions = {each.left: each for each in self.spine_track.transitions} if self.spine_track else {}
        clips = self._with_media(self.spine_track)
        names = {clip.id for clip in clips}
        for clip in clips:
            if clip.start > at:
                places.append(self._gap(spine, at, clip.start))
            places.append(self._place(spine, clip))
            at = clip.end
            transition = transitions.get(clip.id)
            if transition is not None and transition.right in names:
                add(
                    spine,
                    "transition",
                    name="Cross Dissolve",
                    offset=self._time(clip.end - transition.before),
                    duration=self._time(transition.duration),
                )
        ends = [self._timeline.duration, *(marker.frame + 1 for marker in self._timeline.markers)]
        if max(ends) > at:
            places.append(self._gap(spine, at, max(ends)))
        return places

    def _with_media(self, track: Track | None) -> list[Clip]:
        clips = track.clips if track else ()
        shown = [clip for clip in clips if media_of(self._project, clip) is not None]
        self.left_out += len(clips) - len(shown)
        return shown

    def _gap(self, spine: Element, start: int, end: int) -> _Place:
        offset, duration = self._time(start), self._time(end - start)
        return _Place(
            add(spine, "gap", name="Gap", offset=offset, start="0s", duration=duration), start, end, Fraction(0)
        )

    def _place(self, spine: Element, clip: Clip) -> _Place:
        element = self._clip(spine, clip, Fraction(clip.start) / self._timeline.rate)
        return _Place(element, clip.start, clip.end, self._local(clip))

    def _connect(self, places: Sequence[_Place], track: Track, lane: int) -> None:
        for clip in self._with_media(track):
            place = next(place for place in places if place.start <= clip.start < place.end)
            offset = place.local + Fraction(clip.start - place.start) / self._timeline.rate
            element = self._clip(place.element, clip, offset)
            element.set("lane", str(lane))
            if track.kind == "audio":
                element.set("srcEnable", "audio")

    def _clip(self, parent: Element, clip: Clip, offset: Fraction) -> Element:
        """Of what has both, the pictures alone: sounds are clips of their own."""
        media = media_of(self._project, clip)
        assert media is not None
        element = add(
            parent,
            "asset-clip",
            ref=self._asset(media),
            name=shown_name(clip, media),
            offset=seconds(offset),
            start=seconds(self._local(clip)),
            duration=self._time(clip.duration),
        )
        if media.kind == "video" and media.has_sound:
            element.set("srcEnable", "video")
        if not clip.enabled:
            element.set("enabled", "0")
        if clip.speed != 1 and media.kind != "image":
            self._add_speed(element, clip, media)
        return element

    def _add_speed(self, element: Element, clip: Clip, media: MediaSource) -> None:
        """Add a ``timeMap`` from the clip's time to the source's."""
        lasts = Fraction(clip.duration) / self._timeline.rate
        first = clip.source_start / media.rate
        points = add(element, "timeMap")
        for time in (Fraction(0), lasts):
            add(points, "timept", time=seconds(time), value=seconds(first + time * clip.speed), interp="linear")

    def _local(self, clip: Clip) -> Fraction:
        """Where a clip's local time starts, in seconds: in source time, or 0 for stills and where speed is mapped."""
        media = media_of(self._project, clip)
        if media is None or media.kind == "image" or clip.speed != 1:
            return Fraction(0)
        return clip.source_start / media.rate

    def _add_markers(self, places: Sequence[_Place]) -> None:
        for marker in self._timeline.markers:
            place = next(place for place in places if place.start <= marker.frame < place.end)
            at = place.local + Fraction(marker.frame - place.start) / self._timeline.rate
            add(
                place.element,
                "marker",
                start=seconds(at),
                duration=self._time(max(1, marker.duration)),
                value=marker.name or "Marker",
                **({"note": marker.note} if marker.note else {}),
            )

    def _asset(self, media: MediaSource) -> str:
        """The id of the media's resource, which is added at first use."""
        if media.sha256 not in self._assets:
            shape = self._format(
                self._timeline.rate if media.kind != "video" else media.rate, media.width, media.height
            )
            name = f"a{len(self._assets) + 1}"
            self._assets[media.sha256] = name
            length = Fraction(media.frame_count) / media.rate
            element = add(
                self._resources,
                "asset",
                id=name,
                name=media.name or media.asset,
                start="0s",
                duration=seconds(Fraction(0) if media.kind == "image" else length),
                format=shape,
            )
            add(element, "media-rep", kind="original-media", src=self._url_of(media))
            if media.kind != "audio":
                element.set("hasVideo", "1")
            if media.has_sound:
                element.set("hasAudio", "1")
        return self._assets[media.sha256]

    def _format(self, rate: Fraction, width: int, height: int) -> str:
        key = rate, width, height
        if key not in self._formats:
            self._formats[key] = f"r{len(self._formats) + 1}"
            element = add(self._resources, "format", id=self._formats[key], frameDuration=frame_duration(rate))
            if width and height:
                element.set("width", str(width))
                element.set("height", str(height))
        return self._formats[key]

    def _time(self, frames: int) -> str:
        return seconds(Fraction(frames) / self._timeline.rate)


def seconds(value: Fraction) -> str:
    return f"{value.numerator}s" if value.denominator == 1 else f"{value.numerator}/{value.denominator}s"


def frame_duration(rate: Fraction) -> str:
    return f"{rate.denominator}/{rate.numerator}s"
