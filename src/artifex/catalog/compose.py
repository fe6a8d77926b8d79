"""Turns a request into a complete recipe, checked against what the model can do."""

import importlib
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from types import MappingProxyType
from typing import TypeVar, get_args

from artifex.catalog.presets import Values
from artifex.catalog.prompt_text import check_prompt
from artifex.catalog.prompt_track import FIELD, MarkWish, check_track, check_window, window_frames
from artifex.catalog.spec import ModelSpec
from artifex.errors import BadInput, UnknownName, in_field
from artifex.recipe import MAX_SEED, Lora, ModelLock, Recipe, Reference, Role, Solver, Speech, Task
from artifex.units import PixelSize

MOST_GUIDANCE = 30.0
MOST_SHIFT = 100.0
MOST_LORA_STRENGTH = 10.0
MOST_STEP_CACHE = 1.0
"""Relative change of the velocity: 1 is a change as large as the velocity itself."""
NOTHING_SAVED = ((0.0, 0.0), 1.0, 1.0)
"""Values of ``step_cache``, ``guidance_until`` and ``attention_density`` that skip no computation."""

OVERLAP_FRAMES = 5
"""Last frames of a clip that its continuation begins with: two latent frames, so that motion continues."""

SHRINK = 0.75
"""Factor on both sides of a clip that is made smaller because memory is short."""
SHRUNK = "shrunk-from-"
"""Prefix of the rung that records such a shrinking; the original size follows."""

ROLES: Mapping[Role, str] = MappingProxyType(
    {"image": "picture", "last_image": "last picture", "video": "clip to go on with", "audio": "voice", "pose": "pose"}
)
"""Names of reference roles in messages."""

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Material:
    """Properties of the references that determine a clip's shape and length."""

    picture: PixelSize | None = None
    """Size of the picture or clip that it starts with or shows."""
    sound_seconds: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Wishes:
    """A request: a prompt, references, and any free fields that were set."""

    prompt: str
    values: Values = field(default_factory=Values)
    references: tuple[Reference, ...] = ()
    material: Material = field(default_factory=Material)
    loras: tuple[Lora, ...] = ()
    written_prompt: str = ""
    """What the author wrote, where ``prompt`` is an enhanced form of it."""
    start_from_picture: bool = False
    compat: bool = False
    prompt_track: tuple[MarkWish, ...] = ()


def compose(spec: ModelSpec, lock: ModelLock, wishes: Wishes, seed: int) -> Recipe:
    """Fill open fields with the model's defaults and check the whole recipe.

    Raises BadInput or a subclass; its message names the field and valid values, its ``field`` the field alone.
    """
    values, defaults = wishes.values, spec.defaults
    task = _task(wishes.references)
    if task != "s2v" and (wishes.start_from_picture or wishes.compat):
        raise BadInput("--start-from-picture and --compat are for clips with a voice; add --audio or leave them out.")
    speech = _speech(wishes) if task == "s2v" else None
    with in_field("size"):
        size = values.size or _native_size(spec, wishes)
    rate = values.frame_rate or defaults.frame_rate
    recipe = Recipe(
        model=lock,
        task=task,
        prompt=wishes.prompt,
        negative_prompt=_given(values.negative_prompt, defaults.negative_prompt),
        width=size.width,
        height=size.height,
        frame_count=_frame_count(spec, wishes, rate, speech),
        frame_rate=rate,
        steps=_given(values.steps, defaults.steps),
        solver=values.solver or defaults.solver,
        shift=_given(values.shift, defaults.shift),
        guidance=_given(values.guidance, defaults.guidance),
        seed=seed,
        accuracy=values.accuracy or spec.accuracies[0],
        references=wishes.references,
        loras=wishes.loras,
        speech=speech,
        written_prompt=wishes.written_prompt,
        prompt_track=tuple(wish.mark(rate) for wish in wishes.prompt_track),
        step_cache=_given(values.step_cache, NOTHING_SAVED[0]),
        guidance_until=_given(values.guidance_until, NOTHING_SAVED[1]),
        attention_density=_given(values.attention_density, NOTHING_SAVED[2]),
    )
    recipe = replace(recipe, window_frames=window_frames(spec, recipe, values.window_frames))
    check(spec, recipe)
    return recipe


