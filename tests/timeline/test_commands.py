"""Commands as JSON: what is wrong is told, what is right is done."""

import random
from fractions import Fraction
from typing import Any

import pytest

from artifex.errors import BadInput, Conflict, NotFound, UnknownName
from artifex.timeline.clip import Clip
from artifex.timeline.commands import EDITS, describe_commands, parse_command, perform
from artifex.timeline.project import Project
from artifex.timeline.sources import MediaSource
from artifex.timeline.timeline import Timeline
from artifex.timeline.track import Track
from tests.timeline.films import counter, film


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ([], "A command is an object"),
        ({"edit": "explode"}, "no edit 'explode'; there are accept_take"),
        ({}, "There is no edit None"),
        ({"edit": "trim", "clip": "c", "edge": "head"}, "trim.by is missing"),
        ({"edit": "trim", "clip": "c", "edge": "middle", "by": 1}, "trim.edge is 'middle', none of head, tail"),
        ({"edit": "trim", "clip": "c", "edge": "head", "by": 1.5}, "trim.by has to be a whole number"),
        ({"edit": "trim", "clip": "c", "edge": "head", "by": 1, "fast": True}, "unknown field 'fast'"),
        ({"edit": "trim", "clip": "a b", "edge": "head", "by": 1}, "trim.clip has to be an id"),
        ({"edit": "lift_clips", "clips": "c"}, "lift_clips.clips has to be a list"),
        ({"edit": "lift_clips", "clips": [3]}, "lift_clips.clips.0 has to be text"),
        ({"edit": "set_speed", "clip": "c", "speed": "fast"}, "fraction like"),
        ({"edit": "set_speed", "clip": "c", "speed": "1/0"}, "divides by 0"),
        ({"edit": "insert", "at": -1, "clips": []}, "insert.at is -1"),
        (
            {"edit": "insert", "at": 1, "clips": [{"track": "v", "clip": {"duration": 1}}]},
            r"clips\[0\].clip.source is missing",
        ),
        ({"edit": "set_clip", "clip": "c", "look": [{"kind": "magic"}]}, r"set_clip.look.nodes\[0\].kind"),
        ({"edit": "set_keyframe", "clip": "c", "parameter": "scale", "frame": 1, "value": float("nan")}, "a number"),
        ({"edit": "add_marker", "frame": 1, "colour": "red"}, "colour like #1a2b3c"),
        ({"edit": "add_shot", "recipe": 3}, "add_shot.recipe has to be an object"),
        ({"edit": "set_shot", "shot": "a", "recipe": {"stepz": 4}}, "set_shot.recipe has an unknown field 'stepz'"),
        ({"edit": "add_shot", "recipe": {"prompt": "a", "colour": "red"}}, "add_shot.recipe .* 'colour'; correct it"),
        ({"edit": "extend", "after": "c", "duration": 5, "recipe": {"speech": {"lips": 1}}}, "field 'speech.lips'"),
        ({"edit": "set_shot", "shot": "a", "recipe": {"loras": [{"strength": 1}]}}, "field 'loras.strength'"),
        (
            {"edit": "set_shot", "shot": "a", "recipe": {"references": [{"role": "image", "sha256": "0" * 64}]}},
            "set_shot.recipe has references, which a shot takes from its inputs",
        ),
    ],
)
def test_wrong_commands_are_refused_saying_why(data: Any, message: str) -> None:
    with pytest.raises(BadInput, match=message):
        parse_command(data)


def test_a_shot_may_have_any_part_of_a_recipe() -> None:
    """Of every field: also of those that are left out of recipes where they have their usual value."""
    recipe = {"format": 1, "references": [], "prompt": "a wolf"}
    recipe |= {"model": {"name": "starter", "files": {"vae/model.safetensors": "0" * 64}}, "step_cache": [0.1, 0.1]}
    recipe |= {"prompt_track": [{"frame": 8, "prompt": "it runs", "crossfade": 0}], "speech": None, "loras": []}
    for part in ({}, {"prompt": "a wolf"}, {"model": "starter"}, recipe):
        assert parse_command({"edit": "set_shot", "shot": "a", "recipe": part}).values["recipe"] == part


