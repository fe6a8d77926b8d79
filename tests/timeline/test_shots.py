"""Shots, takes, and the timeline as a build graph."""

import json
import random
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest

from artifex.errors import BadInput, Conflict, NotFound
from artifex.recipe import ModelLock
from artifex.timeline.bridging import NewShot, extend, fill_gap
from artifex.timeline.build_graph import inputs_hash, rebuild_order, stale, takes_to_accept, unmade
from artifex.timeline.changes import applied, difference, inverse
from artifex.timeline.clip import Clip
from artifex.timeline.commands import parse_command, perform
from artifex.timeline.plan import plan
from artifex.timeline.project import Project, parse_project, parse_project_data
from artifex.timeline.shots import AssetInput, BridgeInput, Shot, Take, Treated
from artifex.timeline.sources import ColourSource, MediaSource, PromptSource, ShotSource
from artifex.timeline.takes import (
    accept_take,
    add_shot,
    add_take,
    audition_take,
    lock_models,
    reject_take,
    remove_asset,
    remove_shot,
    set_shot,
)
from artifex.timeline.timeline import Timeline
from artifex.timeline.track import Track
from tests.timeline.films import counter, with_film

RATE = Fraction(24)


def made(number: int, frames: int = 48, **changes: Any) -> MediaSource:
    values: dict[str, Any] = {"width": 64, "height": 36, "has_sound": False} | changes
    return MediaSource(f"a{number}", f"{number:064x}", "video", frames, values.pop("rate", RATE), **values)


def project(*shots: Shot, tracks: tuple[Track, ...] = ()) -> Project:
    return Project("p", "film", Timeline(RATE, 64, 36, tracks=tracks), shots)


def with_take(before: Project, shot: str, number: int, **changes: Any) -> Project:
    """A take made now from the present inputs, and accepted."""
    return accept_take(with_waiting_take(before, shot, number, **changes), shot, f"a{number}")


def with_waiting_take(before: Project, shot: str, number: int, **changes: Any) -> Project:
    """A take made now from the present inputs, and not yet accepted."""
    take = Take(f"a{number}", "0" * 64, inputs_hash(before, before.shot(shot)), "2026-11-28T10:00:00Z")
    return add_take(before, shot, made(number, **changes), take)


def chain() -> Project:
    """a <- b <- c and apart from them d, all made."""
    built = project(
        Shot("a", "A", {"prompt": "a fox", "model": "starter"}),
        Shot("b", "B", {"prompt": "it runs"}, (BridgeInput("image", "a"),)),
        Shot("c", "C", {"prompt": "it jumps"}, (BridgeInput("image", "b"),)),
        Shot("d", "D", {"prompt": "a bird"}, (AssetInput("image", "x", "ab" * 32),)),
    )
    for number, name in enumerate("abcd"):
        built = with_take(built, name, number)
    return built


def test_nothing_is_stale_when_all_was_made_in_order() -> None:
    assert stale(chain()) == ()
    assert unmade(chain()) == ()


def test_exactly_the_dependent_shots_turn_stale() -> None:
    before = chain()
    assert stale(set_shot(before, "a", recipe={"prompt": "a wolf", "model": "starter"})) == ("a", "b", "c")
    assert stale(set_shot(before, "b", recipe={"prompt": "it walks"})) == ("b", "c")
    assert stale(set_shot(before, "c", recipe={"prompt": "it sleeps"})) == ("c",)
    assert stale(set_shot(before, "d", inputs=[AssetInput("image", "y", "cd" * 32)])) == ("d",)
    assert stale(set_shot(before, "d", inputs=[AssetInput("image", "y", "ab" * 32)])) == ()
    assert stale(set_shot(before, "a", name="another name")) == ()


def test_another_take_of_the_shot_before_makes_the_next_ones_stale() -> None:
    again = with_take(chain(), "a", 10)
    assert stale(again) == ("b", "c")
    assert stale(accept_take(again, "a", "a0")) == ()
    assert stale(reject_take(again, "a", "a10")) == ("b", "c")
    assert unmade(reject_take(again, "a", "a10")) == ("a",)


