"""From what somebody asks for to a recipe, whichever way they ask: given values over motion, quality, style and preset.

The command line and the API parse what they are given into an :class:`Ask`; everything after that is here.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from artifex.catalog import compose as composing
from artifex.catalog import manifest
from artifex.catalog.enhance import enhance_for
from artifex.catalog.ladder import quantised
from artifex.catalog.presets import Values, level, motion, preset
from artifex.catalog.prompt_text import check_prompt
from artifex.catalog.prompt_track import FIELD, MarkWish
from artifex.catalog.registry import default_model, find_model
from artifex.catalog.spec import ModelSpec
from artifex.errors import BadInput, BadReference, in_field
from artifex.jobs.savings import saving_of, why_nothing_is_saved
from artifex.recipe import Lora, ModelLock, Recipe, Reference, Role, draw_seed
from artifex.settings import Settings
from artifex.units import PixelSize

_MOST_SECONDS = 3600
_ODDEST_POSE = 1.25
"""How far the shape of a pose video may be from the clip's: a quarter wider or higher."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Material:
    """A picture, sound or clip that was looked at and is kept: its content, and what it says about the clip."""

    sha256: str
    name: str
    """What whoever gave it knows it by."""
    size: PixelSize | None = None
    seconds: Fraction | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A clip as it was asked for, every part of it parsed; None and empty leave it to what is below."""

    prompt: str | None = None
    base: Recipe | None = None
    """The recipe this one starts from."""
    given: Values = field(default_factory=Values)
    style: Values = field(default_factory=Values)
    """Below what is given, above the preset."""
    preset: str | None = None
    quality: str | None = None
    motion: float | None = None
    seed: int | None = None
    materials: Mapping[Role, Material] = field(default_factory=dict[Role, Material])
    loras: tuple[Lora, ...] | None = None
    enhance: bool = False
    quantise: str | None = None
    start_from_picture: bool = False
    compat: bool = False
    prompt_track: tuple[MarkWish, ...] | None = None
    """Prompts that take over later; empty for none, whatever the recipe started from has."""


def model_for(name: str | None, base: Recipe | None, settings: Settings) -> ModelSpec:
    """The model asked for, or that of the recipe started from, or the default.

    Raises UnknownName; CannotRun where a recipe was made with other weights of the same model.
    """
    spec = find_model(name or (base.model.name if base else default_model(settings.models)), settings.models)
    if base is not None and base.model.name == spec.name and spec.folder is not None:
        manifest.require(spec, base.model)
    return spec


def compose(
    ask: Ask,
    spec: ModelSpec,
    settings: Settings,
    *,
    planning: bool = False,
    lock: Callable[[ModelSpec], ModelLock] = manifest.lock,
) -> Recipe:
    """The complete recipe; a seed nobody gave is drawn. Raises BadInput, CannotRun.

    For ``planning`` the model's weights need not be here. ``lock`` finds out which bytes they are.
    """
    base, values = ask.base, _values(ask, spec)
    seed = ask.seed if ask.seed is not None else base.seed if base else draw_seed()
    prompt, written = _prompt(ask, spec, settings, seed, planning=planning)
    wishes = composing.Wishes(
        prompt,
        values,
        _references(ask),
        _shaping(ask),
        loras=ask.loras if ask.loras is not None else base.loras if base else (),
        written_prompt=written,
        start_from_picture=ask.start_from_picture or _was(base, "start_from_picture"),
        compat=ask.compat or _was(base, "compat"),
        prompt_track=_track(ask),
    )
    # All that is wrong with the request is said before anything is said of the weights.
    recipe = composing.compose(spec, ModelLock(spec.name, ()), wishes, seed)
    _check_pose(ask, PixelSize(recipe.width, recipe.height))
    if not planning or spec.folder is not None:
        recipe = _saved(replace(recipe, model=lock(spec)), spec, values, settings, planning=planning)
        recipe = _with_rungs(recipe, base)
    if ask.quantise is None:
        return recipe
    with in_field("quantise"):
        return quantised(recipe, ask.quantise)


def length(seconds: float) -> Fraction:
    """A length as given, exactly. Raises BadInput."""
    if not 0 < seconds <= _MOST_SECONDS:
        with in_field("seconds"):
            raise BadInput(f"A length of {seconds:g} seconds is out of range; choose above 0, up to {_MOST_SECONDS}.")
    return Fraction(str(seconds))


def _saved(recipe: Recipe, spec: ModelSpec, values: Values, settings: Settings, *, planning: bool) -> Recipe:
    """With what may be saved of the model's work, where ``fast`` is asked for and nothing is said of what to save."""
    said = (values.step_cache, values.guidance_until, values.attention_density)
    if recipe.accuracy != "fast" or any(value is not None for value in said):
        return recipe
    saving = saving_of(settings.savings, spec, recipe.model)
    saved = saving.of(recipe) if saving is not None and saving.holds_for(recipe) else recipe
    if saved == recipe and not planning:
        _log.warning(why_nothing_is_saved(recipe, saving))
    return saved