@pytest.mark.parametrize("name", ["", "  ", "two\nlines", "a" * 101])
def test_a_project_gets_no_name_that_a_new_one_could_not_have(name: str) -> None:
    with pytest.raises(BadInput, match="one line of 1 to 100 characters"):
        perform(Project("p", "", film(random.Random(11))), parse_command({"edit": "rename_project", "name": name}))


@pytest.mark.parametrize(
    ("data", "error"),
    [
        ({"edit": "trim", "clip": "nobody", "edge": "head", "by": 1}, NotFound),
        ({"edit": "lift", "start": 5, "end": 5}, BadInput),
        ({"edit": "set_parameter", "clip": "v1-0", "parameter": "magic", "value": 1}, UnknownName),
        ({"edit": "set_parameter", "clip": "v1-0", "parameter": "opacity", "value": 2}, BadInput),
        ({"edit": "set_track", "track": "v1", "volume": 99}, BadInput),
        ({"edit": "set_timeline", "width": 321}, BadInput),
        ({"edit": "set_timeline", "width": 320, "height": 181}, BadInput),
        ({"edit": "add_track", "track": "v1", "kind": "video"}, Conflict),
        ({"edit": "accept_take", "shot": "s", "asset": "a"}, NotFound),
    ],
)
def test_what_cannot_be_done_is_refused(data: Any, error: type[BadInput]) -> None:
    project = Project("p", "", film(random.Random(11)))
    with pytest.raises(error):
        perform(project, parse_command(data))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"edit": "trim", "clip": "a", "edge": "tail", "by": 3}, "has no more frames at its tail; 3 asked for"),
        ({"edit": "slip", "clip": "a", "by": -1}, "has no frames before its head"),
        (
            {"edit": "set_transition", "left": "a", "right": "b", "before": 2, "after": 0},
            "cannot begin before the cut: “Two” has no more in its source.*trim the head of “Two”",
        ),
        (
            {"edit": "set_transition", "left": "a", "right": "b", "before": 0, "after": 2},
            "cannot end after the cut: “One” has no more in its source.*trim the tail of “One”",
        ),
    ],
)
def test_clips_that_are_shown_whole_have_nothing_left(data: Any, message: str) -> None:
    source = MediaSource("m", "0" * 64, "video", 9, Fraction(24))
    clips = Clip("a", 0, 9, source, name="One"), Clip("b", 9, 9, source, name="Two")
    timeline = Timeline(Fraction(24), 64, 36, tracks=(Track("v", "video", clips=clips),))
    with pytest.raises(BadInput, match=message):
        perform(Project("p", "", timeline), parse_command(data))


def test_new_ids_are_filled_in() -> None:
    parsed = parse_command(
        {"edit": "insert", "at": 3, "clips": [{"track": "v1", "clip": {"duration": 2, "source": {"kind": "colour"}}}]},
        counter(),
    )
    assert parsed.to_data()["clips"][0]["clip"] == {"id": "n1", "start": 0, "duration": 2, "source": {"kind": "colour"}}
    assert parse_command({"edit": "add_marker", "frame": 3, "note": None}, counter()).to_data() == {
        "edit": "add_marker",
        "id": "n1",
        "frame": 3,
    }
    again = parse_command(parsed.to_data(), counter("other"))
    assert again == parsed


def test_locked_tracks_are_left_alone() -> None:
    project = Project("p", "", film(random.Random(11), locked=False))
    locked = perform(project, parse_command({"edit": "set_track", "track": "v1", "locked": True}))
    with pytest.raises(Conflict, match="is locked"):
        perform(locked, parse_command({"edit": "lift_clips", "clips": ["v1-0"]}))
    with pytest.raises(Conflict, match="is locked"):
        perform(locked, parse_command({"edit": "remove_track", "track": "v1"}))


def test_every_command_is_described() -> None:
    described = describe_commands()
    assert [each["edit"] for each in described] == sorted(EDITS)
    for each in described:
        assert each["meaning"].endswith("."), each["edit"]
        assert each["of"] in ("timeline", "project")
        for field in each["fields"]:
            assert set(field) == {"name", "required", "schema"}
            assert field["schema"].keys() & {"type", "enum"}
