"""The model's own rules: times, curves, looks, what is valid, what is refused."""

import json
import random
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from artifex.errors import BadInput, UnknownName
from artifex.grades import Cdl, Contrast, Curves, Exposure, LiftGammaGain, Lut, Saturation, Temperature
from artifex.timeline.clip import Clip
from artifex.timeline.curves import Curve, Keyframe, parse_curve, value_at
from artifex.timeline.fields import parse_json
from artifex.timeline.looks import Look, LookNode, parse_look
from artifex.timeline.mapping import head_room, is_inside, source_frame, tail_room
from artifex.timeline.prompts import PromptPoint, prompts_over
from artifex.timeline.reading import parse_timeline_data
from artifex.timeline.sources import ColourSource, MediaSource, PromptSource, TitleSource, parse_source
from artifex.timeline.timecode import can_drop, frame_of, timecode
from artifex.timeline.timeline import Timeline
from artifex.timeline.track import Track
from artifex.timeline.transition import Transition
from artifex.timeline.upgrade import upgraded
from artifex.timeline.validate import problems
from tests.timeline.films import film, with_film

NTSC = Fraction(30000, 1001)


@pytest.mark.parametrize(
    ("frame", "rate", "text"),
    [
        (0, Fraction(24), "00:00:00:00"),
        (86399, Fraction(24), "00:59:59:23"),
        (1799, NTSC, "00:00:59;29"),
        (1800, NTSC, "00:01:00;02"),
        (17981, NTSC, "00:09:59;29"),
        (17982, NTSC, "00:10:00;00"),
        (107892, NTSC, "01:00:00;00"),
        (3600, Fraction(60000, 1001), "00:01:00;04"),
        (86400, Fraction(24000, 1001), "01:00:00:00"),
        (125, Fraction(25, 2), "00:00:10:05"),
    ],
)
def test_timecode(frame: int, rate: Fraction, text: str) -> None:
    assert timecode(frame, rate) == text
    assert frame_of(text, rate) == frame


def test_drop_frame_goes_there_and_back() -> None:
    for rate in (NTSC, Fraction(60000, 1001)):
        assert all(frame_of(timecode(frame, rate), rate) == frame for frame in range(0, 120_000, 7))
    assert timecode(1800, NTSC, drop=False) == "00:01:00:00"
    assert can_drop(NTSC)
    with pytest.raises(BadInput, match="Drop frame"):
        timecode(0, Fraction(24), drop=True)
    with pytest.raises(BadInput, match="does not exist"):
        frame_of("00:01:00;01", NTSC)
    for wrong in ("10", "00:00:00:30", "00:61:00:00", "", "٠٠:00:00:00"):
        with pytest.raises(BadInput):
            frame_of(wrong, Fraction(24))
    with pytest.raises(BadInput):
        timecode(-1, Fraction(24))


def test_curves_between_keyframes() -> None:
    curve = Curve(
        "opacity", (Keyframe(0, 0.0), Keyframe(10, 1.0, "hold"), Keyframe(20, 0.0, "smooth"), Keyframe(30, 1.0))
    )
    assert [curve.at(frame) for frame in (-5, 0, 5, 10, 19, 20, 25, 30, 99)] == [0, 0, 0.5, 1, 1, 0, 0.5, 1, 1]
    assert curve.at(22.5) == pytest.approx(0.15625)


@with_film
def test_a_part_of_a_curve_has_the_same_values(dice: random.Random) -> None:
    frames = sorted(dice.sample(range(-20, 40), dice.randrange(1, 7)))
    kinds: list[Any] = ["hold", "linear", "smooth"]
    curve = Curve("x", tuple(Keyframe(frame, dice.uniform(-1, 1), dice.choice(kinds)) for frame in frames))
    start = dice.randrange(-25, 45)
    end = start + dice.randrange(1, 20)
    part = curve.within(start, end)
    for eighth in range((end - start) * 8):
        assert part.at(eighth / 8) == pytest.approx(curve.at(start + eighth / 8))


def test_wrong_curves_are_refused() -> None:
    for keyframes in ([], [{"frame": 3, "value": 1}, {"frame": 3, "value": 0}], [{"frame": 0, "value": 7}]):
        with pytest.raises(BadInput):
            parse_curve({"parameter": "opacity", "keyframes": keyframes}, "curve")
    with pytest.raises(UnknownName, match="there are opacity"):
        parse_curve({"parameter": "magic", "keyframes": [{"frame": 0, "value": 1}]}, "curve")
    assert value_at((), "scale", 5) == 1.0


