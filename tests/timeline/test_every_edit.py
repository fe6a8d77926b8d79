"""What holds for every edit there is, tried at random."""

import random
from collections import defaultdict
from fractions import Fraction

import pytest

from artifex.errors import BadInput
from artifex.timeline.changes import applied, difference, inverse, parse_change
from artifex.timeline.commands import describe_commands, parse_command, perform_on_timeline
from artifex.timeline.history import History
from artifex.timeline.reading import parse_timeline_data
from artifex.timeline.timeline import Timeline
from artifex.timeline.validate import problems
from tests.timeline.films import command, counter, film, with_film
from tests.timeline.reference import sync

STEPS = 6
_MOVES_SOURCES = {"set_speed", "set_source", "link", "unlink"}


@with_film
def test_an_edit_is_refused_or_leaves_a_valid_timeline(dice: random.Random) -> None:
    timeline, new_id = film(dice), counter()
    assert list(problems(timeline)) == []
    for _ in range(STEPS):
        wanted = command(dice, timeline)
        parsed = parse_command(wanted, new_id)
        assert parse_command(parsed.to_data(), new_id) == parsed
        try:
            after = perform_on_timeline(timeline, parsed, new_id)
        except BadInput:
            continue
        assert list(problems(after)) == [], wanted
        assert parse_timeline_data(after.to_data()) == after
        check_locked(timeline, after, wanted["edit"])
        if not wanted.get("alone") and wanted["edit"] not in _MOVES_SOURCES:
            check_sync(timeline, after, wanted)
        timeline = after


def check_locked(before: Timeline, after: Timeline, edit: str) -> None:
    """On a locked track nothing changes; only links that lost their other clips."""
    if edit in ("set_track", "remove_track"):
        return
    for track in before.tracks:
        if track.locked:
            now = after.track(track.id)
            assert [(clip.id, clip.start, clip.duration, clip.source_start) for clip in track.clips] == [
                (clip.id, clip.start, clip.duration, clip.source_start) for clip in now.clips
            ]
            assert track.transitions == now.transitions


def check_sync(before: Timeline, after: Timeline, wanted: object) -> None:
    """Clips that are linked before and after lie to one another as they did."""
    places = {clip.id: sync(clip, before.rate) for clip in before.clips()}
    groups: dict[str, list[Fraction]] = defaultdict(list)
    links = {clip.id: clip.link for clip in before.clips()}
    for clip in after.clips():
        now, then = sync(clip, after.rate), places.get(clip.id)
        if clip.link is not None and links.get(clip.id) == clip.link and now is not None and then is not None:
            groups[clip.link].append(now - then)
    for moves in groups.values():
        assert len(set(moves)) == 1, wanted


@with_film
def test_a_change_leads_there_and_back_as_json(dice: random.Random) -> None:
    timeline, new_id = film(dice), counter()
    for _ in range(STEPS):
        try:
            after = perform_on_timeline(timeline, parse_command(command(dice, timeline), new_id), new_id)
        except BadInput:
            continue
        change = difference(timeline, after)
        assert parse_change(change.to_data()) == change
        assert applied(timeline, change) == after
        assert applied(after, inverse(change)) == timeline
        assert inverse(inverse(change)) == change
        assert bool(change) == (timeline != after)
        timeline = after


@with_film
def test_any_two_timelines_have_a_change_between_them(dice: random.Random) -> None:
    before, after = film(dice), film(dice)
    change = difference(before, after)
    assert applied(before, change) == after
    assert applied(after, inverse(change)) == before


@with_film
def test_undo_and_redo_restore_exactly(dice: random.Random) -> None:
    timeline, new_id = film(dice), counter()
    states, history = [timeline], History()
    for _ in range(STEPS):
        try:
            after = perform_on_timeline(timeline, parse_command(command(dice, timeline), new_id), new_id)
        except BadInput:
            continue
        history = history.with_change(difference(timeline, after))
        timeline = after
        states.append(timeline)
    for expected in reversed(states[:-1]):
        history, change = history.undone()
        timeline = applied(timeline, change)
        assert timeline == expected
    with pytest.raises(BadInput, match="nothing to undo"):
        history.undone()
    for expected in states[1:]:
        history, change = history.redone()
        timeline = applied(timeline, change)
        assert timeline == expected
    with pytest.raises(BadInput, match="nothing to redo"):
        history.redone()


def test_the_random_commands_know_every_edit_of_a_timeline() -> None:
    timeline = film(random.Random(1))
    tried = {command(random.Random(seed), timeline)["edit"] for seed in range(2000)}
    there = {each["edit"] for each in describe_commands() if each["of"] == "timeline"}
    assert there - tried == {"set_curve"}
