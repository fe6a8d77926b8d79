"""Files for other editors, read back with OpenTimelineIO's own adapters."""

import json
import random
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction
from typing import Any
from xml.etree import ElementTree

import pytest

from artifex.errors import BadInput, NotAvailable
from artifex.timeline.changes import difference
from artifex.timeline.clip import Clip
from artifex.timeline.interchange import (
    Exported,
    otio_library,
    read_otio,
    write_edl,
    write_fcp7,
    write_fcpxml,
    write_otio,
)
from artifex.timeline.interchange.otio_library import exact_rate
from artifex.timeline.marker import Marker
from artifex.timeline.project import Project
from artifex.timeline.shots import Shot
from artifex.timeline.sources import ColourSource, MediaSource, PromptSource, ShotSource, TitleSource
from artifex.timeline.timecode import frame_of
from artifex.timeline.timeline import Timeline
from artifex.timeline.track import Track
from artifex.timeline.transition import Transition
from tests.timeline.films import counter, film, with_film

opentimelineio: Any = pytest.importorskip("opentimelineio", reason="OpenTimelineIO has no package for this machine")

Cut = tuple[int, int, int]
"""Start, end, and first frame of the source."""


def source(number: int, rate: Fraction, kind: Any = "video") -> MediaSource:
    size = (1920, 1080) if kind != "audio" else (0, 0)
    return MediaSource(f"a{number}", f"{number:064x}", kind, 500, rate, True, *size, name=f"scene {number} <&> сцена")


def cut_project(rate: Fraction, dissolve: bool = False) -> Project:
    """Two video tracks and one of sound, with gaps."""
    first = Track(
        "v1",
        "video",
        clips=(
            Clip("c1", 0, 48, source(1, rate), Fraction(20), name="one"),
            Clip("c2", 48, 30, source(2, rate), Fraction(100)),
            Clip("c3", 90, 24, source(1, rate), Fraction(200)),
        ),
        transitions=(Transition("t", "c1", "c2", 6, 6),) if dissolve else (),
    )
    second = Track("v2", "video", clips=(Clip("c4", 60, 40, source(3, rate), Fraction(7)),))
    sounds = Track("a1", "audio", clips=(Clip("c5", 10, 60, source(4, rate, "audio"), Fraction(5)),))
    timeline = Timeline(
        rate, 1920, 1080, tracks=(sounds, first, second), markers=(Marker("m", 12, 3, "here", note="x"),)
    )
    return Project("p", "A film: <cut> & фильм", timeline)


def cuts_of(track: Track) -> list[Cut]:
    return [(clip.start, clip.end, int(clip.source_start)) for clip in track.clips]


def cuts_in(track: Any) -> list[Cut]:
    """Of a track that an adapter read."""
    found: list[Cut] = []
    for item in track:
        if isinstance(item, opentimelineio.schema.Clip):
            place = item.range_in_parent()
            start = round(place.start_time.value)
            found.append((start, start + round(place.duration.value), round(item.source_range.start_time.value)))
    return found


def adapted(text: str, adapter: str, **options: Any) -> Any:
    return opentimelineio.adapters.read_from_string(text, adapter, **options)


@with_film
def test_otio_gives_back_an_equal_project(dice: random.Random) -> None:
    shots = (Shot("s1", "Opening", {"prompt": "лиса", "seed": 3, "scale": 1.5, "none": None}),)
    project = Project("p", "film", film(dice), shots, (source(9, Fraction(24)),))
    read = read_otio(write_otio(project).text)
    assert not difference(project, read.project)
    assert read.project == project
    assert read.losses == ()


def test_otio_is_understood_by_other_programs() -> None:
    made = adapted(write_otio(cut_project(Fraction(24), dissolve=True)).text, "otio_json")
    tracks = [track for track in made.tracks if track.kind == "Video"]
    assert cuts_in(tracks[0]) == [(0, 48, 20), (48, 78, 100), (90, 114, 200)]
    [transition] = [item for item in tracks[0] if isinstance(item, opentimelineio.schema.Transition)]
    assert (transition.in_offset.value, transition.out_offset.value) == (6, 6)
    assert [track.kind for track in made.tracks] == ["Audio", "Video", "Video"]
    assert opentimelineio.algorithms.flatten_stack([tracks[1]]) is not None


