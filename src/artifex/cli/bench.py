"""``artifex bench``: how fast this machine is, against diffusers' own pipeline; ``--calibrate`` for better plans."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from artifex.cli import options
from artifex.errors import BadInput

if TYPE_CHECKING:
    from artifex.catalog.budget import Budget
    from artifex.jobs.work.bench import Comparison, Side
    from artifex.recipe import Recipe

MOST_ROUNDS = 50

Rounds = Annotated[int, typer.Option(help="Clips made on each side; medians are shown.", metavar="N")]
Model = Annotated[
    str | None,
    typer.Argument(
        help="Measure this machine by a few short clips of a model, so that plans of long ones are near.",
        metavar="MODEL",
        show_default=False,
    ),
]
Calibrate = Annotated[
    bool, typer.Option("--calibrate", help="Only measure this machine, so that plans are exact; about a minute.")
]
Report = Annotated[
    str | None, typer.Option("--json", help="Write the figures to FILE; - is the screen.", metavar="FILE")
]


def bench(
    model: Model = None,
    *,
    rounds: Rounds = 3,
    calibrate: Calibrate = False,
    vram: options.Vram = None,
    ram: options.Ram = None,
    report: Report = None,
) -> None:
    """Time the starter model from prompt to clip, in turns with diffusers' pipeline on the same weights.

    With the name of a model, measure what this machine takes for its clips instead.
    """
    if not 1 <= rounds <= MOST_ROUNDS:
        raise BadInput(f"{rounds} rounds is out of range; choose 1 to {MOST_ROUNDS}.")
    measures = calibrate or model is not None
    if not measures and (vram is not None or ram is not None):
        raise BadInput("--vram and --ram are for measuring this machine; name a model, or add --calibrate.")
    from artifex.cli.request import budget_of

    if report not in (None, "-"):
        _require_file(Path(report))
    budget = budget_of(vram, ram, gpus=1)
    figures = _calibrate(model, budget) if measures else _compare(rounds, quiet=report == "-")
    if report == "-":
        print(json.dumps(figures))
    elif report is not None:
        from artifex.files import write_atomically

        write_atomically(Path(report), (json.dumps(figures, indent=1) + "\n").encode())


def _require_file(path: Path) -> None:
    """Find out before the work whether the figures can be written there. Raises BadInput, NotWritable."""
    from artifex.files import require_keepable

    if path.is_dir():
        raise BadInput(f"{path} is a folder; give --json a file in it.")
    require_keepable(path)


def _compare(rounds: int, quiet: bool) -> dict[str, Any]:
    from artifex.catalog import manifest, registry
    from artifex.catalog.compose import Wishes, compose
    from artifex.cli.calibration import PROMPT
    from artifex.jobs.work.bench import compare

    def tell(number: int, side: "Side") -> None:
        typer.echo(f"round {number + 1} of {rounds}: {side} ...", err=True)

    spec = registry.find_model(registry.DEFAULT_MODEL)
    recipe = compose(spec, manifest.lock(spec), Wishes(PROMPT), seed=0)
    result = compare(recipe, rounds, tell)
    if not quiet:
        _show(recipe, result)
    return _as_data(recipe, result)


def _calibrate(name: str | None, budget: "Budget") -> dict[str, Any]:
    from artifex.catalog import registry
    from artifex.cli.calibration import calibrate
    from artifex.files import require_keepable
    from artifex.wiring import local_studio

    def tell(recipe: "Recipe") -> None:
        shape = f"{recipe.width}x{recipe.height}, {recipe.frame_count} frames, {recipe.steps} steps"
        typer.echo(f"measuring a clip of {shape} ...", err=True)

    studio = local_studio()
    require_keepable(studio.settings.measurements)
    calibrate(studio, registry.find_model(name or registry.DEFAULT_MODEL, studio.settings.models), tell, budget)
    typer.echo(f"Plans now rest on this machine's own figures, kept in {studio.settings.measurements}.", err=True)
    return {"measurements": str(studio.settings.measurements)}


def _show(recipe: "Recipe", result: "Comparison") -> None:
    from rich.console import Console
    from rich.table import Table

    from artifex.catalog.plan import place
    from artifex.jobs.work.bench import ROWS
    from artifex.machine import this_machine
    from artifex.units import show_bytes

    shape = f"{recipe.width}x{recipe.height}, {recipe.frame_count} frames, {recipe.steps} steps"
    where = ", ".join(place(this_machine()))
    table = Table("", "Artifex", "diffusers", "ratio", title=f"{recipe.model.name}, {shape}, {where}")
    for row in ROWS:
        show = show_bytes if row == "peak_ram" else _show_seconds
        ours, theirs = (show(result.medians[side][row]) for side in ("ours", "diffusers"))
        ratio = result.ratio(row)
        table.add_row(row.replace("peak_ram", "peak memory"), ours, theirs, "-" if ratio is None else f"{ratio:.2f}")
    Console().print(table)


def _show_seconds(seconds: float) -> str:
    return f"{seconds:.3f} s"


def _as_data(recipe: "Recipe", result: "Comparison") -> dict[str, Any]:
    from importlib.metadata import version

    from artifex.catalog.plan import place
    from artifex.jobs.work.bench import ROWS
    from artifex.machine import this_machine

    machine = this_machine()
    return {
        "device": place(machine)[0],
        "recipe": recipe.to_data(),
        "rounds": result.rounds,
        "ours": dict(result.medians["ours"]),
        "diffusers": dict(result.medians["diffusers"]),
        "ratio": {row: result.ratio(row) for row in ROWS},
        "machine": {"cpu": machine.cpu_name, "cpu_count": machine.cpu_count, "ram": machine.ram_total},
        "versions": {name: version(name) for name in ("artifex", "torch", "diffusers", "transformers")},
    }