def test_a_take_of_the_present_inputs_waits_to_be_accepted() -> None:
    def to_accept(now: Project) -> dict[str, str]:
        return takes_to_accept(now, {*stale(now), *unmade(now)})

    changed = set_shot(chain(), "a", recipe={"prompt": "a wolf", "model": "starter"})
    assert to_accept(changed) == {}
    waits = with_waiting_take(with_waiting_take(changed, "a", 10), "b", 11)
    assert to_accept(waits) == {"a": "a10"}, "what b goes on from is about to change"
    assert to_accept(reject_take(waits, "a", "a10")) == {}
    assert to_accept(set_shot(waits, "a", recipe={"prompt": "a bear", "model": "starter"})) == {}
    accepted = accept_take(waits, "a", "a10")
    assert (to_accept(accepted), stale(accepted)) == ({}, ("b", "c"))
    assert to_accept(with_waiting_take(accepted, "b", 12)) == {"b": "a12"}


def test_models_count_by_their_content() -> None:
    before = lock_models(chain(), [ModelLock("other", (("w", "ab" * 32),))])
    assert stale(before) == ()
    assert stale(lock_models(before, [ModelLock("starter", (("w", "ab" * 32),))])) == ("a", "b", "c")


def test_rebuilding_goes_from_what_is_needed_to_what_is_wanted() -> None:
    changed = set_shot(chain(), "a", recipe={"prompt": "a wolf"})
    assert rebuild_order(changed, ["c"]) == ("a", "b", "c")
    assert rebuild_order(changed, ["b", "d"]) == ("a", "b", "d")
    assert rebuild_order(chain(), ["c"]) == ("c",)
    with pytest.raises(NotFound):
        rebuild_order(changed, ["nobody"])


def test_circles_and_unknown_shots_are_refused() -> None:
    with pytest.raises(BadInput, match="in a circle: A → C → B"):
        set_shot(chain(), "a", inputs=[BridgeInput("image", "c")])
    with pytest.raises(BadInput, match="in a circle"):
        set_shot(chain(), "a", inputs=[BridgeInput("image", "a")])
    with pytest.raises(BadInput, match="does not have"):
        add_shot(chain(), Shot("e", "E", {}, (BridgeInput("image", "nobody"),)))
    with pytest.raises(Conflict):
        add_shot(chain(), Shot("a", "A", {}))


def test_a_thousand_shots_in_a_chain() -> None:
    shots = [Shot(f"s{i}", "", {}, (BridgeInput("image", f"s{i - 1}"),) if i else ()) for i in range(1000)]
    long = project(*reversed(shots))
    assert rebuild_order(long, ["s999"]) == tuple(f"s{i}" for i in range(1000))


@with_film
def test_staleness_by_its_definition_on_random_graphs(dice: random.Random) -> None:
    count = dice.randrange(1, 8)
    shots: list[Shot] = []
    for i in range(count):
        before = dice.sample(range(i), min(i, dice.randrange(3)))
        shots.append(Shot(f"s{i}", "", {"seed": 0}, tuple(BridgeInput("image", f"s{one}") for one in before)))
    built = project(*shots)
    for i in range(count):
        if dice.random() < 0.9:
            built = with_take(built, f"s{i}", i)
    touched = {f"s{i}" for i in range(count) if dice.random() < 0.3}
    for name in touched:
        built = set_shot(built, name, recipe={"seed": 1})
    reached = {name for name in touched if built.shot(name).accepted}
    for shot in built.shots:
        if any(bridge.shot in reached for bridge in shot.bridges):
            reached.add(shot.id)
    expected = tuple(shot.id for shot in built.shots if shot.id in reached and shot.accepted)
    assert stale(built) == expected
    order = rebuild_order(built, expected)
    for shot in built.shots:
        for bridge in shot.bridges:
            if shot.id in order and bridge.shot in order:
                assert order.index(bridge.shot) < order.index(shot.id)


