"""``artifex plan``: what a clip would take, without making it."""

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from artifex.cli import options

if TYPE_CHECKING:
    from artifex.catalog.plan import Plan

STAGE_WORDS = {
    "start": "starting the program",
    "load": "loading the model",
    "encode": "reading the prompt",
    "denoise": "denoising",
    "decode": "decoding and writing the clip",
    "end": "ending the program",
}


def plan(
    context: typer.Context,
    prompt: options.Prompt = None,
    image: options.Image = None,
    negative: options.Negative = None,
    size: options.Size = None,
    frames: options.FrameCount = None,
    seconds: options.Seconds = None,
    fps: options.FrameRate = None,
    steps: options.Steps = None,
    guidance: options.Guidance = None,
    shift: options.Shift = None,
    solver: options.Solver = None,
    seed: options.Seed = None,
    preset: options.Preset = None,
    quality: options.Quality = None,
    model: options.Model = None,
    accuracy: options.Accuracy = None,
    recipe: options.FromRecipe = None,
    as_json: options.AsJson = False,
) -> None:
    """Say whether a clip fits this machine, and what it takes: memory, disk and time."""
    from artifex.catalog.plan import shortage
    from artifex.machine import this_machine
    from artifex.wiring import local_studio

    studio = local_studio()
    made = studio.plan(options.compose_recipe(options.Asked.of(context), studio))
    lacking = shortage(made, this_machine(), shutil.disk_usage(Path.cwd()).free)
    if as_json:
        print(json.dumps(_as_data(made, lacking)))
    else:
        _tell(made, lacking)


def _as_data(plan: "Plan", lacking: str | None) -> dict[str, Any]:
    needs = plan.prediction
    return {
        "device": plan.device,
        "dtype": plan.dtype,
        "attention": plan.attention,
        "vram": needs.vram,
        "ram": needs.ram,
        "disk": needs.disk,
        "seconds": needs.seconds,
        "stages": dict(needs.stages),
        "basis": needs.basis,
        "fits": lacking is None,
        "shortage": lacking,
    }


def _tell(plan: "Plan", lacking: str | None) -> None:
    from rich.console import Console
    from rich.table import Table

    from artifex.units import show_bytes, show_seconds

    needs = plan.prediction
    table = Table(show_header=False, box=None)
    table.add_row("device", f"{plan.device}, {plan.dtype}")
    if plan.device != "cpu":
        table.add_row("GPU memory", show_bytes(needs.vram))
    table.add_row("memory", show_bytes(needs.ram))
    table.add_row("disk", show_bytes(needs.disk))
    table.add_row("time", show_seconds(needs.seconds))
    for stage, duration in needs.stages.items():
        table.add_row(f"  {STAGE_WORDS[stage]}", show_seconds(duration))
    console = Console()
    console.print(table)
    if needs.basis == "estimated":
        console.print("This is an estimate; 'artifex bench --calibrate' measures this machine.")
    console.print(lacking or "It fits this machine.", highlight=False)