@dataclass(frozen=True, slots=True)
class Roles:
    """The reference roles that a task takes."""

    needed: tuple[tuple[Role, ...], ...]
    """Groups of alternatives: one role of each group is required."""
    optional: tuple[Role, ...]


def roles(spec: ModelSpec, task: Task) -> Roles:
    """The references of one of a model's tasks, as `check` requires them."""
    shown: tuple[Role, ...] = tuple(role for role in spec.accepts if role in ("image", "video"))
    match task:
        case "t2v":
            return Roles((), ())
        case "i2v":
            return Roles((shown,), tuple(role for role in spec.accepts if role == "last_image"))
        case "s2v":
            return Roles((shown, ("audio",)), tuple(role for role in spec.accepts if role == "pose"))


def shrunk(spec: ModelSpec, recipe: Recipe) -> Recipe | None:
    """A smaller clip of the same shape, its former size recorded as a rung; None where it would be too small."""
    grid, least = spec.limits.grid, spec.limits.smallest
    sides = (recipe.width, recipe.height)
    smaller = PixelSize(*(min(round(side * SHRINK / grid) * grid, side - grid) for side in sides))
    if smaller.width < least.width or smaller.height < least.height:
        return None
    rungs = (*recipe.rungs, f"{SHRUNK}{recipe.width}x{recipe.height}")
    return replace(recipe, width=smaller.width, height=smaller.height, rungs=rungs)


def check(spec: ModelSpec, recipe: Recipe) -> None:
    """Refuse a recipe that the model cannot serve. Raises BadInput or a subclass."""
    with in_field("prompt"):
        check_prompt(recipe.prompt, "prompt", spec.limits.most_prompt_characters)
    if recipe.negative_prompt:
        with in_field("negative_prompt"):
            check_prompt(recipe.negative_prompt, "negative prompt", spec.limits.most_prompt_characters)
    _check_task(spec, recipe)
    with in_field("size"):
        _check_size(spec, PixelSize(recipe.width, recipe.height))
    with in_field("frames"):
        _check_frames(spec, recipe.frame_count)
        _check_goes_on(spec, recipe)
    with in_field(FIELD):
        check_track(spec, recipe)
    with in_field("window_frames"):
        check_window(spec, recipe)
    if recipe.speech is not None:
        _check_speech(recipe.speech)
    _check_sampling(spec, recipe)


def _given(value: _T | None, default: _T) -> _T:
    return default if value is None else value


def _task(references: tuple[Reference, ...]) -> Task:
    roles = {reference.role for reference in references}
    if roles & {"audio", "pose"}:
        return "s2v"
    return "i2v" if roles else "t2v"


def _speech(wishes: Wishes) -> Speech:
    return Speech(wishes.values.segment_frames or Speech().segment_frames, wishes.start_from_picture, wishes.compat)


def _native_size(spec: ModelSpec, wishes: Wishes) -> PixelSize:
    """The model's default shape, or the picture's where the model takes it from there; with the requested area."""
    picture, area = wishes.material.picture, wishes.values.area
    native = spec.defaults.size
    if area is not None:
        _check_area(spec, area)
    if picture is not None and spec.shaped_by_picture:
        extent = importlib.import_module(f"artifex.catalog.{spec.family}.extent")
        return extent.clip_size(spec, picture, native.area if area is None else area)
    if area is None:
        return native
    scale, grid = math.sqrt(area / native.area), spec.limits.grid
    return PixelSize(*(round(side * scale / grid) * grid for side in (native.width, native.height)))


