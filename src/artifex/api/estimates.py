"""Estimates of a clip's memory, disk and time, and alternatives that fit or are faster."""

from typing import Any

from pydantic import BaseModel

from artifex.api.clips import composed
from artifex.api.job_requests import Clip, EstimateRequest
from artifex.api.service import Caller, Service
from artifex.catalog.plan import Plan
from artifex.jobs.alternatives import Alternative, alternatives
from artifex.jobs.estimate import plan_data
from artifex.jobs.planner import Planner

_SHADOWS = {"size": ("width", "height", "area"), "frames": ("seconds",)}
"""Fields of a clip that exclude the key's field."""


class PlanAnswer(BaseModel):
    """How the server's own machine would make a clip; memory and disk in bytes, times in seconds."""

    device: str
    """``cuda:0``, or ``cpu``."""
    gpus: int
    """How many GPUs make the clip together; ``vram`` is for each."""
    dtype: str
    attention: str
    quantisation: str
    resident_blocks: int | None
    """Transformer blocks that stay on the GPU while the others are streamed; null where all stay."""
    host_blocks: int | None
    """Blocks kept in host memory while streaming; null for all. The others are read from disk at every step."""
    text_encoder: str
    token_chunk: int | None
    decode_dtype: str
    decode_by_frame: bool
    vae_tile: int | None
    """Side of the VAE's decoding tiles, in latent cells; null for whole frames."""
    costs_quality: list[str]
    """What fitting costs in quality, in words."""
    vram: int
    ram: int
    disk: int
    seconds: float
    stages: dict[str, float]
    basis: str
    """``calibrated`` if based on clips that this machine made, else ``estimated``."""
    fits: bool
    shortage: str | None
    """Why it does not fit, and what to do; null where it fits."""


class AlternativeAnswer(BaseModel):
    """A change with which a clip fits or is made sooner."""

    name: str
    changes: dict[str, Any]
    """Fields to set in the body that was sent; null means to leave the field out."""
    plan: PlanAnswer
    fits: bool
    costs: list[dict[str, Any]]
    """Each is a ``code`` with figures: ``shorter``, ``smaller_picture`` and ``fewer_steps`` with ``from`` and ``to``;
    ``weights_rounded`` with ``bits`` and ``kind``; ``decoded_in_16_bits``; ``decoded_in_tiles`` with ``cells``;
    ``slower_on_processor``."""


class Estimate(BaseModel):
    """What a clip would take on the server's own machine."""

    recipe: dict[str, Any]
    installed: bool
    """Whether its model is installed; estimates do not need it."""
    plan: PlanAnswer
    """As ``artifex plan --json`` prints it."""
    alternatives: list[AlternativeAnswer]
    """Those that keep quality come first; for a clip that does not fit, those that make it fit come before."""


def estimate(wanted: EstimateRequest, the: Service, asks: Caller) -> Estimate:
    """Raises what :func:`artifex.api.clips.composed` does."""
    recipe = composed(wanted, the, asks, planning=True).recipe
    planner = Planner(the.settings)
    outlook = planner.outlook(planner.spec(recipe))
    plan = outlook.plan(recipe)
    return Estimate(
        recipe=recipe.to_data(),
        installed=outlook.spec.folder is not None,
        plan=plan_answer(plan, outlook.shortage(plan)),
        alternatives=[_alternative(one, wanted) for one in alternatives(recipe, plan, outlook)],
    )


def plan_answer(plan: Plan, lacking: str | None) -> PlanAnswer:
    return PlanAnswer(**plan_data(plan, lacking))


def _alternative(one: Alternative, wanted: Clip) -> AlternativeAnswer:
    return AlternativeAnswer(
        name=one.name,
        changes=_laid_over(wanted, dict(one.changes)),
        plan=plan_answer(one.plan, one.shortage),
        fits=one.fits,
        costs=[dict(cost) for cost in one.costs],
    )


def _laid_over(wanted: Clip, changes: dict[str, Any]) -> dict[str, Any]:
    """The changes, with null for given fields that they exclude."""
    others = [other for name in changes for other in _SHADOWS.get(name, ()) if getattr(wanted, other) is not None]
    return {**changes, **dict.fromkeys(others)}
