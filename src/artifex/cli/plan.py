"""``artifex plan``: the memory, disk and time that a clip would take, without making it."""

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from artifex.cli import options
from artifex.cli.door import CANNOT_RUN

if TYPE_CHECKING:
    from artifex.catalog.plan import Plan
    from artifex.recipe import Recipe

STAGE_WORDS = {
    "start": "starting the program",
    "load": "loading the model",
    "encode": "reading the prompt",
    "denoise": "denoising",
    "decode": "decoding and writing the clip",
    "end": "ending the program",
}


@options.clip_command
def plan(
    asked: options.Asked,
    *,
    vram: options.Vram = None,
    ram: options.Ram = None,
    gpus: options.Gpus = 1,
    attention: options.Attention = "auto",
    as_json: options.AsJson = False,
) -> None:
    """Say whether a clip fits this machine, and what it takes: memory, disk and time.

    Ends with exit code 3 when it does not fit.
    """
    from artifex.catalog.plan import shortage
    from artifex.cli.request import budget_of, compose_recipe
    from artifex.jobs.estimate import plan_data
    from artifex.machine import this_machine
    from artifex.wiring import local_studio

    studio = local_studio()
    budget = budget_of(vram, ram, gpus, attention)
    recipe = compose_recipe(asked, studio, planning=True)
    made = studio.plan(recipe, budget)
    lacking = shortage(made, this_machine(), shutil.disk_usage(Path.cwd()).free, budget)
    if as_json:
        print(json.dumps(plan_data(made, lacking)))
    else:
        _tell(made, lacking, measuring(recipe, made.device))
    if lacking is not None:
        raise typer.Exit(CANNOT_RUN)


def _blocks(plan: "Plan") -> str:
    if plan.sharded:
        return "a share of each on every GPU"
    if plan.resident_blocks is None:
        return "all on the GPU"
    return f"{plan.resident_blocks} of each expert stay on the GPU, the others are streamed"


def measuring(recipe: "Recipe", device: str) -> str:
    """The command whose measurements tell most about such clips: on a GPU it takes a model that needs only words."""
    from artifex.catalog.registry import DEFAULT_MODEL

    plain = device == "cpu" or recipe.task != "t2v" or recipe.model.name == DEFAULT_MODEL
    return "artifex bench --calibrate" if plain else f"artifex bench {recipe.model.name}"


def _tell(plan: "Plan", lacking: str | None, command: str) -> None:
    from rich.console import Console
    from rich.table import Table

    from artifex.jobs.estimate import quality_costs
    from artifex.units import show_bytes, show_seconds

    needs = plan.prediction
    table = Table(show_header=False, box=None)
    table.add_row("device", ", ".join((*plan.devices, plan.dtype)))
    if plan.device != "cpu":
        table.add_row("GPU memory", show_bytes(needs.vram) if plan.gpus == 1 else f"{show_bytes(needs.vram)} of each")
        table.add_row("blocks", _blocks(plan))
    table.add_row("memory", show_bytes(needs.ram))
    table.add_row("disk", show_bytes(needs.disk))
    table.add_row("time", show_seconds(needs.seconds))
    for stage, duration in needs.stages.items():
        table.add_row(f"  {STAGE_WORDS[stage]}", show_seconds(duration))
    console = Console()
    console.print(table)
    for cost in quality_costs(plan):
        console.print(f"In this plan, {cost}.")
    if needs.basis == "estimated":
        console.print(f"This is an estimate; '{command}' measures this machine.")
    console.print(lacking or "It fits this machine.", highlight=False)
