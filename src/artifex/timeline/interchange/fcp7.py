"""Final Cut Pro 7 XML (xmeml 5), which Premiere and Resolve read too."""

from dataclasses import replace
from xml.etree.ElementTree import Element

from artifex.timeline.clip import Clip
from artifex.timeline.interchange.elements import add, written
from artifex.timeline.interchange.exported import (
    Exported,
    UrlOf,
    in_timeline_frames,
    length_in_timeline_frames,
    library_url,
    media_of,
    shown_name,
)
from artifex.timeline.interchange.losses import gaps, losses, special
from artifex.timeline.project import Project
from artifex.timeline.sources import MediaSource
from artifex.timeline.timecode import can_drop, nominal, timecode
from artifex.timeline.track import Track
from artifex.timeline.transition import Transition
from artifex.units import counted

_KEPT = {"disabled", "stills", "speeds", "transitions", "markers", "links", "settings"}


def write_fcp7(project: Project, url_of: UrlOf = library_url) -> Exported:
    """Export all video and audio tracks."""
    writer = _Writer(project, url_of)
    text = written(writer.document(), "xmeml")
    timeline = project.timeline
    transitions = [each for track in timeline.tracks for each in track.transitions]
    lost = [*losses(timeline, _KEPT), *special(each for each in transitions)]
    uneven = sum(0 < min(each.before, each.after) and each.before != each.after for each in transitions)
    if uneven:
        lost.append(f"{counted(uneven, 'transition')} not centred on a cut became centred and shorter.")
    return Exported(text, (*lost, *gaps(writer.left_out)))