def test_looks_are_read_back_as_they_were() -> None:
    look = Look(
        (
            LookNode(Cdl((1.1, 1.0, 0.9), (0.0, 0.1, 0.0), (1.0, 1.0, 1.2), 0.8)),
            LookNode(LiftGammaGain((0.1, 0.0, 0.0))),
            LookNode(Curves(master=((0.0, 0.1), (0.5, 0.6), (1.0, 1.0))), enabled=False),
            LookNode(Saturation(0.5), mix=0.25),
            LookNode(Exposure(1.5)),
            LookNode(Contrast(1.2)),
            LookNode(Temperature(-0.5, 0.1)),
            LookNode(Lut("ab" * 32, 0.5)),
        )
    )
    assert parse_look(json.loads(json.dumps(look.to_data())), "look") == look
    assert len(look.effective.nodes) == 7
    assert not Look((LookNode(Cdl()), LookNode(Exposure(1.0), mix=0.0))).does_something


@pytest.mark.parametrize(
    "node",
    [
        {"kind": "magic"},
        {"kind": "cdl", "slope": [1, 2]},
        {"kind": "cdl", "power": [0, 1, 1]},
        {"kind": "lut"},
        {"kind": "lut", "sha256": "ab" * 32, "strength": 2},
        {"kind": "curves", "red": [[0, 0], [0, 1]]},
        {"kind": "curves", "red": [[0, 0, 0], [1, 1, 1]]},
        {"kind": "exposure", "stops": "much"},
        {"kind": "exposure", "mix": -1},
        {"kind": "exposure", "brightness": 1},
        [],
    ],
)
def test_wrong_looks_are_refused(node: Any) -> None:
    with pytest.raises(BadInput, match="look"):
        parse_look([node], "look")


@with_film
def test_rooms_are_exact(dice: random.Random) -> None:
    timeline = film(dice)
    for clip in timeline.clips():
        head, tail = head_room(clip, timeline.rate), tail_room(clip, timeline.rate)
        if head is not None and tail is not None and isinstance(clip.source, MediaSource):
            frames = range(clip.source.frame_count)
            assert source_frame(clip, -head, timeline.rate) in frames
            assert source_frame(clip, -head - 1, timeline.rate) not in frames
            assert source_frame(clip, clip.duration - 1 + tail, timeline.rate) in frames
            assert source_frame(clip, clip.duration + tail, timeline.rate) not in frames
        assert is_inside(clip, timeline.rate)


def two_clips() -> Timeline:
    source = MediaSource("a", "ab" * 32, "video", 48, Fraction(24), True, 64, 36)
    clips = (Clip("c", 0, 24, source, Fraction(5)), Clip("d", 24, 10, source, Fraction(5)))
    prompt = Track("p", "prompt", clips=(Clip("q", 0, 9, PromptSource("rain")),))
    return Timeline(Fraction(24), 64, 36, tracks=(Track("v", "video", clips=clips), Track("u", "audio"), prompt))


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (("tracks", 0, "clips", 1, "start"), 23, "lies over c"),
        (("tracks", 0, "clips", 0, "duration"), 0, "duration is 0"),
        (("tracks", 0, "clips", 1, "duration"), 60, "frames that its source does not have"),
        (("tracks", 0, "clips", 1, "id"), "c", "id c is used 2 times"),
        (("tracks", 0, "clips", 1, "link"), "l", "holds a single clip"),
        (("tracks", 0, "kind"), "audio", "^$"),
        (("tracks", 0, "kind"), "prompt", "cannot lie"),
        (("tracks", 0, "clips", 0, "speed"), "5000", "speed"),
        (
            ("tracks", 0, "transitions"),
            [{"id": "t", "left": "c", "right": "d", "before": 6, "after": 0}],
            "longer than",
        ),
        (
            ("tracks", 0, "transitions"),
            [{"id": "t", "left": "d", "right": "c", "before": 1, "after": 0}],
            "two clips meet",
        ),
        (("tracks", 0, "transitions"), [{"id": "t", "left": "c", "right": "d", "before": 0, "after": 0}], "no frames"),
        (("tracks", 0, "transitions"), [{"id": "t", "left": "c", "right": "d", "before": 5, "after": 10}], "^$"),
        (("tracks", 2, "clips", 0, "source", "text"), 5, r"tracks\[2\].clips\[0\].source.text has to be text"),
        (("tracks", 0, "clips", 0, "source", "rate"), "24000/0", "divides by 0"),
        (("rate",), "-24", "rate above 0"),
        (("markers",), [{"id": "m", "frame": 9}, {"id": "n", "frame": 3}], "order of time"),
        (("looks",), [], "unknown field 'looks'"),
    ],
)
def test_wrong_timelines_are_refused_saying_where(path: tuple[Any, ...], value: Any, message: str) -> None:
    data = json.loads(json.dumps(two_clips().to_data()))
    inside = data
    for part in path[:-1]:
        inside = inside[part]
    inside[path[-1]] = value
    if message == "^$":
        parse_timeline_data(data)
        return
    with pytest.raises(BadInput, match=message):
        parse_timeline_data(data)


