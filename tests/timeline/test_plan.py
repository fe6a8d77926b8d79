"""The render plan against the timeline, frame by frame."""

import json
import random
from dataclasses import replace
from fractions import Fraction
from math import floor

import pytest

from artifex.errors import BadInput, TooLarge
from artifex.grades import Saturation
from artifex.media.reading.run import Run
from artifex.timeline import edits
from artifex.timeline.clip import Clip
from artifex.timeline.commands import parse_command, perform_on_timeline
from artifex.timeline.curves import constant, value_at
from artifex.timeline.edits import Placed
from artifex.timeline.looks import Look, LookNode
from artifex.timeline.parameters import PARAMETERS
from artifex.timeline.plan import (
    Layer,
    RenderPlan,
    TransitionLayer,
    VideoLayer,
    plan_timeline,
    titles_of,
)
from artifex.timeline.sources import ColourSource, MediaSource, ShotSource, TitleSource
from artifex.timeline.timeline import Timeline
from artifex.timeline.track import Track
from artifex.timeline.transition import Transition
from tests.timeline.films import command, counter, film, with_film
from tests.timeline.reference import seen

FILM = MediaSource("film", "ab" * 32, "video", 10_000, Fraction(24), True, 64, 36)
PICTURE = ("opacity", "x", "y", "scale", "rotation")


def planned(timeline: Timeline, **options: object) -> RenderPlan:
    return plan_timeline(timeline, lambda shot: None, **options)  # type: ignore[arg-type]


def cut_film(count: int = 200, duration: int = 48) -> Timeline:
    pictures = tuple(
        Clip(f"v{i}", i * duration, duration, replace(FILM, asset=f"a{i}", sha256=f"{i:064x}"), Fraction(100))
        for i in range(count)
    )
    return Timeline(Fraction(24), 64, 36, tracks=(Track("v1", "video", clips=pictures),))


def shown_at(track: Track, frame: int) -> tuple[Clip, ...]:
    """The clips that a track shows at a frame, by the definitions of clip and transition."""
    enabled = {clip.id: clip for clip in track.clips if clip.enabled}
    for each in track.transitions:
        if each.left in enabled and each.right in enabled:
            cut = enabled[each.right].start
            if cut - each.before <= frame < cut + each.after:
                return enabled[each.left], enabled[each.right]
    return tuple(clip for clip in enabled.values() if clip.start <= frame < clip.end)


def shown_frame(layer: VideoLayer, i: int) -> int:
    """What is read for the segment's frame ``i``."""
    return list(Run(layer.start, layer.step, i + 1).numbers(layer.frame_count))[i]


def check_layer(layer: VideoLayer, clip: Clip, frame: int, i: int, timeline: Timeline) -> None:
    assert layer.clip == clip.id
    source = clip.source
    if isinstance(source, MediaSource):
        assert layer.sha256 == source.sha256
        assert shown_frame(layer, i) == floor(seen(clip, frame, timeline.rate).where)
    elif isinstance(source, TitleSource):
        assert (layer.kind, layer.title) == ("title", source)
    else:
        assert isinstance(source, ColourSource)
        assert layer.colour == source.colour
    for name in PICTURE:
        assert layer.value(name, i) == pytest.approx(value_at(clip.curves, name, frame - clip.start))
    assert layer.look == clip.look.effective


def covers(layer: Layer, i: int) -> bool:
    """At the segment's frame ``i``; all media here have the shape of the frame."""
    if isinstance(layer, TransitionLayer):
        return covers(layer.left, i) and covers(layer.right, i)
    return layer.kind in ("video", "colour") and (layer.value("opacity", i), layer.value("x", i)) == (1, 0)


