"""Whole runs of the authors' pipelines, through the model class that makes clips."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from artifex.catalog.contract import Frames, Hooks, References
from artifex.catalog.wan.components import Components
from artifex.catalog.wan.conditioning import Conditioning
from artifex.catalog.wan.extent import nearest_size
from artifex.catalog.wan.model import WanModel
from artifex.recipe import ModelLock, Recipe
from artifex.units import PixelSize
from tests.golden import authors
from tests.golden.cases import Case, find_case
from tests.weights import rewrite

PIPELINES = ("pipe_t2v", "pipe_i2v", "pipe_ti2v")
GRID = 16


def recipe(case: Case, run: dict[str, Any]) -> Recipe:
    size, scale = clip_size(case, run), run["guide_scale"]
    low, high = scale if isinstance(scale, list) else (scale, scale)
    return Recipe(
        model=ModelLock("golden", ()),
        task="i2v" if shows_picture(case, run) else "t2v",
        prompt=case.about["prompt"],
        negative_prompt=case.about["defaults"]["sample_neg_prompt"],
        width=size.width,
        height=size.height,
        frame_count=run["frame_num"],
        frame_rate=Fraction(24),
        steps=run["sampling_steps"],
        solver=run["sample_solver"],
        shift=run["shift"],
        guidance=(low, high),
        seed=run["seed"],
    )


def shows_picture(case: Case, run: dict[str, Any]) -> bool:
    return bool(run.get("image", "image" in case.inputs))


def clip_size(case: Case, run: dict[str, Any]) -> PixelSize:
    if "size" in run:
        return PixelSize(*run["size"])
    height, width = case.inputs["image"].shape[:2]
    return nearest_size(PixelSize(width, height), run["max_area"], GRID)


@pytest.fixture(scope="module", params=PIPELINES)
def case(request: pytest.FixtureRequest) -> Case:
    return find_case(request.param)


@pytest.mark.parametrize("layout", ["authors", "diffusers", "single files"])
def test_every_run_from_every_layout(case: Case, layout: str, tmp_path: Path) -> None:
    components = authors.components(rewrite.written_as(layout, case.folder / "ckpt", tmp_path / "model"))
    for run in case.about["runs"]:
        check_run(case, components, run)


def check_run(case: Case, components: Components, run: dict[str, Any]) -> None:
    model = WanModel(components)
    prefix: str = run["prefix"]
    wanted = recipe(case, run)
    pictures: dict[Any, Frames] = {}
    if shows_picture(case, run):
        pictures["image"] = case.inputs["image"].numpy()[None]
    conditioning = model.encode(wanted, References(pictures))
    case.check(conditioning.prompt[0], f"{prefix}context")
    case.check(conditioning.negative[0], f"{prefix}context_null")
    latents = model.denoise(conditioning, wanted, Hooks(quiet, quiet, 2), resume=None)
    case.check_values(latents, last_latents(case, prefix, conditioning), f"{prefix}latents")
    case.check(decoded(components.vae.decode(latents[None])), f"{prefix}video")


def last_latents(case: Case, prefix: str, conditioning: Conditioning) -> Tensor:
    theirs = case.outputs[f"{prefix}latents"][-1]
    if conditioning.channels is not None:
        case.check(conditioning.channels[0], f"{prefix}y")
    if conditioning.start is None:
        return theirs
    case.check(conditioning.start[0], f"{prefix}z")
    return torch.cat((case.outputs[f"{prefix}z"], theirs[:, 1:]), dim=1)


def decoded(chunks: Iterator[Tensor]) -> Tensor:
    with torch.inference_mode():
        return torch.cat(list(chunks), dim=2)[0]


def quiet(_: object) -> None:
    pass