def test_another_program_is_told_what_a_title_says() -> None:
    clip = Clip("t", 0, 24, TitleSource("Fin\n끝", 0.2, "#ffcc00"))
    project = Project("p", "Film", Timeline(Fraction(24), 64, 36, tracks=(Track("v", "video", clips=(clip,)),)))
    written = write_otio(project)
    assert written.losses == ()
    [reference] = [each.media_reference for each in adapted(written.text, "otio_json").find_clips()]
    assert (reference.generator_kind, dict(reference.parameters)) == ("Title", clip.source.to_data())
    assert read_otio(written.text).project == project


def test_what_another_program_changed_is_taken_over() -> None:
    project = cut_project(Fraction(24))
    made = adapted(write_otio(project).text, "otio_json")
    first = made.tracks[1][0]
    first.source_range = opentimelineio.opentime.TimeRange(
        opentimelineio.opentime.RationalTime(30, 24), opentimelineio.opentime.RationalTime(38, 24)
    )
    read = read_otio(opentimelineio.adapters.write_to_string(made, "otio_json"))
    assert cuts_of(read.project.timeline.track("v1")) == [(0, 38, 30), (38, 68, 100), (80, 104, 200)]


def test_a_file_of_another_program() -> None:
    otio = opentimelineio
    time, span = otio.opentime.RationalTime, otio.opentime.TimeRange
    made = otio.schema.Timeline(name="theirs")
    track = otio.schema.Track(name="V", kind="Video")
    known = otio.schema.ExternalReference("file:///a.mov", span(time(86400, 24), time(500, 24)))
    track.append(otio.schema.Clip("one", known, span(time(86410, 24), time(20, 24))))
    track.append(
        otio.schema.Transition(transition_type="SMPTE_Dissolve", in_offset=time(3, 24), out_offset=time(4, 24))
    )
    fast = otio.schema.Clip("two", known.clone(), span(time(86500, 24), time(20, 24)))
    fast.effects.append(otio.schema.LinearTimeWarp(time_scalar=2.0))
    track.append(fast)
    track.append(
        otio.schema.Clip("lost", otio.schema.ExternalReference("file:///b.mov"), span(time(0, 24), time(9, 24)))
    )
    track.append(otio.schema.Stack())
    track.append(otio.schema.Clip("end", otio.schema.GeneratorReference(), span(time(0, 24), time(9, 24))))
    made.tracks.append(track)
    made.tracks.markers.append(otio.schema.Marker("note", span(time(5, 24), time(0, 24))))
    text = otio.adapters.write_to_string(made, "otio_json")
    media = source(1, Fraction(24))
    read = read_otio(text, lambda url, name: media if url == "file:///a.mov" else None, counter())
    [ours] = read.project.timeline.tracks
    assert cuts_of(ours) == [(0, 20, 10), (20, 40, 100), (49, 58, 0)]
    assert ours.clips[1].speed == 2
    assert [(each.before, each.after) for each in ours.transitions] == [(3, 4)]
    assert len(read.losses) == 1
    assert "not known" in read.losses[0]
    assert read.project.assets == (media,)
    assert (read.project.timeline.rate, read.project.timeline.width) == (24, 1920)
    assert read.project.timeline.markers[0].frame == 5


@pytest.mark.parametrize(
    "text", ["", "{}", "[1]", '{"OTIO_SCHEMA": "Clip.2"}', '{"OTIO_SCHEMA": "Nonsense.1"}', "\x00"]
)
def test_what_is_no_otio_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        read_otio(text)


@with_film
def test_junk_in_any_field_is_refused_and_never_more(dice: random.Random) -> None:
    data = json.loads(write_otio(Project("p", "film", film(dice))).text)
    inside: Any = data
    while isinstance(inside, dict | list) and inside:
        key = dice.choice(list(inside)) if isinstance(inside, dict) else dice.randrange(len(inside))
        if dice.random() < 0.2 or not isinstance(inside[key], dict | list) or not inside[key]:
            inside[key] = dice.choice([None, "", "x" * 70, -1, 1.5, 2**40, 1e300, [], {}, True, "1/0", [[]]])
            break
        inside = inside[key]
    with suppress(BadInput):
        read_otio(json.dumps(data))


def test_damaged_metadata_is_refused_saying_where() -> None:
    data = json.loads(write_otio(cut_project(Fraction(24))).text)
    data["metadata"]["artifex"]["format"] = 99
    with pytest.raises(BadInput, match="format"):
        read_otio(json.dumps(data))
    data = json.loads(write_otio(cut_project(Fraction(24))).text)
    data["tracks"]["children"][1]["children"][0]["metadata"]["artifex"]["source"] = 5
    with pytest.raises(BadInput, match="source"):
        read_otio(json.dumps(data))