@with_film
def test_every_frame_is_what_the_timeline_says(dice: random.Random) -> None:
    timeline = film(dice)
    if timeline.duration == 0:
        with pytest.raises(BadInput, match="nothing to render"):
            planned(timeline)
        return
    made = planned(timeline, longest=Fraction(dice.randrange(1, 30), 24))
    at = 0
    for segment in made.segments:
        assert segment.start == at
        at = segment.end
        for i in range(segment.duration):
            frame = segment.start + i
            wanted = [shown for track in timeline.tracks if track.kind == "video" and (shown := shown_at(track, frame))]
            by_clip = {shown[0].id: shown for shown in wanted}
            names = [name_of(layer) for layer in segment.layers]
            assert names == [name for name in by_clip if name in names]
            check_left_out(segment.layers, by_clip, frame, i)
            for layer in segment.layers:
                shown = by_clip[name_of(layer)]
                sides = (layer.left, layer.right) if isinstance(layer, TransitionLayer) else (layer,)
                assert len(sides) == len(shown)
                for side, clip in zip(sides, shown, strict=True):
                    check_layer(side, clip, frame, i, timeline)
                if isinstance(layer, TransitionLayer):
                    check_progress(layer, shown, frame, i, timeline)
    assert at == made.end == timeline.duration
    assert json.loads(json.dumps(made.to_data())) == made.to_data()


def name_of(layer: Layer) -> str:
    return layer.left.clip if isinstance(layer, TransitionLayer) else layer.clip


def check_left_out(layers: tuple[Layer, ...], wanted: dict[str, tuple[Clip, ...]], frame: int, i: int) -> None:
    """What has no layer is below one that covers it, or cannot be seen itself."""
    names = [name_of(layer) for layer in layers]
    for index, (name, shown) in enumerate(wanted.items()):
        above = list(wanted)[index + 1 :]
        covered = any(covers(layer, i) for layer in layers if name_of(layer) in above)
        if name not in names and not covered:
            assert value_at(shown[0].curves, "opacity", frame - shown[0].start) == 0


def check_progress(layer: TransitionLayer, shown: tuple[Clip, ...], frame: int, i: int, timeline: Timeline) -> None:
    pair = shown[0].id, shown[1].id
    every = [each for track in timeline.tracks for each in track.transitions]
    transition = next(each for each in every if (each.left, each.right) == pair)
    k = frame - (shown[1].start - transition.before)
    assert layer.progress_at(i) == pytest.approx((2 * k + 1) / (2 * transition.duration))
    assert layer.kind == transition.kind


@with_film
def test_every_sample_is_what_the_timeline_says(dice: random.Random) -> None:
    timeline = film(dice)
    if timeline.duration == 0:
        return
    made = planned(timeline)
    for segment in made.segments:
        assert segment.first_sample == floor(segment.start * 48_000 / timeline.rate)
        heard: dict[str, list[tuple[int, int]]] = {}
        for layer in segment.sounds:
            assert 0 <= layer.first < layer.first + layer.count <= segment.sample_count
            _, clip = timeline.find(layer.clip)
            source = clip.source
            assert isinstance(source, MediaSource)
            begin = floor(clip.start * 48_000 / timeline.rate)
            passed = segment.first_sample + layer.first - begin
            if clip.speed > 0:
                assert layer.start == clip.source_start / source.rate * 48_000 + passed * clip.speed
            heard.setdefault(layer.clip, []).append((layer.first, layer.count))
            if layer.fade:
                middle = layer.fade.progress + layer.fade.pace * (layer.count - 1)
                assert 0 < layer.fade.progress <= middle < 1
        for pieces in heard.values():
            for (here, count), (there, _) in zip(sorted(pieces), sorted(pieces)[1:], strict=False):
                assert here + count == there


def test_backwards_sound_is_the_forward_sound_backwards() -> None:
    forward = Clip("s", 0, 24, FILM, Fraction(48))
    timeline = Timeline(Fraction(24), 64, 36, tracks=(Track("a1", "audio", clips=(forward,)),))
    [ahead] = planned(timeline).segments[0].sounds
    [back] = planned(edits.set_speed(timeline, "s", Fraction(-1))).segments[0].sounds
    assert back.start == ahead.start + ahead.count - 1
    assert back.step == -1


