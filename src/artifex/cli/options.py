"""The options that describe a clip, shared by every command that takes one."""

from dataclasses import dataclass, fields
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from artifex.errors import BadInput

if TYPE_CHECKING:
    from artifex.catalog.presets import Values
    from artifex.recipe import Recipe, Reference
    from artifex.wiring import LocalStudio

Prompt = Annotated[str | None, typer.Argument(help="What the clip should show. '-' reads it from standard input.")]
Image = Annotated[str | None, typer.Option(help="A picture the clip starts from.", metavar="FILE")]
Negative = Annotated[str | None, typer.Option(help="What the clip should not show.", metavar="TEXT")]
Size = Annotated[str | None, typer.Option(help="Width and height in pixels, like 256x256.", metavar="WxH")]
FrameCount = Annotated[int | None, typer.Option("--frames", help="Length in frames (4n+1).")]
Seconds = Annotated[float | None, typer.Option(help="Length in seconds, instead of frames.")]
FrameRate = Annotated[str | None, typer.Option("--fps", help="Frames a second, like 16 or 24000/1001.", metavar="RATE")]
Steps = Annotated[int | None, typer.Option(help="Sampling steps: more is slower and often better.")]
Guidance = Annotated[
    str | None,
    typer.Option(help="How strictly to follow the prompt; LOW,HIGH for models with two experts.", metavar="SCALE"),
]
Shift = Annotated[float | None, typer.Option(help="Shift of the noise schedule.")]
Solver = Annotated[str | None, typer.Option(help="unipc, dpm++ or euler.", metavar="NAME")]
Seed = Annotated[int | None, typer.Option(help="Seed of the noise; drawn at random when not given.")]
Preset = Annotated[str | None, typer.Option(help="Named values for all of these.", metavar="NAME")]
Quality = Annotated[str | None, typer.Option(help="draft, standard, pro, cinema or ultimate.", metavar="LEVEL")]
Model = Annotated[str | None, typer.Option(help="Which model; 'artifex models' lists them.", metavar="NAME")]
Accuracy = Annotated[str | None, typer.Option(help="exact, high or fast.", metavar="NAME")]
FromRecipe = Annotated[
    str | None, typer.Option("--recipe", help="Start from the recipe of this clip or recipe file.", metavar="CLIP")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of words.")]

DEFAULT_MODEL = "starter"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The options as typed, nothing checked yet."""

    prompt: str | None
    image: str | None
    negative: str | None
    size: str | None
    frames: int | None
    seconds: float | None
    fps: str | None
    steps: int | None
    guidance: str | None
    shift: float | None
    solver: str | None
    seed: int | None
    preset: str | None
    quality: str | None
    model: str | None
    accuracy: str | None
    recipe: str | None

    @classmethod
    def of(cls, context: typer.Context) -> "Asked":
        """The options of the command at hand."""
        return cls(**{field.name: context.params[field.name] for field in fields(cls)})


def compose_recipe(asked: Asked, studio: "LocalStudio") -> "Recipe":
    """The recipe the options describe; a seed nobody gave is drawn. Raises BadInput, CannotRun."""
    from artifex.catalog import compose, manifest
    from artifex.catalog.registry import find_model

    base = _read_recipe(asked.recipe) if asked.recipe is not None else None
    spec = find_model(asked.model or (base.model.name if base else DEFAULT_MODEL))
    if base is not None and base.model.name == spec.name:
        manifest.require(spec, base.model)
    references = base.references if base else ()
    if asked.image is not None:
        references = (_keep_picture(asked.image, studio),)
    wishes = compose.Wishes(_prompt(asked, base), _values(asked, base), references)
    seed = asked.seed if asked.seed is not None else base.seed if base else _draw_seed()
    return compose.compose(spec, manifest.lock(spec), wishes, seed)


def _draw_seed() -> int:
    import secrets

    return secrets.randbelow(2**31)


def _prompt(asked: Asked, base: "Recipe | None") -> str:
    if asked.prompt == "-":
        import sys

        return sys.stdin.buffer.read(2**20).decode(errors="surrogateescape").strip()
    if asked.prompt is None and base is None:
        raise BadInput("No prompt was given; say what the clip should show, in quotes.")
    return asked.prompt if asked.prompt is not None else base.prompt if base else ""


def _values(asked: Asked, base: "Recipe | None") -> "Values":
    """What was typed, over the quality level, over the preset, over the recipe given."""
    from artifex.catalog.presets import Values, level, preset
    from artifex.catalog.registry import find_model
    from artifex.units import PixelSize, parse_frame_rate

    if asked.frames is not None and asked.seconds is not None:
        raise BadInput("Both --frames and --seconds were given; choose one.")
    typed = Values(
        negative_prompt=asked.negative,
        size=PixelSize.parse(asked.size) if asked.size is not None else None,
        frame_count=asked.frames,
        seconds=_fraction(asked.seconds) if asked.seconds is not None else None,
        frame_rate=parse_frame_rate(asked.fps) if asked.fps is not None else None,
        steps=asked.steps,
        guidance=_guidance(asked.guidance) if asked.guidance is not None else None,
        shift=asked.shift,
        solver=asked.solver,  # pyright: ignore[reportArgumentType]  compose() checks the name
        accuracy=asked.accuracy,  # pyright: ignore[reportArgumentType]
    )
    spec = find_model(asked.model or (base.model.name if base else DEFAULT_MODEL))
    below = Values.of(base) if base else Values()
    if asked.preset is not None:
        below = preset(asked.preset).over(below)
    if asked.quality is not None:
        below = level(asked.quality, spec).over(below)
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


def _read_recipe(name: str) -> "Recipe":
    from artifex.errors import BadRecipe
    from artifex.media.recipe_tag import read_recipe_text
    from artifex.recipe import parse_recipe

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


def _keep_picture(name: str, studio: "LocalStudio") -> "Reference":
    """Check the picture now, before any weights load, and keep it by its content."""
    from artifex.media.image import open_picture
    from artifex.recipe import Reference

    path = Path(name)
    open_picture(path)
    return Reference("image", studio.blobs.put(path.read_bytes()))