def _with_rungs(recipe: Recipe, base: Recipe | None) -> Recipe:
    """The very clip that is made again is made as it was, with what had to give then."""
    return base if base is not None and base.identity == recipe.identity else recipe


def _was(base: Recipe | None, name: str) -> bool:
    """How a clip driven by a voice was made, in the recipe that this one starts from."""
    return base is not None and base.speech is not None and getattr(base.speech, name)


def _prompt(ask: Ask, spec: ModelSpec, settings: Settings, seed: int, *, planning: bool) -> tuple[str, str]:
    """What is sent to the model, and what the author wrote where that differs.

    A plan does not wait for a language model: by rules the prompt becomes about as long.
    """
    base = ask.base
    if ask.prompt is None and base is None:
        with in_field("prompt"):
            raise BadInput("No prompt was given; say what the clip should show, in quotes.")
    if ask.prompt is None and base is not None and not ask.enhance:
        return base.prompt, base.written_prompt
    written = ask.prompt if ask.prompt is not None else base.prompt if base else ""
    if not ask.enhance:
        return written, ""
    with in_field("prompt"):
        check_prompt(written, "prompt", spec.limits.most_prompt_characters)
    with in_field("enhance"):
        enhanced = enhance_for(spec, written, None if planning else settings.enhancer, seed)
    if enhanced.warning:
        _log.warning(enhanced.warning)
    return (enhanced.prompt, written) if enhanced.prompt != written else (written, "")


def _track(ask: Ask) -> tuple[MarkWish, ...]:
    """The prompts that take over later. Raises BadInput."""
    if ask.prompt_track is None:
        track = ask.base.prompt_track if ask.base else ()
        return tuple(MarkWish(mark.frame, mark.prompt, mark.crossfade) for mark in track)
    if ask.prompt_track and ask.enhance:
        with in_field(FIELD):
            raise BadInput(
                "A prompt track cannot be enhanced; enhance each prompt for itself, or leave one of them out."
            )
    return ask.prompt_track


def _values(ask: Ask, spec: ModelSpec) -> Values:
    """What was given, over the motion strength, the quality level, the style, the preset and the recipe below."""
    below = Values.of(ask.base) if ask.base else Values()
    chosen = Values()
    if ask.preset is not None:
        with in_field("preset"):
            chosen = preset(ask.preset, with_lora=bool(ask.loras or (ask.base and ask.base.loras)))
        below = chosen.over(below)
    below = ask.style.over(below)
    if ask.quality is not None:
        with in_field("quality"):
            below = level(ask.quality, spec, ask.preset).over(below)
    if ask.motion is not None:
        with in_field("motion"):
            below = motion(spec, ask.motion, own_shift=chosen.shift).over(below)
    return ask.given.over(below)


def _references(ask: Ask) -> tuple[Reference, ...]:
    """Those given, over those of the recipe started from; a new picture or clip to start with replaces either."""
    kept = {reference.role: reference for reference in (ask.base.references if ask.base else ())}
    if {"image", "video"} & ask.materials.keys():
        kept = {role: reference for role, reference in kept.items() if role not in ("image", "video")}
    kept.update({role: Reference(role, material.sha256) for role, material in ask.materials.items()})
    return tuple(kept[role] for role in sorted(kept))


def _shaping(ask: Ask) -> composing.Material:
    """What the given material says about the clip's shape and length."""
    shown = ask.materials.get("image") or ask.materials.get("video")
    voice = ask.materials.get("audio")
    return composing.Material(shown.size if shown else None, voice.seconds if voice else None)


def _check_pose(ask: Ask, size: PixelSize) -> None:
    """Refuse a pose video of quite another shape than the clip. Raises BadReference."""
    pose = ask.materials.get("pose")
    if pose is None or pose.size is None:
        return
    ratio = (pose.size.width / pose.size.height) / (size.width / size.height)
    if max(ratio, 1 / ratio) > _ODDEST_POSE:
        with in_field("references.pose"):
            raise BadReference(
                f"{pose.name} is {pose.size} and the clip {size}: people would be cut off; "
                "crop one to the other's shape, or give the clip another --size."
            )
