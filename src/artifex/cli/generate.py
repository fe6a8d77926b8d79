"""``artifex generate``: a prompt, and perhaps a picture, to a clip."""

import json
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from artifex.cli import options
from artifex.cli.signals import stop_on_signals
from artifex.errors import BadInput, Interrupted

if TYPE_CHECKING:
    from artifex.jobs.local import LocalStudio, Made, Order
    from artifex.recipe import Recipe

MOST_SEEDS = 1000


@options.clip_command
def generate(
    asked: options.Asked,
    *,
    output: Annotated[
        str | None,
        typer.Option("-o", "--output", help="The clip: .mp4, .mkv, or a folder for PNG frames.", metavar="FILE"),
    ] = None,
    seeds: Annotated[int, typer.Option(help="Make this many clips, with seeds counting up.", metavar="N")] = 1,
    vram: options.Vram = None,
    ram: options.Ram = None,
    gpus: options.Gpus = 1,
    attention: options.Attention = "auto",
    shrink: options.Shrink = False,
    codec: Annotated[str | None, typer.Option(help="h264, hevc, av1, ffv1 or png.", metavar="NAME")] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace a clip that is already there.")] = False,
    server: options.Server = None,
    detach: Annotated[
        bool, typer.Option("--detach", help="With --server: print the job's id and leave at once.")
    ] = False,
    as_json: options.AsJson = False,
) -> None:
    """Make a clip from a prompt.

    After a crash, or Ctrl-C, the same command goes on from where it stopped. With --server, a server makes the clip,
    and it is brought here.
    """
    if not 1 <= seeds <= MOST_SEEDS:
        raise BadInput(f"{seeds} seeds is out of range; choose 1 to {MOST_SEEDS}.")
    if server is not None:
        from artifex.cli.remote import Wanted, generate_there

        if vram is not None or ram is not None or gpus != 1 or attention != "auto" or shrink:
            raise BadInput(
                "--vram, --ram, --gpus, --attention and --shrink are about this machine; leave them out with --server."
            )
        generate_there(server, asked, Wanted(seeds, output, codec, overwrite=overwrite, detach=detach), as_json)
        return
    if detach:
        raise BadInput("--detach leaves a clip to a server; name it with --server.")
    from artifex.cli.request import budget_of, compose_recipe
    from artifex.wiring import local_studio

    studio = local_studio()
    composed = compose_recipe(asked, studio)
    if composed.written_prompt and not as_json:
        print(f"Sent to the model: {composed.prompt}", file=sys.stderr)
    seed_was_given = asked.seed is not None or asked.recipe is not None
    memory = {"budget": budget_of(vram, ram, gpus, attention), "may_shrink": shrink}
    orders = [replace(order, **memory) for order in _orders(composed, seed_was_given, seeds, output, codec, overwrite)]
    for order in orders:
        studio.check(order)
    made = [_make(studio, order, as_json) for order in orders]
    if as_json:
        print(json.dumps({"clips": [_as_data(each) for each in made]}))


def _orders(
    recipe: "Recipe", seed_was_given: bool, seeds: int, output: str | None, codec: str | None, overwrite: bool
) -> list["Order"]:
    """One order for each seed; several clips carry their seed in their names."""
    from artifex.cli.outputs import clip_path, seed_path
    from artifex.jobs.local import Order
    from artifex.recipe import MAX_SEED

    path, kind = clip_path(output, recipe.prompt, codec)
    if seeds == 1:
        return [Order(recipe, seed_was_given, path, kind, overwrite)]
    if not seed_was_given:
        recipe = recipe.with_seed(0)  # a sweep starts from a fixed seed, so that the same command can resume it
    if recipe.seed + seeds - 1 > MAX_SEED:
        raise BadInput(f"The seeds would count beyond {MAX_SEED}; start lower.")
    sweep = [recipe.with_seed(recipe.seed + offset) for offset in range(seeds)]
    return [Order(each, True, seed_path(path, each.seed), kind, overwrite) for each in sweep]


def _make(studio: "LocalStudio", order: "Order", as_json: bool) -> "Made":
    from artifex.cli.progress import Progress

    with Progress(order.recipe, quiet=as_json) as progress:
        stop_on_signals(progress.stop)
        try:
            made = studio.make(order, progress)
        except Interrupted as stopped:
            raise Interrupted(f"Stopped {progress.where}. The same command goes on from there.") from stopped
    if not as_json:
        _tell(made)
    return made


def _tell(made: "Made") -> None:
    clip = made.clip
    if made.began == "finished":
        print("This clip was finished before; nothing was left to do.", file=sys.stderr)
    print(clip.path)


def _as_data(made: "Made") -> dict[str, Any]:
    clip = made.clip
    times = clip.times
    return {
        "clip": str(clip.path),
        "sidecar": f"{clip.path}.json",
        "began": made.began,
        "recipe_sha256": clip.recipe.sha256,
        "seed": clip.recipe.seed,
        "seconds": dict(times.seconds),
        "peak_ram": times.peak_ram,
        "peak_vram": times.peak_vram,
        "warm_up": times.warm_up,
    }
