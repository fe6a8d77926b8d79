"""The shipped starter changes a shape's colour in the middle of a clip, and the shape goes on as it went."""

import numpy as np
import pytest
from training.starter.reader import shape_by_frame

from artifex.catalog.compose import Wishes, compose
from artifex.catalog.contract import Hooks, References, VideoModel
from artifex.catalog.manifest import lock
from artifex.catalog.presets import Values
from artifex.catalog.prompt_track import MarkWish
from artifex.catalog.registry import find_model, load_model
from artifex.recipe import Recipe
from artifex.wiring import local_studio

SILENT = Hooks(on_step=lambda _: None, on_checkpoint=lambda _: None, checkpoint_every=1000)
MARK, SOON = 16, 10


def recipe(seed: int) -> Recipe:
    spec = find_model("starter")
    red, blue = (f"a {colour} circle moves slowly right on a white background" for colour in ("red", "blue"))
    wishes = Wishes(red, Values(steps=8), prompt_track=(MarkWish(MARK, blue),))
    return compose(spec, lock(spec), wishes, seed)


@pytest.fixture(scope="module")
def starter() -> VideoModel:
    return load_model(find_model("starter"), local_studio().plan(recipe(0)))


@pytest.mark.parametrize("seed", [0, 1])
def test_the_colour_changes_at_the_mark_and_the_motion_goes_on(starter: VideoModel, seed: int) -> None:
    conditioning = starter.encode(recipe(seed), References({}))
    latents = starter.denoise(conditioning, recipe(seed), SILENT, None)
    colours, centres = shape_by_frame(np.concatenate(list(starter.decode(latents, conditioning))))
    assert (colours[MARK - SOON], colours[MARK + SOON]) == ("red", "blue")
    stops = centres[[0, MARK, 32], 0]
    assert np.all(np.diff(stops) > 5), "it goes right before the mark and after it"
