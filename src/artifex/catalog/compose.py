"""From what somebody asks for to a complete recipe, checked against what the model can do."""

import math
import unicodedata
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TypeVar, get_args

from artifex.catalog.presets import Values
from artifex.catalog.spec import ModelSpec
from artifex.errors import BadInput, BadPrompt, UnknownName
from artifex.recipe import MAX_SEED, Accuracy, ModelLock, Recipe, Reference, Solver
from artifex.units import PixelSize

MOST_GUIDANCE = 30.0
MOST_SHIFT = 100.0

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Wishes:
    """What somebody asks for: a prompt, references, and any free fields they set."""

    prompt: str
    values: Values = field(default_factory=Values)
    references: tuple[Reference, ...] = ()


def compose(spec: ModelSpec, lock: ModelLock, wishes: Wishes, seed: int) -> Recipe:
    """Fill the fields left open with the model's defaults and check the whole.

    Raises BadInput (or a class below it), naming the field and the values that would do.
    """
    values, defaults = wishes.values, spec.defaults
    size = values.size or defaults.size
    rate = values.frame_rate or defaults.frame_rate
    recipe = Recipe(
        model=lock,
        task="i2v" if any(reference.role == "image" for reference in wishes.references) else "t2v",
        prompt=wishes.prompt,
        negative_prompt=_given(values.negative_prompt, defaults.negative_prompt),
        width=size.width,
        height=size.height,
        frame_count=_frame_count(spec, values, rate),
        frame_rate=rate,
        steps=_given(values.steps, defaults.steps),
        solver=values.solver or defaults.solver,
        shift=_given(values.shift, defaults.shift),
        guidance=_given(values.guidance, defaults.guidance),
        seed=seed,
        accuracy=values.accuracy or spec.accuracies[0],
        references=wishes.references,
    )
    check(spec, recipe)
    return recipe


def check(spec: ModelSpec, recipe: Recipe) -> None:
    """Refuse what the model cannot serve. Raises BadInput or a class below it."""
    check_prompt(recipe.prompt, "prompt", spec.limits.most_prompt_characters)
    if recipe.negative_prompt:
        check_prompt(recipe.negative_prompt, "negative prompt", spec.limits.most_prompt_characters)
    _check_task(spec, recipe)
    _check_size(spec, PixelSize(recipe.width, recipe.height))
    _check_frames(spec, recipe.frame_count)
    _check_sampling(spec, recipe)


def check_prompt(text: str, name: str, most_characters: int) -> None:
    """Refuse text that no encoder should see: empty, too long, broken or with control characters."""
    if len(text) > most_characters:
        raise BadPrompt(f"The {name} has {len(text):,} characters; shorten it to {most_characters:,} or fewer.")
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise BadPrompt(f"The {name} is not valid text (broken Unicode); type it again or save it as UTF-8.")
    if (control := next(filter(_is_control, text), None)) is not None:
        raise BadPrompt(f"The {name} holds the control character U+{ord(control):04X}; remove it.")
    if not text.strip():
        raise BadPrompt(f"The {name} is empty; say what the clip should show.")


def _is_control(character: str) -> bool:
    return unicodedata.category(character) == "Cc" and character not in "\n\t\r"


def _given(value: _T | None, default: _T) -> _T:
    return default if value is None else value


def _frame_count(spec: ModelSpec, values: Values, rate: Fraction) -> int:
    if values.frame_count is not None or values.seconds is None:
        return _given(values.frame_count, spec.defaults.frame_count)
    if values.seconds <= 0:
        raise BadInput("The length in seconds must be above 0.")
    groups = round((values.seconds * rate - 1) / spec.limits.temporal)
    return max(0, groups) * spec.limits.temporal + 1


def _check_task(spec: ModelSpec, recipe: Recipe) -> None:
    for reference in recipe.references:
        if reference.role not in spec.accepts:
            raise BadInput(f"{spec.name} takes no {reference.role}; leave it out or choose another model.")
    if recipe.task not in spec.tasks:
        raise BadInput(f"{spec.name} cannot do {recipe.task}, only {', '.join(spec.tasks)}; choose another model.")
    if recipe.task == "i2v" and recipe.reference("image") is None:
        raise BadInput("An image-to-video clip needs a picture; give one with --image.")
    if recipe.accuracy not in spec.accuracies:
        choices = ", ".join(spec.accuracies)
        raise UnknownName(f"{spec.name} has no accuracy {recipe.accuracy[:40]!r}; choose one of: {choices}.")


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


def _check_sampling(spec: ModelSpec, recipe: Recipe) -> None:
    if not 1 <= recipe.steps <= spec.limits.most_steps:
        raise BadInput(f"{recipe.steps} steps is out of range; choose 1 to {spec.limits.most_steps}.")
    if recipe.solver not in get_args(Solver):
        raise UnknownName(f"There is no solver {recipe.solver[:40]!r}; choose one of: {', '.join(get_args(Solver))}.")
    if recipe.accuracy not in get_args(Accuracy):
        raise UnknownName(f"There is no accuracy {recipe.accuracy[:40]!r}; choose one of: exact, high, fast.")
    if not (math.isfinite(recipe.shift) and 0 < recipe.shift <= MOST_SHIFT):
        raise BadInput(f"Shift {recipe.shift:g} is out of range; choose a number above 0, up to {MOST_SHIFT:g}.")
    for scale in recipe.guidance:
        if not (math.isfinite(scale) and 0 <= scale <= MOST_GUIDANCE):
            raise BadInput(f"Guidance {scale:g} is out of range; choose 0 to {MOST_GUIDANCE:g}.")
    if spec.experts == 1 and recipe.guidance[0] != recipe.guidance[1]:
        raise BadInput(f"{spec.name} has one expert, so give one guidance scale instead of a pair.")
    if not 0 <= recipe.seed <= MAX_SEED:
        raise BadInput(f"Seed {recipe.seed} is out of range; choose 0 to {MAX_SEED}.")
    if not 0 < recipe.frame_rate <= 240:
        raise BadInput(f"Frame rate {recipe.frame_rate} is out of range; choose above 0, up to 240.")