@with_film
def test_equal_hashes_mean_equal_content(dice: random.Random) -> None:
    timeline = film(dice)
    try:
        after = perform_on_timeline(timeline, parse_command(command(dice, timeline), counter()), counter())
        segments = [*planned(timeline).segments, *planned(after).segments]
    except BadInput:
        return
    content: dict[str, object] = {}
    for segment in segments:
        now = [segment.duration, [layer.content() for layer in segment.layers], segment.look]
        if after.width == timeline.width:
            assert content.setdefault(segment.video_sha256, now) == now


@pytest.mark.parametrize("by", [-5, 7])
def test_a_local_edit_changes_few_segments(by: int) -> None:
    timeline = cut_film()
    before = {segment.video_sha256 for segment in planned(timeline).segments}
    for after in (
        edits.ripple_trim(timeline, "v100", "tail", by),
        edits.ripple_trim(timeline, "v100", "head", by),
        edits.slip(timeline, "v100", by),
        edits.set_keyframe(timeline, "v100", "opacity", 3, 0.5),
        edits.insert(timeline, [Placed("v1", Clip("n", 0, 30, FILM))], 100 * 48, new_id=counter()),
        edits.roll(timeline, "v100", by),
    ):
        now = [segment.video_sha256 for segment in planned(after).segments]
        assert len(now) >= 199
        assert 1 <= sum(sha256 not in before for sha256 in now) <= 3


def test_a_title_over_a_long_take_leaves_the_rest_of_the_take() -> None:
    long = Timeline(
        Fraction(24),
        64,
        36,
        tracks=(Track("v1", "video", clips=(Clip("a", 0, 2400, FILM),)), Track("v2", "video")),
    )
    before = {segment.video_sha256 for segment in planned(long).segments}
    title = Clip("t", 0, 30, MediaSource("t", "cd" * 32, "image", 1, Fraction(24), False, 64, 36))
    after = planned(edits.overwrite(long, [Placed("v2", title)], 1000, new_id=counter()))
    assert sum(segment.video_sha256 not in before for segment in after.segments) <= 4
    razored = planned(edits.razor(long, 1000, new_id=counter()))
    assert sum(segment.video_sha256 not in before for segment in razored.segments) <= 2
    assert all(segment.duration <= 96 for segment in after.segments)


def test_a_title_is_known_by_its_words_its_style_and_its_font() -> None:
    def hashes(title: TitleSource, font: str = "f") -> list[str]:
        above = Track("v2", "video", clips=(Clip("t", 10, 10, title),))
        timeline = Timeline(Fraction(24), 64, 36, tracks=(Track("v1", "video", clips=(Clip("a", 0, 40, FILM),)), above))
        made = planned(timeline, font_of=lambda text: f"{font} of {text}")
        assert [len(segment.layers) for segment in made.segments] == [1, 2, 1]
        assert titles_of(made) == (title,)
        return [segment.video_sha256 for segment in made.segments]

    usual = hashes(TitleSource("Fin"))
    assert hashes(TitleSource("Fin")) == usual
    for other in (
        hashes(TitleSource("Fin."), "f"),
        hashes(TitleSource("Fin", size=0.2)),
        hashes(TitleSource("Fin", colour="#ff0000")),
        hashes(TitleSource("Fin", outline=0.1)),
        hashes(TitleSource("Fin", align="left")),
        hashes(TitleSource("Fin"), font="another"),
    ):
        assert (other[0], other[2]) == (usual[0], usual[2])
        assert other[1] != usual[1]