def _frame_count(spec: ModelSpec, wishes: Wishes, rate: Fraction, speech: Speech | None) -> int:
    values, sound = wishes.values, wishes.material.sound_seconds
    if values.seconds is not None and values.seconds <= 0:
        with in_field("seconds"):
            raise BadInput("The length in seconds must be above 0.")
    if speech is not None and sound is not None:
        extent = importlib.import_module(f"artifex.catalog.{spec.family}.extent")
        asked = values.frame_count
        if asked is None and values.seconds is not None:
            asked = round(values.seconds * rate)
        return extent.clip_length(sound, rate, speech, asked)
    if values.frame_count is not None or values.seconds is None:
        return _given(values.frame_count, spec.defaults.frame_count)
    groups = round((values.seconds * rate - 1) / spec.limits.temporal)
    return max(0, groups) * spec.limits.temporal + 1


def _check_task(spec: ModelSpec, recipe: Recipe) -> None:
    for reference in recipe.references:
        if reference.role not in spec.accepts:
            with in_field(f"references.{reference.role}"):
                raise BadInput(f"{spec.name} takes no {ROLES[reference.role]}; leave it out or choose another model.")
    if "t2v" not in spec.tasks and recipe.reference("image") is None and recipe.reference("video") is None:
        with in_field("references.image"):
            raise BadInput(f"{spec.name} needs a picture; give one with --image, or choose another model.")
    if spec.tasks == ("s2v",) and recipe.reference("audio") is None:
        with in_field("references.audio"):
            raise BadInput(f"{spec.name} needs a voice; give one with --audio, or choose another model.")
    if recipe.task not in spec.tasks:
        raise BadInput(f"{spec.name} cannot do {recipe.task}, only {', '.join(spec.tasks)}; choose another model.")
    if recipe.reference("image") is not None and recipe.reference("video") is not None:
        with in_field("references.video"):
            raise BadInput(
                "A clip starts with a picture or goes on with a clip, not both; leave out --image or --extend."
            )
    if recipe.accuracy not in spec.accuracies:
        choices = ", ".join(spec.accuracies)
        with in_field("accuracy"):
            raise UnknownName(f"{spec.name} has no accuracy {recipe.accuracy[:40]!r}; choose one of: {choices}.")


def _check_area(spec: ModelSpec, area: int) -> None:
    low, high = spec.limits.smallest, spec.limits.largest
    if not low.area <= area <= high.area:
        raise BadInput(
            f"An area of {area:,} pixels is outside what {spec.name} makes, {low} to {high}; try {spec.defaults.size}."
        )


def _check_size(spec: ModelSpec, size: PixelSize) -> None:
    limits = spec.limits
    low, high = limits.smallest, limits.largest
    if not (low.width <= size.width <= high.width and low.height <= size.height <= high.height):
        raise BadInput(f"Size {size} is outside what {spec.name} makes, {low} to {high}; try {spec.defaults.size}.")
    if size.width % limits.grid or size.height % limits.grid:
        near = PixelSize(*(round(side / limits.grid) * limits.grid for side in (size.width, size.height)))
        raise BadInput(f"Width and height must be multiples of {limits.grid}; the nearest to {size} is {near}.")


def _check_frames(spec: ModelSpec, frame_count: int) -> None:
    step, most = spec.limits.temporal, spec.limits.most_frames
    if not 1 <= frame_count <= most:
        raise BadInput(f"{frame_count} frames is outside what {spec.name} makes, 1 to {most}.")
    if frame_count % step != 1 % step:
        below = frame_count - (frame_count - 1) % step
        raise BadInput(
            f"{spec.name} makes {step}n+1 frames; {frame_count} is not, {below} and {below + step} are the nearest."
        )


def _check_goes_on(spec: ModelSpec, recipe: Recipe) -> None:
    step = spec.limits.temporal
    if recipe.reference("video") is not None and recipe.frame_count <= OVERLAP_FRAMES:
        least = (OVERLAP_FRAMES - 1) // step * step + step + 1
        raise BadInput(
            f"A clip that goes on with another begins with its last {OVERLAP_FRAMES} frames, so {recipe.frame_count} "
            f"would hold nothing new; choose {least} frames or more."
        )


def _check_speech(speech: Speech) -> None:
    if not (4 <= speech.segment_frames <= 160 and speech.segment_frames % 4 == 0):
        raise BadInput(f"{speech.segment_frames} frames a segment is out of range; choose a multiple of 4 up to 160.")


