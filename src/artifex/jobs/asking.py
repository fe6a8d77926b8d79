"""Turns a request into a recipe: explicit values override motion, quality, style and preset.

The command line and the API parse their input into an :class:`Ask`; everything after that is shared and done here.
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
"""The largest ratio between the aspect ratios of a pose video and the clip."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Material:
    """A stored picture, sound or clip: its content hash, and what it implies for the size or length of the clip."""

    sha256: str
    name: str
    """Its name as the user knows it, for error messages."""
    size: PixelSize | None = None
    seconds: Fraction | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A parsed request for a clip. What is None or empty comes from the lower layers, at last from ``base``."""

    prompt: str | None = None
    base: Recipe | None = None
    """The recipe to start from."""
    given: Values = field(default_factory=Values)
    style: Values = field(default_factory=Values)
    """Overrides the preset, overridden by ``given``."""
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
    """Prompts for later parts of the clip; an empty tuple drops those of ``base``."""


def model_for(name: str | None, base: Recipe | None, settings: Settings) -> ModelSpec:
    """The named model, or that of ``base``, or the default.

    Raises UnknownName, and CannotRun if ``base`` was made with other weights of the same model.
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
    """The complete recipe; draws a seed if none was given. Raises BadInput, CannotRun.

    For ``planning`` the model's weights need not be installed. ``lock`` returns the hashes of a model's files.
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
    # Without a lock first, so that errors of the request come before errors of the weights.
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
    """A length in seconds as an exact fraction of its decimal notation. Raises BadInput."""
    if not 0 < seconds <= _MOST_SECONDS:
        with in_field("seconds"):
            raise BadInput(f"A length of {seconds:g} seconds is out of range; choose above 0, up to {_MOST_SECONDS}.")
    return Fraction(str(seconds))


def _saved(recipe: Recipe, spec: ModelSpec, values: Values, settings: Settings, *, planning: bool) -> Recipe:
    """The recipe with the calibrated savings, if accuracy is ``fast`` and the request sets no savings itself."""
    said = (values.step_cache, values.guidance_until, values.attention_density)
    if recipe.accuracy != "fast" or any(value is not None for value in said):
        return recipe
    saving = saving_of(settings.savings, spec, recipe.model)
    saved = saving.of(recipe) if saving is not None and saving.holds_for(recipe) else recipe
    if saved == recipe and not planning:
        _log.warning(why_nothing_is_saved(recipe, saving))
    return saved


def _with_rungs(recipe: Recipe, base: Recipe | None) -> Recipe:
    """``base`` itself if it describes the same clip: remaking it uses the same rungs (compromises)."""
    return base if base is not None and base.identity == recipe.identity else recipe


def _was(base: Recipe | None, name: str) -> bool:
    """A flag of the base recipe's speech settings; False without a base or without speech."""
    return base is not None and base.speech is not None and getattr(base.speech, name)


def _prompt(ask: Ask, spec: ModelSpec, settings: Settings, seed: int, *, planning: bool) -> tuple[str, str]:
    """The prompt for the model, and the author's own prompt if it differs (else empty).

    For planning, the prompt is enhanced by rules instead of a language model: the length is about the same.
    """
    base = ask.base
    if ask.prompt is None and base is None:
        with in_field("prompt"):
            raise BadInput("No prompt was given; say what the clip should show.")
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
    """The prompts for later parts of the clip. Raises BadInput."""
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
    """Merge the layers; from the top: given values, motion, quality level, style, preset, base recipe."""
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
    """The given references over those of ``base``; a new first image or video replaces both of these roles."""
    kept = {reference.role: reference for reference in (ask.base.references if ask.base else ())}
    if {"image", "video"} & ask.materials.keys():
        kept = {role: reference for role, reference in kept.items() if role not in ("image", "video")}
    kept.update({role: Reference(role, material.sha256) for role, material in ask.materials.items()})
    return tuple(kept[role] for role in sorted(kept))


def _shaping(ask: Ask) -> composing.Material:
    """The size and length that the given material implies."""
    shown = ask.materials.get("image") or ask.materials.get("video")
    voice = ask.materials.get("audio")
    return composing.Material(shown.size if shown else None, voice.seconds if voice else None)


def _check_pose(ask: Ask, size: PixelSize) -> None:
    """Raises BadReference for a pose video whose aspect ratio differs too much from the clip's."""
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