def test_plain_runs_are_known() -> None:
    timeline = cut_film(3)
    assert all(segment.is_plain for segment in planned(timeline).segments)
    for changed in (
        edits.set_parameter(timeline, "v1", "opacity", 0.5),
        edits.set_clip(timeline, "v1", look=Look((LookNode(Saturation(0.0)),))),
        edits.set_speed(timeline, "v1", Fraction(2)),
        edits.set_source(timeline, "v1", replace(FILM, width=128, height=72)),
        edits.set_transition(timeline, Transition("t", "v1", "v2", 3, 3)),
    ):
        assert not all(segment.is_plain for segment in planned(changed).segments)
    graded = edits.set_timeline(timeline, look=Look((LookNode(Saturation(0.0)),)))
    assert not any(segment.is_plain for segment in planned(graded).segments)
    nothing = Look((LookNode(Saturation(1.0)), LookNode(Saturation(0.0), enabled=False)))
    neutral = edits.set_clip(timeline, "v1", look=nothing)
    neutral = edits.set_parameter(neutral, "v2", "scale", 1.0)
    assert planned(neutral).segments == planned(timeline).segments


def test_what_is_covered_is_left_out() -> None:
    timeline = cut_film(3)
    over = Track("v2", "video", clips=(Clip("o", 10, 20, FILM),))
    timeline = replace(timeline, tracks=(*timeline.tracks, over))
    assert [len(segment.layers) for segment in planned(timeline).segments] == [1, 1, 1, 1, 1]
    seen_through = edits.set_parameter(timeline, "o", "opacity", 0.5)
    assert sorted(len(segment.layers) for segment in planned(seen_through).segments) == [1, 1, 1, 1, 2]
    alpha = edits.set_source(timeline, "o", replace(FILM, has_alpha=True))
    assert sorted(len(segment.layers) for segment in planned(alpha).segments) == [1, 1, 1, 1, 2]
    hidden = edits.set_parameter(timeline, "o", "opacity", 0.0)
    assert {name_of(segment.layers[0]) for segment in planned(hidden).segments} == {"v0", "v1", "v2"}


def test_mute_and_solo() -> None:
    timeline = cut_film(1)
    over = Track("v2", "video", clips=(Clip("o", 0, 20, FILM, curves=(constant("opacity", 0.5),)),))
    timeline = replace(timeline, tracks=(*timeline.tracks, over))

    def layers(changed: Timeline) -> list[int]:
        return [len(segment.layers) for segment in planned(changed).segments]

    assert layers(timeline) == [2, 1]
    assert layers(edits.set_track(timeline, "v2", muted=True)) == [1]
    assert layers(edits.set_track(timeline, "v2", solo=True)) == [1, 0]
    assert layers(edits.set_clip(timeline, "o", enabled=False)) == [1]


def test_a_shot_follows_its_accepted_take() -> None:
    shot = Clip("c", 0, 24, ShotSource("s1", 24, Fraction(24), True, 64, 36))
    timeline = Timeline(Fraction(24), 64, 36, tracks=(Track("v1", "video", clips=(shot,)),))
    made = plan_timeline(timeline, lambda name: None)
    assert made.missing == ("s1",)
    assert made.segments[0].layers[0].to_data()["kind"] == "missing"
    made = plan_timeline(timeline, lambda name: FILM if name == "s1" else None)
    assert made.missing == ()
    [layer] = made.segments[0].layers
    assert isinstance(layer, VideoLayer)
    assert layer.sha256 == FILM.sha256
    assert made.segments[0].is_plain


def test_a_range() -> None:
    made = planned(cut_film(3), start=10, end=60)
    assert [(segment.start, segment.end) for segment in made.segments] == [(10, 48), (48, 60)]
    [layer] = made.segments[0].layers
    assert isinstance(layer, VideoLayer)
    assert shown_frame(layer, 0) == 110
    with pytest.raises(BadInput):
        planned(cut_film(3), start=10, end=10)
    with pytest.raises(TooLarge):
        planned(cut_film(3), end=100_000_000)


def test_all_parameters_are_of_picture_or_sound() -> None:
    assert {each.name for each in PARAMETERS} == {*PICTURE, "look_strength", "volume", "pan"}
