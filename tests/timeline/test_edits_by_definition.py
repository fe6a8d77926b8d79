"""Each edit against its definition, frame by frame, on timelines where nothing is linked or locked."""

import random
from collections.abc import Callable
from contextlib import suppress
from fractions import Fraction
from math import floor

import pytest

from artifex.errors import BadInput
from artifex.timeline import edits
from artifex.timeline.clip import Clip
from artifex.timeline.edits import Placed
from artifex.timeline.edits.trimming import Edge
from artifex.timeline.reading import parse_timeline_data
from artifex.timeline.sources import MediaSource
from artifex.timeline.timeline import Timeline
from artifex.timeline.track import Track
from artifex.timeline.validate import problems
from tests.timeline.films import a_new_clip, counter, film, with_film
from tests.timeline.reference import LENGTH, Row, owners, padded, rows, seen


def free_film(dice: random.Random) -> Timeline:
    return film(dice, linked=False, locked=False)


def any_clip(dice: random.Random, timeline: Timeline) -> tuple[str, Clip] | None:
    found = [(track.id, clip) for track in timeline.tracks for clip in track.clips]
    return dice.choice(found) if found else None


def frames_of(clip: Clip, timeline: Timeline, start: int | None = None) -> Row:
    return [seen(clip.at(start or 0), (start or 0) + index, timeline.rate) for index in range(clip.duration)]


def has_frame(clip: Clip, frame: int, timeline: Timeline) -> bool:
    """Whether the source has what the clip would show at a frame of the timeline."""
    source = clip.source
    if not isinstance(source, MediaSource) or source.kind == "image":
        return True
    return 0 <= floor(seen(clip, frame, timeline.rate).where) < source.frame_count


def has_frames(clip: Clip, frames: range, timeline: Timeline) -> bool:
    return all(has_frame(clip, frame, timeline) for frame in frames)


def tried(edit: Callable[[], Timeline], possible: bool) -> Timeline | None:
    """The edit is refused exactly where the definition says that it is not possible."""
    if not possible:
        with pytest.raises(BadInput):
            edit()
        return None
    return edit()


def any_edge(dice: random.Random) -> Edge:
    return "head" if dice.random() < 0.5 else "tail"


@with_film
def test_razor_cuts_and_changes_no_frame(dice: random.Random) -> None:
    timeline, frame = free_film(dice), dice.randrange(60)
    crossed = {track.id for track in timeline.tracks for clip in track.clips if clip.start < frame < clip.end}
    after = tried(lambda: edits.razor(timeline, frame, new_id=counter()), bool(crossed))
    if after is not None:
        assert rows(after) == rows(timeline)
        for track in after.tracks:
            assert not any(clip.start < frame < clip.end for clip in track.clips)
            assert len(track.clips) == len(timeline.track(track.id).clips) + (track.id in crossed)


@with_film
def test_lift_leaves_a_hole_and_extract_closes_it(dice: random.Random) -> None:
    timeline, start = free_film(dice), dice.randrange(60)
    end = start + dice.randrange(1, 12)
    lifted = rows(edits.lift(timeline, start, end, new_id=counter()))
    extracted = rows(edits.extract(timeline, start, end, new_id=counter()))
    for track, before in rows(timeline).items():
        assert lifted[track] == [*before[:start], *[None] * (end - start), *before[end:]]
        assert extracted[track] == padded([*before[:start], *before[end:]])


@with_film
def test_insert_opens_all_tracks(dice: random.Random) -> None:
    timeline, at = free_film(dice), dice.randrange(60)
    track = dice.choice(timeline.tracks)
    clip = a_new_clip(dice, track.kind, timeline.rate)
    after = rows(edits.insert(timeline, [Placed(track.id, clip)], at, new_id=counter()))
    for name, before in rows(timeline).items():
        opened: Row = frames_of(clip, timeline) if name == track.id else [None] * clip.duration
        assert after[name] == padded([*before[:at], *opened, *before[at:]])


