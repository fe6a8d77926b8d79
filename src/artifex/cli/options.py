"""The options that describe a clip, shared by every command that takes one."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import wraps
from inspect import Parameter, Signature, signature
from typing import Annotated, Any

import typer

Vram = Annotated[str | None, typer.Option(help="Use no more GPU memory than this, like 12GiB.", metavar="SIZE")]
Ram = Annotated[str | None, typer.Option(help="Use no more memory than this, like 32GiB.", metavar="SIZE")]
Gpus = Annotated[int, typer.Option(help="Have so many GPUs of this machine make each clip together.", metavar="N")]
Attention = Annotated[
    str,
    typer.Option(help="Compute attention by this, like sdpa or flash-4, instead of what is quickest.", metavar="NAME"),
]
Shrink = Annotated[
    bool, typer.Option("--shrink", help="Make the clip smaller if memory is short, rather than not at all.")
]
Server = Annotated[
    str | None,
    typer.Option(
        help="Let this server do it, like http://127.0.0.1:8188. ARTIFEX_TOKEN holds the key, where it wants one.",
        envvar="ARTIFEX_SERVER",
        metavar="URL",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of words.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The options that describe a clip, as typed and not checked yet."""

    prompt: Annotated[
        str | None, typer.Argument(help="What the clip should show. '-' reads it from standard input.")
    ] = None
    image: Annotated[str | None, typer.Option(help="A picture the clip starts from, or shows.", metavar="FILE")] = None
    last_image: Annotated[str | None, typer.Option(help="A picture the clip ends with.", metavar="FILE")] = None
    extend: Annotated[
        str | None, typer.Option(help="A clip to go on with: its last frames are the first.", metavar="CLIP")
    ] = None
    audio: Annotated[str | None, typer.Option(help="A voice that the picture speaks with.", metavar="FILE")] = None
    pose: Annotated[str | None, typer.Option(help="A video of poses to follow, beside a voice.", metavar="CLIP")] = None
    start_from_picture: Annotated[
        bool, typer.Option("--start-from-picture", help="With a voice: the picture itself is where the clip starts.")
    ] = False
    compat: Annotated[
        bool, typer.Option("--compat", help="With a voice: lose the first three frames, as the authors' program does.")
    ] = False
    prompt_at: Annotated[
        list[str] | None,
        typer.Option(
            help="From a frame or second on, another prompt: 22:TEXT, 1.5s:TEXT, or 22+8:TEXT to cross-fade over 8 "
            "frames. May be repeated.",
            metavar="WHEN:TEXT",
        ),
    ] = None
    window_frames: Annotated[
        int | None,
        typer.Option(help="Frames of a long clip that the model sees at once (4n+1); 0 for all.", metavar="FRAMES"),
    ] = None
    negative: Annotated[str | None, typer.Option(help="What the clip should not show.", metavar="TEXT")] = None
    size: Annotated[str | None, typer.Option(help="Width and height in pixels, like 256x256.", metavar="WxH")] = None
    area: Annotated[
        str | None, typer.Option(help="Like 832x480: so many pixels, in the picture's own shape.", metavar="WxH")
    ] = None
    frames: Annotated[int | None, typer.Option("--frames", help="Length in frames (4n+1).")] = None
    seconds: Annotated[float | None, typer.Option(help="Length in seconds, instead of frames.")] = None
    fps: Annotated[
        str | None, typer.Option("--fps", help="Frames a second, like 16 or 24000/1001.", metavar="RATE")
    ] = None
    steps: Annotated[int | None, typer.Option(help="Sampling steps: more is slower and often better.")] = None
    guidance: Annotated[
        str | None,
        typer.Option(help="How strictly to follow the prompt; LOW,HIGH for models with two experts.", metavar="SCALE"),
    ] = None
    shift: Annotated[float | None, typer.Option(help="Shift of the noise schedule.")] = None
    solver: Annotated[str | None, typer.Option(help="unipc, dpm++ or euler.", metavar="NAME")] = None
    seed: Annotated[int | None, typer.Option(help="Seed of the noise; drawn at random when not given.")] = None
    motion: Annotated[
        float | None, typer.Option(help="How much moves, 0 to 1; 0.5 is the model's own.", metavar="STRENGTH")
    ] = None
    lora: Annotated[
        list[str] | None,
        typer.Option(
            help="A LoRA file, perhaps with strengths: FILE:0.8, or FILE:LOW,HIGH. May be repeated.", metavar="FILE"
        ),
    ] = None
    enhance: Annotated[bool, typer.Option("--enhance", help="Have the prompt phrased as films are described.")] = False
    preset: Annotated[str | None, typer.Option(help="Named values for all of these.", metavar="NAME")] = None
    quality: Annotated[
        str | None, typer.Option(help="draft, standard, pro, cinema or ultimate: fewer or more steps.", metavar="LEVEL")
    ] = None
    model: Annotated[str | None, typer.Option(help="Which model; 'artifex models' lists them.", metavar="NAME")] = None
    accuracy: Annotated[str | None, typer.Option(help="exact, high or fast.", metavar="NAME")] = None
    step_cache: Annotated[
        str | None,
        typer.Option(
            help="Do not compute steps whose velocity changes by less than this share, usually below 0.3; LOW,HIGH for "
            "models with two experts. 0 computes all.",
            metavar="SHARE",
        ),
    ] = None
    guidance_until: Annotated[
        float | None,
        typer.Option(help="Guide this share of the steps, the first ones; 1 is all.", metavar="SHARE"),
    ] = None
    attention_density: Annotated[
        float | None,
        typer.Option(
            help="Share of a clip that each part of it looks at, in most steps: 0.5 leaves out the half that matters "
            "least; 1 is all.",
            metavar="SHARE",
        ),
    ] = None
    quantise: Annotated[
        str | None,
        typer.Option(
            help="Keep weights in eight bits: int8, fp8 or fp8-storage. Less memory, less exact.", metavar="KIND"
        ),
    ] = None
    recipe: Annotated[
        str | None, typer.Option("--recipe", help="Start from the recipe of this clip or recipe file.", metavar="CLIP")
    ] = None


def clip_command(command: Callable[..., None]) -> Callable[..., None]:
    """Decorator for a command whose first parameter is an `Asked`, followed by options of its own.

    On the command line it takes the options of both.
    """
    _, *own = signature(command).parameters.values()
    asked = [
        Parameter(option.name, Parameter.KEYWORD_ONLY, default=option.default, annotation=option.type)
        for option in fields(Asked)
    ]

    @wraps(command)
    def with_options(**given: Any) -> None:
        asked_for = Asked(**{option.name: given.pop(option.name) for option in asked})
        command(asked_for, **given)

    with_options.__signature__ = Signature([*asked, *own])  # pyright: ignore[reportAttributeAccessIssue]
    return with_options
