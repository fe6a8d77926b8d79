"""Turns the fields of a request into a recipe, with errors that name the field at fault."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from math import floor

from artifex.api.clips import check_work
from artifex.api.service import Service
from artifex.api.videos.about import about
from artifex.api.videos.fields import SORA, VideoFields
from artifex.catalog.presets import Values
from artifex.catalog.registry import default_model, find_model
from artifex.catalog.spec import ModelSpec
from artifex.errors import BadField, BadInput
from artifex.jobs import asking
from artifex.jobs.asking import Ask, Material, compose
from artifex.recipe import Lora, Recipe, Role
from artifex.settings import Settings
from artifex.units import parse_frame_rate

_FIELDS = {
    "size": "size",
    "num_frames": "num_frames",
    "seconds": "seconds",
    "fps": "fps",
    "steps": "num_inference_steps",
    "guidance_low": "guidance_scale_2",
    "guidance": "guidance_scale",
    "shift": "flow_shift",
    "negative_prompt": "negative_prompt",
}
"""Optional fields: our name -> the name in requests."""


def model_for(fields: VideoFields, settings: Settings) -> tuple[ModelSpec, tuple[str, ...]]:
    """The model to use, and warnings about the choice. Raises BadField."""
    shelf = settings.models
    with about("model"):
        if fields.model is not None and fields.model not in SORA:
            return find_model(fields.model, shelf), ()
        spec = find_model(default_model(shelf), shelf)
    stands_in = f"{fields.model} is not here; {spec.name} makes the video." if fields.model else None
    return spec, (stands_in,) if stands_in else ()


def compose_video(
    spec: ModelSpec,
    fields: VideoFields,
    materials: Mapping[Role, Material],
    loras: tuple[Lora, ...],
    the: Service,
    base: Recipe | None = None,
) -> Recipe:
    """The recipe of a new video; the seed is random if none is given. Raises BadField, CannotRun."""
    _check_seconds(spec, fields)

    def attempt(fields: VideoFields) -> Recipe:
        ask = Ask(
            prompt=fields.prompt,
            base=base,
            given=_values(fields),
            seed=fields.seed,
            materials=materials,
            loras=loras or None,
        )
        return _composed(ask, spec, the)

    return _or_blame(fields, attempt)


def recompose(base: Recipe, prompt: str, the: Service) -> Recipe:
    """The recipe of a video like ``base``, seed included, with another prompt.

    Raises BadField; CannotRun when the model's weights have changed.
    """
    spec = asking.model_for(None, base, the.settings)
    with about("prompt"):
        return _composed(Ask(prompt=prompt, base=base), spec, the)


def _composed(ask: Ask, spec: ModelSpec, the: Service) -> Recipe:
    recipe = compose(ask, spec, the.settings, lock=the.locks.lock)
    check_work(recipe, spec, the.config.limits.clip_work)
    return recipe


def _values(fields: VideoFields) -> Values:
    high, low = fields.guidance, fields.guidance_low
    if low is not None and high is None:
        raise BadField("guidance_scale_2", "guidance_scale_2 goes with guidance_scale; give both.")
    with about("fps"):
        rate = None if fields.fps is None else parse_frame_rate(fields.fps)
    return Values(
        negative_prompt=fields.negative_prompt,
        size=fields.size,
        frame_count=fields.num_frames,
        seconds=None if fields.seconds is None or fields.num_frames is not None else Fraction(fields.seconds),
        frame_rate=rate,
        steps=fields.steps,
        guidance=None if high is None else (high if low is None else low, high),
        shift=fields.shift,
    )


def _check_seconds(spec: ModelSpec, fields: VideoFields) -> None:
    """Refuse too many seconds with a message in seconds, which names the range. Raises BadField."""
    if fields.seconds is None or fields.num_frames is not None:
        return
    with about("fps"):
        rate = spec.defaults.frame_rate if fields.fps is None else parse_frame_rate(fields.fps)
    longest = floor((spec.limits.most_frames - 1) / rate)
    if fields.seconds > longest:
        raise BadField(
            "seconds",
            f"{spec.name} makes videos of 1 to {longest} seconds at {rate} frames a second; choose one of these, "
            f"or leave seconds out for its own length.",
        )


def _or_blame(fields: VideoFields, attempt: Callable[[VideoFields], Recipe]) -> Recipe:
    """The recipe. An error is blamed on the first field without which it does not occur. Raises BadField."""
    try:
        return attempt(fields)
    except BadField:
        raise
    except BadInput as error:
        for name, sent in _FIELDS.items():
            if (
                getattr(fields, name) is not None
                and _message(replace(fields, **{name: None}), attempt) != error.message
            ):
                raise BadField(sent, error.message) from error
        changed = _message(replace(fields, prompt="a"), attempt) != error.message
        raise BadField("prompt" if changed else "model", error.message) from error


def _message(fields: VideoFields, attempt: Callable[[VideoFields], Recipe]) -> str | None:
    try:
        attempt(fields)
    except BadInput as error:
        return error.message
    return None