def test_without_the_package_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(otio_library.importlib, "import_module", missing)
    with pytest.raises(NotAvailable, match=r"artifex\[interchange\]"):
        write_otio(cut_project(Fraction(24)))


def test_rates_are_exact() -> None:
    assert exact_rate(23.976) == Fraction(24000, 1001)
    assert exact_rate(29.97) == Fraction(30000, 1001)
    assert exact_rate(25.0) == 25


@pytest.mark.parametrize(
    "rate", [Fraction(24), Fraction(25), Fraction(30), Fraction(24000, 1001), Fraction(30000, 1001)]
)
def test_edl_has_the_cuts(rate: Fraction) -> None:
    project = cut_project(rate)
    made = write_edl(project)
    lines = [line.split() for line in made.text.splitlines() if line[:1].isdigit()]
    cuts = [tuple(frame_of(line[at], rate) for at in (6, 7, 4)) for line in lines]
    start = frame_of("01:00:00;00" if rate == Fraction(30000, 1001) else "01:00:00:00", rate)
    assert [(a - start, b - start, c) for a, b, c in cuts] == cuts_of(project.timeline.track("v1"))
    assert made.losses[0] == "An EDL holds one video track; 2 other tracks are left out."
    if rate.denominator == 1:
        [track] = adapted(made.text, "cmx_3600", rate=float(rate)).tracks
        offset = cuts_in(track)[0][0]
        assert [(a - offset, b - offset, c) for a, b, c in cuts_in(track)] == cuts_of(project.timeline.track("v1"))
    second = write_edl(project, "v2").text
    assert second.count("* FROM CLIP NAME") == 1


def test_edl_dissolves_begin_with_the_clip_that_comes_in() -> None:
    [track] = adapted(write_edl(cut_project(Fraction(24), dissolve=True)).text, "cmx_3600", rate=24).tracks
    assert cuts_in(track) == [(0, 42, 20), (42, 78, 94), (90, 114, 200)]
    [transition] = [item for item in track if isinstance(item, opentimelineio.schema.Transition)]
    assert (transition.in_offset.value, transition.out_offset.value) == (0, 12)


def test_edl_says_speeds_and_limits() -> None:
    project = cut_project(Fraction(24))
    track = project.timeline.track("v1")
    fast = replace(track, clips=(replace(track.clips[0], speed=Fraction(3, 2)), *track.clips[1:]))
    made = write_edl(replace(project, timeline=project.timeline.with_track(fast)))
    assert "M2   AX             036.0                00:00:00:20" in made.text
    many = tuple(Clip(f"n{i}", i, 1, source(1, Fraction(24))) for i in range(1000))
    with pytest.raises(BadInput, match="999"):
        write_edl(replace(project, timeline=project.timeline.with_track(replace(track, clips=many))))


@pytest.mark.parametrize("rate", [Fraction(24), Fraction(25), Fraction(30000, 1001)])
@pytest.mark.parametrize("dissolve", [False, True])
def test_fcp7_has_the_cuts_of_all_tracks(rate: Fraction, dissolve: bool) -> None:
    project = cut_project(rate, dissolve)
    made = adapted(write_fcp7(project).text, "fcp_xml")
    video = [track for track in made.tracks if track.kind == "Video"]
    audio = [track for track in made.tracks if track.kind == "Audio"]
    assert [cuts_in(track) for track in video] == [cuts_of(project.timeline.track(name)) for name in ("v1", "v2")]
    assert [cuts_in(track) for track in audio] == [cuts_of(project.timeline.track("a1"))]
    transitions = [item for item in video[0] if isinstance(item, opentimelineio.schema.Transition)]
    assert [(each.in_offset.value, each.out_offset.value) for each in transitions] == ([(6, 6)] if dissolve else [])
    assert video[0][0].name == "one"
    assert video[0][0].media_reference.target_url == f"artifex://media/{1:064x}"
    assert [marker.name for marker in made.tracks.markers] == ["here"]


@pytest.mark.parametrize("rate", [Fraction(24), Fraction(25)])
def test_fcpxml_has_the_cuts_of_all_tracks(rate: Fraction) -> None:
    project = cut_project(rate, dissolve=True)
    made = adapted(write_fcpxml(project).text, "fcpx_xml")
    timeline = (
        next(iter(made.find_children(descended_from_type=opentimelineio.schema.Timeline)), None)
        if not isinstance(made, opentimelineio.schema.Timeline)
        else made
    )
    assert timeline is not None
    found = sorted(cuts_in(track) for track in timeline.tracks)
    assert found == sorted(cuts_of(track) for track in project.timeline.tracks)