@with_film
def test_overwrite_and_append_move_nothing(dice: random.Random) -> None:
    timeline, at = free_film(dice), dice.randrange(60)
    track = dice.choice(timeline.tracks)
    clip = a_new_clip(dice, track.kind, timeline.rate)
    before = rows(timeline)
    expected = before[track.id]
    after = rows(edits.overwrite(timeline, [Placed(track.id, clip)], at, new_id=counter()))
    assert after == before | {track.id: [*expected[:at], *frames_of(clip, timeline), *expected[at + clip.duration :]]}
    last = track.end
    after = rows(edits.append(timeline, [Placed(track.id, clip)]))
    assert after == before | {track.id: padded([*expected[:last], *frames_of(clip, timeline), *[None] * LENGTH])}


@with_film
def test_trim_moves_one_end(dice: random.Random) -> None:
    timeline = free_film(dice)
    if (found := any_clip(dice, timeline)) is None:
        return
    track, clip = found
    by, edge = dice.randrange(-8, 9), any_edge(dice)
    start, end = (clip.start + by, clip.end) if edge == "head" else (clip.start, clip.end + by)
    own = owners(timeline.track(track))
    possible = (
        start < end
        and start >= 0
        and has_frames(clip, range(start, end), timeline)
        and all(own[frame] in (None, clip) for frame in range(start, end))
    )
    after = tried(lambda: edits.trim(timeline, clip.id, edge, by), possible)
    if after is not None:
        expected = rows(timeline)
        for frame in range(min(start, clip.start), max(end, clip.end)):
            expected[track][frame] = seen(clip, frame, timeline.rate) if start <= frame < end else None
        assert rows(after) == expected


def moved_later(timeline: Timeline, pivots: dict[str, int], by: int, without: Clip) -> dict[str, Row] | None:
    """Every clip that starts at or after its track's pivot moves; None where that cannot be."""
    result: dict[str, Row] = {}
    for track in timeline.tracks:
        frames: Row = [None] * LENGTH
        for frame, owner in enumerate(owners(track)):
            if owner is None or owner is without:
                continue
            to = frame + by if owner.start >= pivots[track.id] else frame
            if to < 0 or frames[to] is not None:
                return None
            frames[to] = seen(owner, frame, timeline.rate)
        result[track.id] = frames
    return result


@with_film
def test_ripple_trim_moves_what_comes_later(dice: random.Random) -> None:
    timeline = free_film(dice)
    if (found := any_clip(dice, timeline)) is None:
        return
    track, clip = found
    by, edge = dice.randrange(-8, 9), any_edge(dice)
    first, last = (clip.start + by, clip.end) if edge == "head" else (clip.start, clip.end + by)
    expected = moved_later(timeline, dict.fromkeys(rows(timeline), clip.end), last - first - clip.duration, clip)
    shown = [seen(clip, frame, timeline.rate) for frame in range(first, last)]
    possible = (
        expected is not None
        and bool(shown)
        and has_frames(clip, range(first, last), timeline)
        and not any(expected[track][clip.start : clip.start + len(shown)])
    )
    after = tried(lambda: edits.ripple_trim(timeline, clip.id, edge, by), possible)
    if after is not None and expected is not None:
        expected[track][clip.start : clip.start + len(shown)] = shown
        assert rows(after) == expected


@with_film
def test_ripple_delete_closes_the_clips_time(dice: random.Random) -> None:
    timeline = free_film(dice)
    if (found := any_clip(dice, timeline)) is None:
        return
    _, clip = found
    expected = moved_later(timeline, dict.fromkeys(rows(timeline), clip.end), -clip.duration, clip)
    after = tried(lambda: edits.ripple_delete(timeline, [clip.id]), expected is not None)
    if after is not None:
        assert rows(after) == expected
    lifted = rows(edits.lift_clips(timeline, [clip.id]))
    assert lifted == moved_later(timeline, dict.fromkeys(lifted, 0), 0, clip)


