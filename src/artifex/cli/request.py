"""From the options as typed to a recipe: what was given, over motion, quality, preset and the recipe started from."""

import logging
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from artifex.catalog import compose, manifest
from artifex.catalog.budget import Budget
from artifex.catalog.enhance import enhance_for
from artifex.catalog.ladder import quantised
from artifex.catalog.loras import LoraOption, parse_lora_option, require_lora_file
from artifex.catalog.presets import Values, level, motion, preset
from artifex.catalog.registry import default_model, find_model
from artifex.catalog.spec import ModelSpec
from artifex.cli import references
from artifex.cli.options import Asked
from artifex.errors import BadInput, BadRecipe
from artifex.recipe import Lora, ModelLock, Recipe, parse_recipe
from artifex.units import PixelSize, parse_bytes, parse_frame_rate

if TYPE_CHECKING:
    from artifex.wiring import LocalStudio

_LARGEST_LORA = 4 * 2**30
_LEAST_BUDGET = 2**30

_log = logging.getLogger(__name__)


def compose_recipe(asked: Asked, studio: "LocalStudio", *, planning: bool = False) -> Recipe:
    """The recipe the options describe; a seed nobody gave is drawn. Raises BadInput, CannotRun.

    For ``planning`` the model's weights need not be here.
    """
    base = _read_recipe(asked.recipe) if asked.recipe is not None else None
    shelf = studio.settings.models
    spec = find_model(asked.model or (base.model.name if base else default_model(shelf)), shelf)
    if base is not None and base.model.name == spec.name and spec.folder is not None:
        manifest.require(spec, base.model)
    files = references.Files(
        image=asked.image, last_image=asked.last_image, video=asked.extend, audio=asked.audio, pose=asked.pose
    )
    kept, material = references.keep(files, base, studio.blobs)
    seed = asked.seed if asked.seed is not None else base.seed if base else _draw_seed()
    prompt, written = _prompt(asked, spec, base, seed, studio)
    wishes = compose.Wishes(
        prompt,
        _values(asked, spec, base),
        kept,
        material,
        loras=_loras(asked, base, studio),
        written_prompt=written,
        start_from_picture=asked.start_from_picture or _was(base, "start_from_picture"),
        compat=asked.compat or _was(base, "compat"),
    )
    # All that is wrong with the request is said before anything is said of the weights.
    recipe = compose.compose(spec, ModelLock(spec.name, ()), wishes, seed)
    references.check_pose(files, PixelSize(recipe.width, recipe.height))
    if not planning or spec.folder is not None:
        recipe = _with_rungs(replace(recipe, model=manifest.lock(spec)), base)
    return recipe if asked.quantise is None else quantised(recipe, asked.quantise)


def budget_of(vram: str | None, ram: str | None) -> Budget:
    """The memory that may be used. Raises BadInput."""
    return Budget(*(None if text is None else _bytes(text) for text in (vram, ram)))


def _bytes(text: str) -> int:
    size = parse_bytes(text)
    if size < _LEAST_BUDGET:
        raise BadInput(f"{text.strip()} is too little memory for anything; give 1GiB or more.")
    return size


def _with_rungs(recipe: Recipe, base: Recipe | None) -> Recipe:
    """The very clip that is made again is made as it was, with what had to give then."""
    return base if base is not None and base.identity == recipe.identity else recipe


def _was(base: Recipe | None, name: str) -> bool:
    """How a clip driven by a voice was made, in the recipe that this one starts from."""
    return base is not None and base.speech is not None and getattr(base.speech, name)


def _draw_seed() -> int:
    import secrets

    return secrets.randbelow(2**31)