def test_prompts_over_time_are_inputs() -> None:
    clip = Clip("c", 10, 40, ShotSource("a", 48, RATE))
    before = chain()
    timeline = replace(before.timeline, tracks=(Track("v", "video", clips=(clip,)),))
    before = replace(before, timeline=timeline)
    assert stale(before) == ()

    def prompted(*prompts: Clip, muted: bool = False) -> Project:
        track = Track("p", "prompt", clips=prompts, muted=muted)
        return replace(before, timeline=replace(timeline, tracks=(track, *timeline.tracks)))

    rain = Clip("r", 20, 100, PromptSource("rain", 4))
    assert stale(prompted(rain)) == ("a", "b", "c")
    assert stale(prompted(rain.at(60))) == ()
    assert stale(prompted(rain, muted=True)) == ()
    assert inputs_hash(prompted(rain), before.shot("a")) == inputs_hash(
        prompted(replace(rain, duration=50)), before.shot("a")
    )


def filmed(**figures: Any) -> Project:
    clip = Clip("c", 10, 40, ShotSource("a", 48, RATE, True), Fraction(4))
    after = Clip("d", 50, 10, ColourSource())
    sound = replace(clip, id="s", link="l")
    clip = replace(clip, link="l")
    tracks = (Track("v", "video", clips=(clip, after)), Track("u", "audio", clips=(sound,)))
    return project(Shot("a", "A", {}), tracks=tracks)


def test_an_accepted_take_is_shown_and_shortens_what_it_cannot_fill() -> None:
    before = filmed()
    whole = with_take(before, "a", 1, has_sound=True)
    assert [clip.duration for clip in whole.timeline.clips()] == [40, 10, 40]
    assert plan(whole).segments[1].layers[0].to_data()["sha256"] == f"{1:064x}"
    short = with_take(before, "a", 2, frames=30, has_sound=True)
    assert [clip.duration for clip in short.timeline.clips()] == [26, 10, 26]
    slow = with_take(before, "a", 3, frames=24, rate=Fraction(12), has_sound=True)
    first = next(slow.timeline.clips())
    assert (first.duration, first.source_start) == (40, 2)
    with pytest.raises(BadInput, match="begins after its end"):
        with_take(before, "a", 4, frames=3, has_sound=True)
    with pytest.raises(BadInput, match="no sound"):
        with_take(before, "a", 5)


def test_takes_come_and_go_and_all_of_it_can_be_undone() -> None:
    states = [filmed()]
    take = Take("a1", "0" * 64, "1" * 64, "2026-11-28T10:00:00Z")
    states.append(add_take(states[-1], "a", made(1, has_sound=True), take))
    states.append(accept_take(states[-1], "a", "a1"))
    states.append(reject_take(states[-1], "a", "a1"))
    states.append(audition_take(states[-1], "a", "a1"))
    treated = replace(take, asset="a2", treated=Treated("a1", {"hold_colour": 1.0}))
    states.append(add_take(states[-1], "a", made(2), treated))
    assert [[each.state for each in state.shot("a").takes] for state in states] == [
        [],
        ["auditioned"],
        ["accepted"],
        ["rejected"],
        ["auditioned"],
        ["auditioned", "auditioned"],
    ]
    for before, after in pairwise(states):
        change = difference(before, after)
        assert applied(before, change) == after
        assert applied(after, inverse(change)) == before
        assert parse_project(json.dumps(after.to_data())) == after
    with pytest.raises(Conflict):
        remove_asset(states[-1], "a1")
    with pytest.raises(Conflict, match="on the timeline"):
        remove_shot(states[-1], "a")
    with pytest.raises(Conflict, match="goes on from"):
        remove_shot(chain(), "a")
    assert [shot.id for shot in remove_shot(chain(), "d").shots] == ["a", "b", "c"]
    with pytest.raises(Conflict):
        add_take(states[-1], "a", made(1), take)