@with_film
def test_close_gap(dice: random.Random) -> None:
    timeline, frame = free_film(dice), dice.randrange(50)
    track = dice.choice(timeline.tracks)
    own = owners(track)
    later = [at for at in range(frame, LENGTH) if own[at] is not None]
    if own[frame] is not None or not later:
        with pytest.raises(BadInput):
            edits.close_gap(timeline, track.id, frame)
        return
    end = later[0]
    start = max((at + 1 for at in range(frame) if own[at] is not None), default=0)
    expected = moved_later(
        timeline, dict.fromkeys(rows(timeline), end), start - end, Clip("", 0, 1, track.clips[0].source)
    )
    after = tried(lambda: edits.close_gap(timeline, track.id, frame), expected is not None)
    if after is not None:
        assert rows(after) == expected


@with_film
def test_roll_moves_a_cut(dice: random.Random) -> None:
    timeline = free_film(dice)
    if (found := any_clip(dice, timeline)) is None:
        return
    track, left = found
    by = dice.randrange(-8, 9)
    right = next((each for each in timeline.track(track).clips if each.start == left.end), None)
    cut = left.end + by
    possible = (
        right is not None
        and left.start < cut < right.end
        and has_frames(left, range(left.end, cut), timeline)
        and has_frames(right, range(cut, right.start), timeline)
    )
    after = tried(lambda: edits.roll(timeline, left.id, by), possible)
    if after is not None and right is not None:
        expected = rows(timeline)
        for frame in range(left.start, right.end):
            expected[track][frame] = seen(left if frame < cut else right, frame, timeline.rate)
            if frame >= cut:  # keyframes stay at their pictures
                assert expected[track][frame] == seen(right, frame, timeline.rate)
        assert rows(after) == expected


@with_film
def test_slip_shows_another_part(dice: random.Random) -> None:
    timeline = free_film(dice)
    if (found := any_clip(dice, timeline)) is None:
        return
    track, clip = found
    by = dice.randrange(-8, 9)
    source = clip.source
    if not isinstance(source, MediaSource) or source.kind == "image":
        tried(lambda: edits.slip(timeline, clip.id, by), False)
        return
    pace = (clip.speed or 1) * source.rate / timeline.rate
    positions = [seen(clip, frame, timeline.rate).where + by * pace for frame in range(clip.start, clip.end)]
    after = tried(
        lambda: edits.slip(timeline, clip.id, by), all(0 <= floor(at) < source.frame_count for at in positions)
    )
    if after is not None:
        before, now = rows(timeline), rows(after)
        assert [each and each.where for each in now[track][clip.start : clip.end]] == positions
        now[track][clip.start : clip.end] = before[track][clip.start : clip.end]
        assert now == before


@with_film
def test_slide_moves_a_clip_between_its_neighbours(dice: random.Random) -> None:
    timeline = free_film(dice)
    if (found := any_clip(dice, timeline)) is None:
        return
    track, clip = found
    by = dice.randrange(-8, 9)
    others = timeline.track(track).clips
    left = next((each for each in others if each.end == clip.start), None)
    right = next((each for each in others if each.start == clip.end), None)
    start, end = clip.start + by, clip.end + by
    own = owners(timeline.track(track))
    grown_left = range(left.end, start) if left else range(0)
    grown_right = range(end, right.start) if right else range(0)
    possible = (
        start >= 0
        and (left is None or (left.start < start and has_frames(left, grown_left, timeline)))
        and (right is None or (end < right.end and has_frames(right, grown_right, timeline)))
        and all(own[at] in (None, clip, left, right) for at in range(min(start, clip.start), max(end, clip.end)))
    )
    after = tried(lambda: edits.slide(timeline, clip.id, by), possible)
    if after is not None:
        expected = rows(timeline)
        lowest, highest = min(clip.start, start), max(clip.end, end)
        for at in range(left.start if left else lowest, right.end if right else highest):
            owner = clip if start <= at < end else left if at < start else right
            shown = None if owner is None else seen(owner.at(start) if owner is clip else owner, at, timeline.rate)
            expected[track][at] = shown
        assert rows(after) == expected