def _check_sampling(spec: ModelSpec, recipe: Recipe) -> None:
    with in_field("steps"):
        if not 1 <= recipe.steps <= spec.limits.most_steps:
            raise BadInput(f"{recipe.steps} steps is out of range; choose 1 to {spec.limits.most_steps}.")
    with in_field("solver"):
        if recipe.solver not in (solvers := get_args(Solver)):
            raise UnknownName(f"There is no solver {recipe.solver[:40]!r}; choose one of: {', '.join(solvers)}.")
    with in_field("shift"):
        if not (math.isfinite(recipe.shift) and 0 < recipe.shift <= MOST_SHIFT):
            raise BadInput(f"Shift {recipe.shift:g} is out of range; choose a number above 0, up to {MOST_SHIFT:g}.")
    with in_field("guidance"):
        _check_guidance(spec, recipe.guidance)
    with in_field("step_cache"):
        _check_step_cache(spec, recipe)
    with in_field("guidance_until"):
        _check_guidance_until(recipe)
    with in_field("attention_density"):
        _check_attention_density(recipe)
    with in_field("loras"):
        _check_strengths(recipe.loras)
    with in_field("seed"):
        if not 0 <= recipe.seed <= MAX_SEED:
            raise BadInput(f"Seed {recipe.seed} is out of range; choose 0 to {MAX_SEED}.")
    with in_field("fps"):
        if not 0 < recipe.frame_rate <= 240:
            raise BadInput(f"Frame rate {recipe.frame_rate} is out of range; choose above 0, up to 240.")


def _check_guidance(spec: ModelSpec, guidance: tuple[float, float]) -> None:
    for scale in guidance:
        if not (math.isfinite(scale) and 0 <= scale <= MOST_GUIDANCE):
            raise BadInput(f"Guidance {scale:g} is out of range; choose 0 to {MOST_GUIDANCE:g}.")
    if spec.experts == 1 and guidance[0] != guidance[1]:
        raise BadInput(f"{spec.name} has one expert, so give one guidance scale instead of a pair.")


def _check_step_cache(spec: ModelSpec, recipe: Recipe) -> None:
    for threshold in recipe.step_cache:
        if not (math.isfinite(threshold) and 0 <= threshold <= MOST_STEP_CACHE):
            raise BadInput(
                f"Step cache {threshold:g} is out of range; choose 0 (off) to {MOST_STEP_CACHE:g}, usually below 0.3."
            )
    if spec.experts == 1 and recipe.step_cache[0] != recipe.step_cache[1]:
        raise BadInput(f"{spec.name} has one expert, so give one threshold for the step cache instead of a pair.")
    if recipe.accuracy == "exact" and any(recipe.step_cache):
        raise BadInput("Accuracy exact computes every step; leave out the step cache, or choose another accuracy.")


def _check_guidance_until(recipe: Recipe) -> None:
    if not (math.isfinite(recipe.guidance_until) and 0 < recipe.guidance_until <= 1):
        raise BadInput(
            f"Guidance until {recipe.guidance_until:g} is out of range; choose a share of the steps above 0, up to 1."
        )
    if recipe.accuracy == "exact" and recipe.guidance_until < 1:
        raise BadInput("Accuracy exact guides every step; leave out the end of guidance, or choose another accuracy.")


def _check_attention_density(recipe: Recipe) -> None:
    if not (math.isfinite(recipe.attention_density) and 0 < recipe.attention_density <= 1):
        raise BadInput(
            f"Attention density {recipe.attention_density:g} is out of range; choose a share above 0, up to 1 (all)."
        )
    if recipe.accuracy == "exact" and recipe.attention_density < 1:
        raise BadInput("Accuracy exact computes all attention; leave out its density, or choose another accuracy.")


def _check_strengths(loras: tuple[Lora, ...]) -> None:
    for lora in loras:
        for strength in (lora.strength_low, lora.strength_high):
            if not (math.isfinite(strength) and abs(strength) <= MOST_LORA_STRENGTH):
                raise BadInput(f"LoRA strength {strength:g} is out of range; choose -10 to 10, usually 0 to 1.")