@pytest.mark.parametrize(
    "text",
    ["Fin", "Two\nlines", "Привет, 한국!", "\u202eright to left\u202c", "a\u200db", "1", "\N{SNOWMAN}", "a" * 1000],
)
def test_titles_are_read_back_as_they_were(text: str) -> None:
    title = TitleSource(text, 0.2, "#ffcc00", 0.05, "#102030", "left", 0.5)
    for each in (title, TitleSource(text)):
        assert parse_source(json.loads(json.dumps(each.to_data())), "source") == each


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"text": ""}, "source.text is empty; write something"),
        ({"text": " \n\u3000\u200b"}, "is empty; write something"),
        ({"text": "a" * 1001}, "longer than 1,000 characters"),
        ({"text": "a\0"}, r"has a control character, U\+0000; take it out"),
        ({"text": "a\tb"}, r"U\+0009"),
        ({"text": "\ud800"}, "not valid Unicode"),
        ({"text": 5}, "has to be text"),
        ({"size": 0}, "is 0, but has to be from 0.005 to 1"),
        ({"size": float("nan")}, "has to be a number"),
        ({"size": 10**400}, "has to be a number"),
        ({"size": True}, "has to be a number"),
        ({"outline": 0.6}, "from 0 to 0.5"),
        ({"outline_colour": "red"}, "colour like #1a2b3c"),
        ({"colour": "#FFF"}, "colour like #1a2b3c"),
        ({"align": "justify"}, "none of left, center, right"),
        ({"line_spacing": -1}, "from 0 to 4"),
        ({"font": "comic"}, "unknown field 'font'"),
    ],
)
def test_wrong_titles_are_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        parse_source({"kind": "title", "text": "Fin", **changes}, "source")


@pytest.mark.parametrize(("kind", "is_right"), [("video", True), ("audio", False), ("prompt", False)])
def test_titles_lie_on_tracks_of_pictures(kind: Any, is_right: bool) -> None:
    track = Track("t", kind, clips=(Clip("c", 0, 9, TitleSource("Fin")),))
    assert list(problems(Timeline(Fraction(24), 64, 36, tracks=(track,)))) == (
        [] if is_right else [f"The clip c cannot lie on t, which is a track for {kind}."]
    )


def test_text_that_is_no_timeline() -> None:
    for text in ("", "[]", "{", '{"format": NaN}', "[" * 100_000, '{"format": 1}'):
        with pytest.raises(BadInput):
            parse_timeline_data(parse_json(text, "The timeline"))
    assert parse_timeline_data(json.loads(json.dumps(two_clips().to_data()))) == two_clips()


@with_film
def test_junk_in_any_field_is_refused_and_never_more(dice: random.Random) -> None:
    data = json.loads(json.dumps(film(dice).to_data()))
    inside: Any = data
    while isinstance(inside, dict | list) and inside:
        key = dice.choice(list(inside)) if isinstance(inside, dict) else dice.randrange(len(inside))
        if dice.random() < 0.4 or not isinstance(inside[key], dict | list) or not inside[key]:
            inside[key] = dice.choice([None, "", "x" * 70, -1, 1.5, 2**70, [], {}, True, "1/0", "\ud800", [[]]])
            break
        inside = inside[key]
    try:
        timeline = parse_timeline_data(data)
    except BadInput:
        return
    assert list(problems(timeline)) == []


def test_older_formats_are_upgraded_step_by_step() -> None:
    steps = {1: lambda data: data | {"b": data["a"]}, 2: lambda data: data | {"c": data["b"] + 1}}
    assert upgraded({"format": 1, "a": 1}, "it", 3, steps) == {"format": 3, "a": 1, "b": 1, "c": 2}
    with pytest.raises(BadInput, match="update Artifex"):
        upgraded({"format": 4}, "it", 3, steps)


def test_prompts_lie_over_a_clip_in_its_own_frames() -> None:
    timeline = two_clips()
    slow = replace(timeline.tracks[0].clips[0], speed=Fraction(1, 2))
    below = Track(
        "p", "prompt", clips=(Clip("q", 4, 10, PromptSource("rain", 4)), Clip("r", 14, 20, PromptSource("sun", 6)))
    )
    above = Track("o", "prompt", clips=(Clip("s", 20, 2, PromptSource("storm")),))
    timeline = replace(timeline, tracks=(replace(timeline.tracks[0], clips=(slow,)), below, above))
    assert prompts_over(timeline, slow) == (
        PromptPoint(0, None),
        PromptPoint(7, "rain", 2),
        PromptPoint(12, "sun", 3),
        PromptPoint(15, "storm"),
        PromptPoint(16, "sun"),
    )
    assert prompts_over(timeline, replace(slow, speed=Fraction(-1))) == ()
    assert prompts_over(timeline, Clip("z", 0, 9, ColourSource())) == ()


def test_transitions_know_their_length() -> None:
    assert Transition("t", "a", "b", 3, 4).duration == 7
