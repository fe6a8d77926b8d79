"""Whole runs of the authors' pipelines, through the model class that makes clips."""

from fractions import Fraction
from typing import Any

import pytest
import torch
from torch import Tensor

from artifex.catalog.contract import Hooks, References
from artifex.catalog.wan.model import WanModel
from artifex.recipe import ModelLock, Recipe
from tests.golden import authors
from tests.golden.cases import Case, find_case


def recipe(case: Case, run: dict[str, Any]) -> Recipe:
    width, height = run["size"]
    return Recipe(
        model=ModelLock("golden", ()),
        task="i2v" if run["image"] else "t2v",
        prompt=case.about["prompt"],
        negative_prompt=case.about["defaults"]["sample_neg_prompt"],
        width=width,
        height=height,
        frame_count=run["frame_num"],
        frame_rate=Fraction(24),
        steps=run["sampling_steps"],
        solver=run["sample_solver"],
        shift=run["shift"],
        guidance=(run["guide_scale"], run["guide_scale"]),
        seed=run["seed"],
    )


@pytest.fixture(scope="module")
def case() -> Case:
    return find_case("pipe_ti2v")


def quiet(_: object) -> None:
    pass


def test_ti2v(case: Case) -> None:
    components = authors.ti2v_components(case.config, case.folder / "ckpt")
    model = WanModel(components)
    picture = case.inputs["image"].numpy()[None]
    for run in case.about["runs"]:
        prefix: str = run["prefix"]
        wanted = recipe(case, run)
        conditioning = model.encode(wanted, References({"image": picture} if run["image"] else {}))
        case.check(conditioning.prompt[0], f"{prefix}context")
        case.check(conditioning.negative[0], f"{prefix}context_null")
        latents = model.denoise(conditioning, wanted, Hooks(quiet, quiet, 2), resume=None)
        theirs = case.outputs[f"{prefix}latents"][-1]
        if conditioning.first_frame is not None:
            case.check(conditioning.first_frame[0], f"{prefix}z")
            theirs = torch.cat((case.outputs[f"{prefix}z"], theirs[:, 1:]), dim=1)
        case.check_values(latents, theirs, f"{prefix}latents")
        case.check(decoded(components.vae.decode(latents[None])), f"{prefix}video")


def decoded(chunks: Any) -> Tensor:
    with torch.inference_mode():
        return torch.cat(list(chunks), dim=2)[0]
