"""What pictures, clips and voices make of a request, by the specs of the published models."""

from fractions import Fraction

import pytest

from artifex.catalog.compose import Material, Wishes, compose
from artifex.catalog.presets import Values
from artifex.catalog.registry import find_model
from artifex.errors import BadInput
from artifex.recipe import ModelLock, Recipe, Reference, Role, parse_recipe
from artifex.units import PixelSize

ANY_HASH = "0" * 64


def wishes(
    *roles: Role, values: Values | None = None, material: Material | None = None, compat: bool = False
) -> Wishes:
    references = tuple(Reference(role, ANY_HASH) for role in roles)
    return Wishes("a cat", values or Values(), references, material or Material(), compat=compat)


def made(model: str, asked: Wishes) -> Recipe:
    return compose(find_model(model), ModelLock(model, ()), asked, seed=1)


def test_the_authors_defaults() -> None:
    recipe = made("wan2.2-t2v-a14b", wishes())
    assert (recipe.task, recipe.width, recipe.height, recipe.frame_count) == ("t2v", 1280, 720, 81)
    assert (recipe.guidance, recipe.shift, recipe.steps, recipe.solver) == ((3.0, 4.0), 12.0, 40, "unipc")
    assert recipe.negative_prompt.startswith("色调艳丽")


@pytest.mark.parametrize(
    ("model", "expected"),
    [("wan2.2-i2v-a14b", PixelSize(1152, 784)), ("wan2.2-ti2v-5b", PixelSize(1152, 768))],
)
def test_a_clip_takes_the_shape_of_its_picture(model: str, expected: PixelSize) -> None:
    recipe = made(model, wishes("image", material=Material(PixelSize(3622, 2485))))
    assert recipe.task == "i2v"
    assert PixelSize(recipe.width, recipe.height) == expected


def test_a_size_that_was_asked_for_stands() -> None:
    asked = wishes("image", values=Values(size=PixelSize(832, 480)), material=Material(PixelSize(3622, 2485)))
    assert made("wan2.2-i2v-a14b", asked).width == 832


def test_an_area_takes_the_shape_of_the_picture() -> None:
    asked = wishes("image", values=Values(area=399_360), material=Material(PixelSize(3622, 2485)))
    recipe = made("wan2.2-i2v-a14b", asked)
    assert (recipe.width, recipe.height) == (752, 512)


def test_a_clip_that_goes_on_with_another() -> None:
    recipe = made("wan2.2-ti2v-5b", wishes("video", material=Material(PixelSize(1280, 704))))
    assert (recipe.task, recipe.width, recipe.height) == ("i2v", 1280, 704)


@pytest.mark.parametrize("model", ["wan2.2-ti2v-5b", "wan2.2-i2v-a14b", "wan2.1-i2v-14b-480p"])
@pytest.mark.parametrize("frame_count", [1, 5])
def test_a_clip_that_goes_on_has_frames_of_its_own(model: str, frame_count: int) -> None:
    with pytest.raises(BadInput, match="9 frames or more") as refused:
        made(model, wishes("video", values=Values(frame_count=frame_count)))
    assert refused.value.field == "frames"
    assert made(model, wishes("video", values=Values(frame_count=9))).frame_count == 9


def test_a_voice_gives_the_length() -> None:
    material = Material(PixelSize(1024, 704), Fraction(11, 2))
    recipe = made("wan2.2-s2v-14b", wishes("image", "audio", material=material))
    assert (recipe.task, recipe.frame_count, recipe.frame_rate) == ("s2v", 88, 16)
    assert recipe.speech is not None
    assert recipe.speech.segment_frames == 80
    assert parse_recipe(recipe.canonical()) == recipe


def test_a_voice_is_cut_to_what_is_asked_for() -> None:
    material = Material(PixelSize(1024, 704), Fraction(11, 2))
    asked = wishes("image", "audio", values=Values(frame_count=40), material=material)
    assert made("wan2.2-s2v-14b", asked).frame_count == 40


def test_as_the_authors_make_it_three_frames_are_missing() -> None:
    material = Material(PixelSize(1024, 704), Fraction(11, 2))
    recipe = made("wan2.2-s2v-14b", wishes("image", "audio", material=material, compat=True))
    assert recipe.frame_count == 2 * 80 - 3


@pytest.mark.parametrize(
    ("model", "asked", "said"),
    [
        ("wan2.2-t2v-a14b", wishes("image"), "takes no picture"),
        ("wan2.2-i2v-a14b", wishes(), "needs a picture"),
        ("wan2.2-i2v-a14b", wishes("last_image"), "needs a picture"),
        ("wan2.2-i2v-a14b", wishes("image", "video"), "not both"),
        ("wan2.2-ti2v-5b", wishes("image", "last_image"), "takes no last picture"),
        ("wan2.2-ti2v-5b", wishes("image", "audio"), "takes no voice"),
        ("wan2.2-s2v-14b", wishes("image"), "needs a voice"),
        ("wan2.2-s2v-14b", wishes("audio"), "needs a picture"),
        ("wan2.2-ti2v-5b", wishes(values=Values(guidance=(3.0, 4.0))), "one expert"),
        ("wan2.2-t2v-a14b", wishes(values=Values(frame_count=80)), "77 and 81"),
        ("wan2.2-t2v-a14b", wishes(values=Values(size=PixelSize(1000, 700))), "multiples of 16"),
        (
            "wan2.2-s2v-14b",
            wishes("image", "audio", values=Values(segment_frames=3), material=Material(None, Fraction(3))),
            "egment",
        ),
    ],
)
def test_what_does_not_go_together_is_refused(model: str, asked: Wishes, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        made(model, asked)


def test_recipes_without_the_later_fields_read_and_hash_as_before() -> None:
    recipe = made("wan2.2-t2v-a14b", wishes())
    data = recipe.to_data()
    assert not {"speech", "written_prompt", "rungs"} & data.keys()
    assert parse_recipe(recipe.canonical()).sha256 == recipe.sha256
