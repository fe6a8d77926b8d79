"""What the timeline's prompt tracks say over a shot becomes the prompt track of its next take."""

from dataclasses import replace
from fractions import Fraction

from artifex.jobs.films.shots import prompts_asked
from artifex.timeline.clip import Clip
from artifex.timeline.sources import PromptSource, ShotSource
from artifex.timeline.timeline import Timeline
from artifex.timeline.track import Track
from tests.ground.test_recipe import RECIPE

RATE = Fraction(16)
MADE = replace(RECIPE, prompt="a red circle", frame_count=69, frame_rate=RATE)
SHOT = Clip("c", 10, 66, ShotSource("a", 69, RATE))


def timeline(*prompts: Clip) -> Timeline:
    return Timeline(RATE, 64, 64, tracks=(Track("p", "prompt", clips=prompts), Track("v", "video", clips=(SHOT,))))


def said(at: int, duration: int, text: str, crossfade: int = 0) -> Clip:
    return Clip(text, at, duration, PromptSource(text, crossfade))


def test_items_are_marks_and_gaps_are_the_shots_own_prompt() -> None:
    asked = prompts_asked(timeline(said(32, 20, "blue", 4), said(54, 100, "green")), "a", MADE)
    assert asked == {
        "prompt": "a red circle",
        "prompt_track": [
            {"frame": 22, "prompt": "blue", "crossfade": 4},
            {"frame": 42, "prompt": "a red circle", "crossfade": 0},
            {"frame": 44, "prompt": "green", "crossfade": 0},
        ],
    }


def test_an_item_over_all_of_a_shot_is_its_prompt() -> None:
    assert prompts_asked(timeline(said(0, 200, "blue")), "a", MADE) == {"prompt": "blue", "prompt_track": []}


def test_where_nothing_is_said_nothing_is_asked() -> None:
    assert prompts_asked(timeline(said(200, 10, "blue")), "a", MADE) == {}
    assert prompts_asked(timeline(), "a", MADE) == {}


def test_marks_keep_to_the_frames_that_are_made() -> None:
    """A take may be shorter than the clip that shows it."""
    short = replace(MADE, frame_count=33)
    asked = prompts_asked(timeline(said(40, 9, "blue", 8), said(60, 9, "green")), "a", short)
    assert asked["prompt_track"] == [{"frame": 30, "prompt": "blue", "crossfade": 3}]