class _Writer:
    def __init__(self, project: Project, url_of: UrlOf) -> None:
        self._project = project
        self._timeline = project.timeline
        self._url_of = url_of
        self._files: dict[str, str] = {}
        self._links: dict[str, list[str]] = {}
        for clip in self._timeline.clips():
            if clip.link is not None and media_of(project, clip) is not None:
                self._links.setdefault(clip.link, []).append(clip.id)
        self.left_out = 0

    def document(self) -> Element:
        root = Element("xmeml", version="5")
        sequence = add(root, "sequence", id="sequence-1")
        add(sequence, "name", self._project.name)
        add(sequence, "duration", self._timeline.duration)
        self._add_rate(sequence)
        self._add_timecode(sequence)
        media = add(sequence, "media")
        video = add(media, "video")
        self._add_format(video)
        audio = add(media, "audio")
        for track in self._timeline.tracks:
            if track.kind != "prompt":
                self._add_track(video if track.kind == "video" else audio, track)
        for marker in self._timeline.markers:
            element = add(sequence, "marker")
            add(element, "name", marker.name)
            add(element, "comment", marker.note)
            add(element, "in", marker.frame)
            add(element, "out", marker.frame + marker.duration if marker.duration else -1)
        return root

    def _add_track(self, parent: Element, track: Track) -> None:
        element = add(parent, "track")
        shown = [clip for clip in track.clips if media_of(self._project, clip) is not None]
        self.left_out += len(track.clips) - len(shown)
        into = {each.right: centred(each) for each in track.transitions}
        out = {each.left: centred(each) for each in track.transitions}
        names = {clip.id for clip in shown}
        for clip in shown:
            coming, going = into.get(clip.id), out.get(clip.id)
            coming = coming if coming and coming.left in names else None
            going = going if going and going.right in names else None
            self._add_clip(element, track, clip, coming, going)
            if going is not None:
                self._add_transition(element, track, clip.end, going)
        add(element, "enabled", _word(not track.muted))
        add(element, "locked", _word(track.locked))

    def _add_clip(
        self, parent: Element, track: Track, clip: Clip, coming: Transition | None, going: Transition | None
    ) -> None:
        media = media_of(self._project, clip)
        if media is None:
            return
        element = add(parent, "clipitem", id=clip.id)
        add(element, "name", shown_name(clip, media))
        add(element, "enabled", _word(clip.enabled))
        add(element, "duration", self._length(clip, media))
        self._add_rate(element)
        add(element, "start", -1 if coming else clip.start)
        add(element, "end", -1 if going else clip.end)
        first = self._source_start(clip, media) - (coming.before if coming else 0)
        add(element, "in", first)
        add(element, "out", first + clip.duration + (coming.before if coming else 0) + (going.after if going else 0))
        self._add_file(element, media)
        if track.kind == "audio":
            source = add(element, "sourcetrack")
            add(source, "mediatype", "audio")
            add(source, "trackindex", 1)
        if clip.speed != 1:
            _add_speed(element, clip, track.kind)
        for other in self._links.get(clip.link or "", []):
            add(add(element, "link"), "linkclipref", other)

    def _length(self, clip: Clip, media: MediaSource) -> int:
        """The length of the whole source at the clip's speed, in frames of the sequence."""
        if media.kind == "image":
            return clip.duration
        whole = length_in_timeline_frames(self._project, media)
        return int(whole / abs(clip.speed)) if clip.speed else whole

    def _source_start(self, clip: Clip, media: MediaSource) -> int:
        if media.kind == "image":
            return 0
        start = in_timeline_frames(self._project, clip)
        if clip.speed < 0:
            start = length_in_timeline_frames(self._project, media) - 1 - start
        return int(start / abs(clip.speed)) if clip.speed else int(start)

    def _add_file(self, parent: Element, media: MediaSource) -> None:
        """Described in full at its first use, and by its id after that."""
        if media.sha256 in self._files:
            add(parent, "file", id=self._files[media.sha256])
            return
        self._files[media.sha256] = f"file-{len(self._files) + 1}"
        element = add(parent, "file", id=self._files[media.sha256])
        add(element, "name", media.name or media.asset)
        add(element, "pathurl", self._url_of(media))
        self._add_rate(element)
        add(element, "duration", max(1, length_in_timeline_frames(self._project, media)))
        kinds = add(element, "media")
        if media.kind != "audio":
            characteristics = add(add(kinds, "video"), "samplecharacteristics")
            add(characteristics, "width", media.width)
            add(characteristics, "height", media.height)
        if media.has_sound:
            add(add(kinds, "audio"), "channelcount", 2)

    def _add_transition(self, parent: Element, track: Track, cut: int, transition: Transition) -> None:
        element = add(parent, "transitionitem")
        add(element, "start", cut - transition.before)
        add(element, "end", cut + transition.after)
        add(element, "alignment", _alignment(transition))
        self._add_rate(element)
        effect = add(element, "effect")
        audio = track.kind == "audio"
        add(effect, "name", "Cross Fade ( 0dB)" if audio else "Cross Dissolve")
        add(effect, "effectid", "KGAudioTransCrossFade0dB" if audio else "Cross Dissolve")
        add(effect, "effecttype", "transition")
        add(effect, "mediatype", track.kind)

    def _add_rate(self, parent: Element) -> None:
        rate = add(parent, "rate")
        add(rate, "timebase", nominal(self._timeline.rate))
        add(rate, "ntsc", _word(self._timeline.rate.denominator == 1001))

    def _add_timecode(self, parent: Element) -> None:
        element = add(parent, "timecode")
        self._add_rate(element)
        add(element, "string", timecode(0, self._timeline.rate))
        add(element, "frame", 0)
        add(element, "displayformat", "DF" if can_drop(self._timeline.rate) else "NDF")

    def _add_format(self, parent: Element) -> None:
        characteristics = add(add(parent, "format"), "samplecharacteristics")
        add(characteristics, "width", self._timeline.width)
        add(characteristics, "height", self._timeline.height)
        self._add_rate(characteristics)


def centred(transition: Transition) -> Transition:
    """The transition as the format can hold it: centred on the cut, or ending or beginning there."""
    if not transition.before or not transition.after:
        return transition
    half = min(transition.before, transition.after)
    return replace(transition, before=half, after=half)


def _alignment(transition: Transition) -> str:
    if transition.before and transition.after:
        return "center"
    return "end" if transition.before else "start"


def _add_speed(parent: Element, clip: Clip, kind: str) -> None:
    effect = add(add(parent, "filter"), "effect")
    add(effect, "name", "Time Remap")
    add(effect, "effectid", "timeremap")
    add(effect, "effectcategory", "motion")
    add(effect, "effecttype", "motion")
    add(effect, "mediatype", kind)
    for name, value in (
        ("variablespeed", "0"),
        ("speed", f"{float(abs(clip.speed) * 100):g}"),
        ("reverse", _word(clip.speed < 0)),
        ("frameblending", "FALSE"),
    ):
        parameter = add(effect, "parameter")
        add(parameter, "parameterid", name)
        add(parameter, "name", name)
        add(parameter, "value", value)


def _word(value: bool) -> str:
    return "TRUE" if value else "FALSE"