def gap() -> Project:
    left = Clip("l", 0, 20, made(7), Fraction(10))
    right = Clip("r", 44, 10, ShotSource("a", 48, RATE), Fraction(0))
    return replace(project(Shot("a", "A", {}), tracks=(Track("v", "video", clips=(left, right)),)), assets=(made(7),))


def test_a_gap_is_filled_from_its_neighbours() -> None:
    new = NewShot("n", "k", {"prompt": "between", "frame_count": 33, "frame_rate": "16"}, "Between")
    filled = fill_gap(gap(), "v", 30, new, new_id=counter())
    assert filled.shot("n").inputs == (
        AssetInput("image", "a7", f"{7:064x}", 29),
        BridgeInput("last_image", "a", "first"),
    )
    _, clip = filled.timeline.find("k")
    assert (clip.start, clip.end, clip.shot) == (20, 44, "n")
    assert parse_project_data(filled.to_data()) == filled
    layer = plan(filled).segments[1].layers[0].to_data()
    assert Fraction(layer["start"]) + 23 * Fraction(layer["step"]) == 32
    with pytest.raises(BadInput, match="no gap"):
        fill_gap(gap(), "v", 10, new, new_id=counter())
    command = parse_command(
        {"edit": "fill_gap", "track": "v", "frame": 30, "recipe": {"frame_count": 25}}, counter("i")
    )
    assert stale(perform(gap(), command)) == ()
    assert len(perform(gap(), command).shots) == 2


def test_a_clip_is_extended_into_the_gap_or_by_opening_the_timeline() -> None:
    new = NewShot("n", "k", {"prompt": "on"})
    after = extend(gap(), "l", 20, new, new_id=counter())
    assert [(clip.id, clip.start) for clip in after.timeline.clips()] == [("l", 0), ("k", 20), ("r", 44)]
    after = extend(gap(), "l", 30, new, new_id=counter())
    assert [(clip.id, clip.start) for clip in after.timeline.clips()] == [("l", 0), ("k", 20), ("r", 74)]
    assert after.shot("n").inputs == (AssetInput("image", "a7", f"{7:064x}", 29),)
    on = extend(gap(), "r", 30, new, new_id=counter())
    assert on.shot("n").inputs == (BridgeInput("image", "a", 9),)
    with pytest.raises(BadInput, match="no frame"):
        extend(filmed(), "d", 30, new, new_id=counter())


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (("format",), 99, "update Artifex"),
        (("format",), "1", "whole number"),
        (("colour",), "red", "unknown field 'colour'"),
        (("shots", 0, "takes", 0, "state"), "loved", r"shots\[0\].takes\[0\].state"),
        (("shots", 0, "takes", 0, "asset"), "nobody", "lacks"),
        (("shots", 0, "takes", 0, "treated"), {"asset": "a1"}, r"takes\[0\].treated.*treatment"),
        (("shots", 1, "inputs", 0, "frame"), -1, "frame"),
        (("shots", 1, "inputs", 0, "shot"), "zzz", "does not have"),
        (("assets", 0, "sha256"), "no", r"assets\[0\].sha256"),
        (("models",), [{"name": "m"}, {"name": "n"}, {"name": "m"}], "model m is there 2 times"),
        (("timeline", "rate"), "0/1", "rate above 0"),
        (("models",), [{"name": "m", "files": {"w": "x"}}], "sha256"),
    ],
)
def test_wrong_projects_are_refused_saying_where(path: tuple[Any, ...], value: Any, message: str) -> None:
    data = json.loads(json.dumps(chain().to_data()))
    inside = data
    for part in path[:-1]:
        inside = inside[part]
    inside[path[-1]] = value
    with pytest.raises(BadInput, match=message):
        parse_project_data(data)