def _prompt(asked: Asked, spec: ModelSpec, base: Recipe | None, seed: int, studio: "LocalStudio") -> tuple[str, str]:
    """What is sent to the model, and what the author wrote where that differs."""
    if asked.prompt is None and base is None:
        raise BadInput("No prompt was given; say what the clip should show, in quotes.")
    if asked.prompt is None and base is not None and not asked.enhance:
        return base.prompt, base.written_prompt
    written = _typed_prompt(asked.prompt) if asked.prompt is not None else base.prompt if base else ""
    if not asked.enhance:
        return written, ""
    compose.check_prompt(written, "prompt", spec.limits.most_prompt_characters)
    enhanced = enhance_for(spec, written, studio.settings.enhancer, seed)
    if enhanced.warning:
        _log.warning(enhanced.warning)
    return (enhanced.prompt, written) if enhanced.prompt != written else (written, "")


def _typed_prompt(text: str) -> str:
    """The text itself, or what standard input holds where it is ``-``."""
    if text != "-":
        return text
    import sys

    return sys.stdin.buffer.read(2**20).decode(errors="surrogateescape").strip()


def _loras(asked: Asked, base: Recipe | None, studio: "LocalStudio") -> tuple[Lora, ...]:
    """Those typed, kept by their content, or those of the recipe started from."""
    if asked.lora is None:
        return base.loras if base else ()
    return tuple(_keep_lora(parse_lora_option(text), studio) for text in asked.lora)


def _keep_lora(option: LoraOption, studio: "LocalStudio") -> Lora:
    require_lora_file(option.path)
    return Lora(option.path.name, studio.blobs.put_file(option.path, _LARGEST_LORA), option.low, option.high)


def _values(asked: Asked, spec: ModelSpec, base: Recipe | None) -> Values:
    """What was typed, over the motion strength, the quality level, the preset and the recipe given."""
    if asked.size is not None and asked.area is not None:
        raise BadInput("Both --size and --area were given; choose one.")
    if asked.frames is not None and asked.seconds is not None:
        raise BadInput("Both --frames and --seconds were given; choose one.")
    typed = Values(
        negative_prompt=asked.negative,
        size=PixelSize.parse(asked.size) if asked.size is not None else None,
        area=PixelSize.parse(asked.area).area if asked.area is not None else None,
        frame_count=asked.frames,
        seconds=_fraction(asked.seconds) if asked.seconds is not None else None,
        frame_rate=parse_frame_rate(asked.fps) if asked.fps is not None else None,
        steps=asked.steps,
        guidance=_guidance(asked.guidance) if asked.guidance is not None else None,
        shift=asked.shift,
        solver=asked.solver,  # pyright: ignore[reportArgumentType]  compose() checks the name
        accuracy=asked.accuracy,  # pyright: ignore[reportArgumentType]
    )
    below = Values.of(base) if base else Values()
    chosen = Values()
    if asked.preset is not None:
        chosen = preset(asked.preset, with_lora=bool(asked.lora or (base and base.loras)))
        below = chosen.over(below)
    if asked.quality is not None:
        below = level(asked.quality, spec, asked.preset).over(below)
    if asked.motion is not None:
        below = motion(spec, asked.motion, own_shift=chosen.shift).over(below)
    return typed.over(below)


def _fraction(seconds: float) -> Fraction:
    if not 0 < seconds <= 3600:
        raise BadInput(f"A length of {seconds:g} seconds is out of range; choose above 0, up to 3600.")
    return Fraction(str(seconds))


def _guidance(text: str) -> tuple[float, float]:
    try:
        scales = [float(part) for part in text.split(",")]
    except ValueError:
        scales = []
    if len(scales) not in (1, 2):
        raise BadInput(f"Guidance {text[:40]!r} is not understood; give one number, or LOW,HIGH.")
    return scales[0], scales[-1]


def _read_recipe(name: str) -> Recipe:
    from artifex.media.recipe_tag import read_recipe_text

    path = Path(name)
    if path.suffix == ".json":
        text = _read_text(path)
    else:
        text = read_recipe_text(path)
    if text is None:
        raise BadRecipe(f"{path} carries no recipe; only clips made by Artifex do.")
    return parse_recipe(text)


def _read_text(path: Path) -> str:
    from artifex.media.untrusted import require_file

    require_file(path, 2**20)
    return path.read_bytes().decode(errors="replace")