def test_fcpxml_times_are_exact_fractions() -> None:
    text = write_fcpxml(cut_project(Fraction(24000, 1001), dissolve=True)).text
    assert 'frameDuration="1001/24000s"' in text
    assert 'offset="1001/500s"' in text  # 48 frames
    assert '<transition name="Cross Dissolve" offset="7007/4000s" duration="1001/2000s"' in text


def test_fcpxml_names_files_as_its_version_does() -> None:
    root = ElementTree.fromstring(write_fcpxml(cut_project(Fraction(24))).text)
    assert root.get("version") == "1.9"
    assets = root.findall("resources/asset")
    assert all("src" not in asset.attrib for asset in assets)  # of 1.8: Final Cut refuses what its DTD does not know
    files = [[file.get("src") for file in asset.findall("media-rep")] for asset in assets]
    assert sorted(files) == [[f"artifex://media/{number:064x}"] for number in (1, 2, 3, 4)]


def test_fcpxml_plays_sounds_once() -> None:
    """What has pictures and sound is heard by the clips of sound tracks alone."""
    root = ElementTree.fromstring(write_fcpxml(cut_project(Fraction(24))).text)
    heard = [(clip.get("ref"), clip.get("srcEnable")) for clip in root.iter("asset-clip")]
    sounds = [asset.get("id") for asset in root.iter("asset") if asset.get("hasVideo") is None]
    assert heard
    assert all(enabled == ("audio" if ref in sounds else "video") for ref, enabled in heard)


Write = Callable[[Project], Any]


@pytest.mark.parametrize("write", [write_edl, write_fcp7, write_fcpxml])
def test_what_is_lost_is_said(write: Write) -> None:
    project = cut_project(Fraction(24))
    assert write(project).losses == tuple(each for each in write(project).losses if "track" in each or "marker" in each)
    clips = (
        Clip("p", 0, 10, ColourSource()),
        Clip("q", 10, 10, ShotSource("s", 48, Fraction(24))),
        Clip("t", 20, 10, TitleSource("Fin")),
    )
    prompts = Track("pr", "prompt", clips=(Clip("r", 0, 9, PromptSource("rain")),))
    more = replace(project.timeline, tracks=(Track("v0", "video", clips=clips), *project.timeline.tracks, prompts))
    lost = " ".join(write(replace(project, timeline=more, shots=(Shot("s", "S", {}),))).losses)
    assert "1 plain colour is left out." in lost
    assert "1 title is left out." in lost
    assert re.search("[23] clips(, disabled or)? without media,? became gaps", lost)
    if write is not write_edl:
        assert "1 prompt is left out." in lost


def test_what_is_lost_once_is_told_in_the_singular() -> None:
    rate = Fraction(24)
    [sounds, first, second] = cut_project(rate, dissolve=True).timeline.tracks
    wiped = replace(first, transitions=(replace(first.transitions[0], kind="wipe", before=2),))
    title = replace(second, clips=(Clip("t", 0, 9, TitleSource("Fin")),))
    above = replace(second, id="v3", clips=tuple(replace(clip, id=f"{clip.id}-") for clip in first.clips))
    above = replace(above, transitions=(Transition("o", "c1-", "c2-", 2, 2),))

    def lost(write: Callable[[Project], Exported], *tracks: Track) -> str:
        return " ".join(write(Project("p", "", Timeline(rate, 1920, 1080, tracks=tracks))).losses)

    assert "1 clip, disabled or without media, became a gap." in lost(write_edl, title)
    assert "1 clip without media became a gap." in lost(write_fcp7, title)
    assert "1 other track is left out." in lost(write_edl, sounds, first)
    assert "1 transition not centred on a cut became centred and shorter." in lost(write_fcp7, wiped)
    assert "1 dip or wipe became a dissolve." in lost(write_fcp7, wiped)
    assert "1 transition on other tracks than the lowest video track became a cut." in lost(write_fcpxml, first, above)


@with_film
def test_every_timeline_can_be_written(dice: random.Random) -> None:
    project = Project("p", "", film(dice))
    for write, adapter in ((write_fcp7, "fcp_xml"), (write_fcpxml, "fcpx_xml")):
        made = write(project)
        assert all(sentence.endswith(".") for sentence in made.losses)
        adapted(made.text, adapter)
    assert write_edl(project).text.startswith("TITLE:")