@with_film
def test_move_takes_away_and_puts(dice: random.Random) -> None:
    timeline, to = free_film(dice), dice.randrange(60)
    if (found := any_clip(dice, timeline)) is None:
        return
    track, clip = found
    same_kind = [each.id for each in timeline.tracks if each.kind == timeline.track(track).kind]
    target = dice.choice(same_kind)
    lifted = rows(edits.lift_clips(timeline, [clip.id]))
    shown = frames_of(clip, timeline)
    over = rows(edits.move(timeline, [clip.id], to, new_id=counter(), track=target))
    assert over == lifted | {target: [*lifted[target][:to], *shown, *lifted[target][to + len(shown) :]]}
    between = rows(edits.move(timeline, [clip.id], to, new_id=counter(), track=target, mode="insert"))
    for name, before in lifted.items():
        opened: Row = shown if name == target else [None] * len(shown)
        assert between[name] == padded([*before[:to], *opened, *before[to:]])


@with_film
def test_a_magnetic_move_reorders_and_leaves_no_gap(dice: random.Random) -> None:
    timeline, to = free_film(dice), dice.randrange(60)
    if (found := any_clip(dice, timeline)) is None:
        return
    track, clip = found
    before = rows(timeline)
    closed = [*before[track][: clip.start], *before[track][clip.end :]]
    after = edits.move(timeline, [clip.id], to, new_id=counter(), mode="magnetic")
    _, now = after.find(clip.id)
    expected = [*closed[: now.start], *frames_of(clip, timeline), *closed[now.start :]]
    assert rows(after) == before | {track: padded(expected)}
    others = [each for each in after.track(track).clips if each.id != clip.id]
    assert now.start == 0 or any(now.start == each.end or now.end == each.start for each in others)


@with_film
def test_backwards_shows_the_same_frames_in_the_other_order(dice: random.Random) -> None:
    timeline = free_film(dice)
    if (found := any_clip(dice, timeline)) is None:
        return
    track, clip = found
    if not isinstance(clip.source, MediaSource) or clip.source.kind == "image" or clip.speed == 0:
        return
    after = edits.set_speed(timeline, clip.id, -clip.speed)
    positions = [each.where for each in rows(timeline)[track][clip.start : clip.end] if each]
    assert [each.where for each in rows(after)[track][clip.start : clip.end] if each] == positions[::-1]
    assert edits.set_speed(after, clip.id, clip.speed).track(track).clips == timeline.track(track).clips


@with_film
def test_another_speed_shows_the_same_part(dice: random.Random) -> None:
    timeline = free_film(dice)
    if (found := any_clip(dice, timeline)) is None:
        return
    track, clip = found
    speed = dice.choice([Fraction(1, 3), Fraction(3), Fraction(-5, 4)])
    if not isinstance(clip.source, MediaSource) or clip.source.kind == "image" or clip.speed == 0:
        return
    try:
        after = edits.set_speed(timeline, clip.id, speed, ripple=True)
    except BadInput:  # another track is in the way
        return
    _, now = after.find(clip.id)
    assert now.start == clip.start
    wanted = max(1, round(clip.duration * abs(clip.speed / speed)))
    pace = abs(speed * clip.source.rate / timeline.rate)
    lowest = min(now.source_start, now.source_start + (now.duration - 1) * speed / abs(speed) * pace)
    assert now.duration == wanted or (now.duration < wanted and lowest + now.duration * pace >= clip.source.frame_count)
    later = [(each.id, each.start - clip.end) for each in timeline.track(track).clips if each.start >= clip.end]
    assert later == [(each.id, each.start - now.end) for each in after.track(track).clips if each.start >= now.end]


@with_film
def test_a_clip_stays_exact_and_readable_through_any_speeds(dice: random.Random) -> None:
    source = MediaSource("a", "ab" * 32, "video", 10_000, Fraction(30000, 1001), True, 64, 36)
    clip = Clip("c", 0, 200, source, Fraction(1000))
    timeline = Timeline(Fraction(24), 64, 36, tracks=(Track("v", "video", clips=(clip,)),))
    for _ in range(12):
        speed = Fraction(dice.randrange(500_000, 2_000_000), dice.randrange(800_000, 999_999))
        with suppress(BadInput):
            timeline = edits.set_speed(timeline, "c", dice.choice([1, -1]) * speed)
            timeline = edits.trim(timeline, "c", "head", dice.choice([-3, 3]))
        assert list(problems(timeline)) == []
        assert parse_timeline_data(timeline.to_data()) == timeline
