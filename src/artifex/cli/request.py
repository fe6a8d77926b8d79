"""Turns the options as typed into a recipe: opens files, and parses numbers and sizes."""

from pathlib import Path
from typing import TYPE_CHECKING

from artifex.catalog.budget import Budget
from artifex.catalog.loras import LoraOption, parse_lora_option, require_lora_file
from artifex.catalog.presets import Values
from artifex.cli import references
from artifex.cli.options import Asked
from artifex.cli.prompt_at import parse_prompt_at
from artifex.errors import BadInput, BadRecipe
from artifex.jobs import asking
from artifex.recipe import Lora, Recipe, parse_recipe
from artifex.units import PixelSize, parse_bytes, parse_frame_rate

if TYPE_CHECKING:
    from artifex.wiring import LocalStudio

_LARGEST_LORA = 4 * 2**30
_LEAST_BUDGET = 2**30


def compose_recipe(asked: Asked, studio: "LocalStudio", *, planning: bool = False) -> Recipe:
    """The recipe that the options describe; the seed is random if none is given. Raises BadInput, CannotRun.

    For ``planning``, the model need not be installed.
    """
    base = read_recipe(asked.recipe) if asked.recipe is not None else None
    spec = asking.model_for(asked.model, base, studio.settings)
    files = references.Files(
        image=asked.image, last_image=asked.last_image, video=asked.extend, audio=asked.audio, pose=asked.pose
    )
    ask = asking.Ask(
        prompt=typed_prompt(asked.prompt),
        base=base,
        materials=references.keep(files, studio.blobs),
        given=_values(asked),
        preset=asked.preset,
        quality=asked.quality,
        motion=asked.motion,
        seed=asked.seed,
        loras=None if asked.lora is None else tuple(_keep_lora(parse_lora_option(text), studio) for text in asked.lora),
        enhance=asked.enhance,
        quantise=asked.quantise,
        start_from_picture=asked.start_from_picture,
        compat=asked.compat,
        prompt_track=None if asked.prompt_at is None else tuple(map(parse_prompt_at, asked.prompt_at)),
    )
    return asking.compose(ask, spec, studio.settings, planning=planning)


def budget_of(vram: str | None, ram: str | None, gpus: int, attention: str = "auto") -> Budget:
    """The limits on memory and GPUs, and the attention kernel to use. Raises BadInput."""
    if gpus < 1:
        raise BadInput(f"{gpus} GPUs is out of range; choose 1 or more with --gpus.")
    return Budget(*(None if text is None else _bytes(text) for text in (vram, ram)), gpus=gpus, attention=attention)


def _bytes(text: str) -> int:
    size = parse_bytes(text)
    if size < _LEAST_BUDGET and text.strip()[-1].isdigit():
        raise BadInput(f"{text.strip()} names no unit and would be bytes; write it like 12GiB.")
    if size < _LEAST_BUDGET:
        raise BadInput(f"{text.strip()} is too little memory for anything; give 1GiB or more.")
    return size


def typed_prompt(text: str | None) -> str | None:
    """The text itself, or for ``-`` the content of standard input."""
    if text != "-":
        return text
    import sys

    return sys.stdin.buffer.read(2**20).decode("utf-8-sig", errors="surrogateescape").strip()


def _keep_lora(option: LoraOption, studio: "LocalStudio") -> Lora:
    require_lora_file(option.path)
    return Lora(option.path.name, studio.blobs.put_file(option.path, _LARGEST_LORA), option.low, option.high)


def _values(asked: Asked) -> Values:
    """The options' values. Raises BadInput."""
    if asked.size is not None and asked.area is not None:
        raise BadInput("Both --size and --area were given; choose one.")
    if asked.frames is not None and asked.seconds is not None:
        raise BadInput("Both --frames and --seconds were given; choose one.")
    return Values(
        negative_prompt=asked.negative,
        size=PixelSize.parse(asked.size) if asked.size is not None else None,
        area=PixelSize.parse(asked.area).area if asked.area is not None else None,
        frame_count=asked.frames,
        seconds=asking.length(asked.seconds) if asked.seconds is not None else None,
        frame_rate=parse_frame_rate(asked.fps) if asked.fps is not None else None,
        steps=asked.steps,
        guidance=parse_guidance(asked.guidance) if asked.guidance is not None else None,
        shift=asked.shift,
        solver=asked.solver,  # pyright: ignore[reportArgumentType]  compose() checks the name
        accuracy=asked.accuracy,  # pyright: ignore[reportArgumentType]
        window_frames=asked.window_frames,
        step_cache=parse_step_cache(asked.step_cache) if asked.step_cache is not None else None,
        guidance_until=asked.guidance_until,
        attention_density=asked.attention_density,
    )


def parse_guidance(text: str) -> tuple[float, float]:
    """The scales for low and for high noise. Raises BadInput."""
    return _pair("Guidance", text)


def parse_step_cache(text: str) -> tuple[float, float]:
    """The thresholds for low and for high noise. Raises BadInput."""
    return _pair("Step cache", text)


def _pair(what: str, text: str) -> tuple[float, float]:
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) not in (1, 2):
        raise BadInput(f"{what} {text[:40]!r} is not understood; give one number, or LOW,HIGH.")
    return numbers[0], numbers[-1]


def read_recipe(name: str) -> Recipe:
    from artifex.media.recipe_tag import read_recipe_text

    path = Path(name)
    if path.suffix.lower() == ".json":
        text = _read_text(path)
    else:
        text = read_recipe_text(path)
    if text is None:
        raise BadRecipe(f"{path} carries no recipe; {_where_else(path)}")
    return parse_recipe(text)


def _where_else(path: Path) -> str:
    """Programs that send or convert clips may take out what a file says of itself, and leave the file beside it."""
    from artifex.jobs.job import sidecar_of

    beside = sidecar_of(path)
    return (
        f"give {beside} instead."
        if beside.is_file()
        else "only clips made by Artifex do, as long as they are not joined or treated."
    )


def _read_text(path: Path) -> str:
    from artifex.media.untrusted import require_file

    require_file(path, 2**20)
    return path.read_bytes().decode("utf-8-sig", errors="replace")
