"""The timeline's prompts over a shot become the prompt track of its next take."""

from dataclasses import replace
from fractions import Fraction

from artifex.jobs.films.shots import bridged_frame, prompts_asked, ready_shots, recipe_data, with_take
from artifex.store.asset_rows import AssetRow
from artifex.timeline.clip import Clip
from artifex.timeline.project import Project
from artifex.timeline.shots import AssetInput, Shot
from artifex.timeline.sources import PromptSource, ShotSource
from artifex.timeline.takes import set_shot
from artifex.timeline.timeline import Timeline
from artifex.timeline.track import Track
from tests.ground.test_recipe import RECIPE
from tests.timeline.test_shots import chain, with_waiting_take

RATE = Fraction(16)
MADE = replace(RECIPE, prompt="a red circle", frame_count=69, frame_rate=RATE)
SHOT = Clip("c", 10, 66, ShotSource("a", 69, RATE))
VIDEO = AssetRow(
    id="b",
    owner="o",
    sha256="2" * 64,
    size=1,
    kind="video",
    media_type="video/mp4",
    name="clip",
    facts={"frame_count": 33, "frame_rate": "16", "width": 64, "height": 64},
    recipe=None,
    job_id=None,
    thumbnail=None,
    poster=None,
    created_at=0.0,
    favourite=False,
    trashed_at=None,
    claimed_recipe=None,
)


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


def test_a_frame_of_a_video_of_the_library_is_given_as_a_picture() -> None:
    """A whole reference has the hash of its file, a single frame that of the picture made from it."""
    whole, frame = AssetInput("image", "a", "1" * 64), AssetInput("image", "b", "2" * 64, "last")
    for given, sha256 in ((whole, "1" * 64), (frame, "3" * 64)):
        [reference] = recipe_data(Shot("s", "", {}, (given,)), lambda _: "3" * 64)["references"]
        assert reference == {"role": "image", "sha256": sha256}
    project = Project("p", "film", Timeline(RATE, 64, 64))
    for choice, number in (("last", 32), ("first", 0), (7, 7)):
        media, found = bridged_frame(project, replace(frame, frame=choice), lambda _: VIDEO)
        assert (media.asset, found) == ("b", number)


def test_a_first_take_that_its_clips_cannot_show_is_kept_to_be_accepted() -> None:
    """As when a shot was asked to be shorter after its clip was cut: the film has to open, with the take in it."""
    late = Clip("c", 0, 13, ShotSource("s", 33, RATE), Fraction(20))
    timeline = Timeline(RATE, 64, 64, tracks=(Track("v", "video", clips=(late,)),))
    project = Project("p", "film", timeline, (Shot("s", "", {}),))
    short = replace(VIDEO, facts={**VIDEO.facts, "frame_count": 9})
    [shot] = with_take(project, "s", short, "1" * 64, "2" * 64, 0.0).shots
    assert [(take.asset, take.state) for take in shot.takes] == [("b", "auditioned")]
    [shot] = with_take(project, "s", VIDEO, "1" * 64, "2" * 64, 0.0).shots
    assert [(take.asset, take.state) for take in shot.takes] == [("b", "accepted")]


def test_a_shot_whose_take_waits_is_not_made_again_for_those_that_go_on_from_it() -> None:
    changed = set_shot(chain(), "a", recipe={"prompt": "a wolf", "model": "starter"})
    assert [shot.id for shot in ready_shots(changed)] == ["a"]
    waits = with_waiting_take(changed, "a", 10)
    assert ready_shots(waits) == ready_shots(waits, ["b"]) == []
    assert [shot.id for shot in ready_shots(waits, ["a"])] == ["a"], "whoever names it wants another"
