"""``artifex doctor``: what this machine has, what is missing, and the command that fixes it."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from artifex.cli.door import CANNOT_RUN
from artifex.cli.finding import Finding
from artifex.cli.options import AsJson

if TYPE_CHECKING:
    from artifex.machine import Machine

LEAST_DISK = 2**30
"""Room for a few clips, their checkpoints and posters."""
DAY = 86_400

STARTER_REMEDY = "make setup in the project's folder, or pip install --force-reinstall --no-deps WHEEL"
TORCH_REMEDY = "pip install --upgrade --force-reinstall torch"
CUDA_REMEDY = f"{TORCH_REMEDY} --index-url https://download.pytorch.org/whl/cu130"


def doctor(as_json: AsJson = False) -> None:
    """Look at this machine and the services set for it: what there is, what is missing, and what to do about it.

    Ends with exit code 3 when clips cannot be made here, or when the database or storage that is set cannot be used.
    """
    findings = list(examine())
    able = all(finding.well for finding in findings if finding.needed)
    if as_json:
        print(json.dumps({"able": able, "findings": [asdict(finding) for finding in findings]}))
    else:
        _show(findings, able)
    if not able:
        raise typer.Exit(CANNOT_RUN)


def examine() -> Iterator[Finding]:
    """Run the checks, one after another."""
    from artifex.cli.services import look_at_services
    from artifex.machine import this_machine
    from artifex.settings import read_settings

    settings = read_settings()
    machine = this_machine()
    yield _program()
    yield _processor(machine)
    yield _memory(machine)
    yield _home(settings.home)
    yield _disk(settings.home)
    yield from look_at_services(settings)
    yield _gpu(machine)
    yield attempt("torch", TORCH_REMEDY, partial(look_at_torch, machine))
    yield attempt("sandbox", "check that Python can start processes", _sandbox)
    yield attempt("encoders", "pip install --upgrade --force-reinstall av", _encoders)
    yield attempt("starter model", STARTER_REMEDY, _starter)
    yield _measurements(settings.measurements)
    yield from quicker_attention(machine)
    yield from _attention(settings.attention)


def attempt(name: str, remedy: str, look: Callable[[], Finding]) -> Finding:
    """Run a check, turning any exception into a finding: a broken installation can raise anything on import."""
    try:
        return look()
    except Exception as error:  # noqa: BLE001
        return Finding(name, str(error) or type(error).__name__, well=False, remedy=remedy)


def _program() -> Finding:
    import platform

    from artifex import __version__

    return Finding("Artifex", f"{__version__}, Python {platform.python_version()}, {platform.platform()}")


def _processor(machine: "Machine") -> Finding:
    return Finding("processor", f"{machine.cpu_name}, {machine.cpu_count} for this program")


def _memory(machine: "Machine") -> Finding:
    from artifex.units import show_bytes

    return Finding("memory", f"{show_bytes(machine.ram_total)}, {show_bytes(machine.ram_available)} free")


def _home(home: Path) -> Finding:
    from artifex.errors import ArtifexError
    from artifex.files import write_atomically

    probe = home / ".doctor"
    try:
        write_atomically(probe, b"")
        probe.unlink()
    except (ArtifexError, OSError) as error:
        return Finding("home", str(error), well=False, remedy="export ARTIFEX_HOME=FOLDER, one you can write to")
    return Finding("home", f"{home}, writable")


def _disk(home: Path) -> Finding:
    import shutil

    from artifex.units import show_bytes

    place = next((folder for folder in (home, *home.parents) if folder.is_dir()), Path.cwd())
    free = shutil.disk_usage(place).free
    well = free >= LEAST_DISK
    return Finding("disk", f"{show_bytes(free)} free", well, remedy="" if well else f"make room on the disk of {place}")


def _gpu(machine: "Machine") -> Finding:
    from artifex.units import show_bytes

    if not machine.accelerators:
        return Finding("GPU", "no NVIDIA GPU; clips are made on the processor", needed=False)
    words = [f"{gpu.name}, {show_bytes(gpu.memory_total)}, driver {gpu.driver}" for gpu in machine.accelerators]
    return Finding("GPU", "; ".join(words), needed=False)


def look_at_torch(machine: "Machine") -> Finding:
    """Check that torch can be imported, and that it can use the machine's GPU, if there is one."""
    import torch

    from artifex.units import counted

    if torch.cuda.is_available():
        return Finding("torch", f"{torch.__version__}, uses {counted(torch.cuda.device_count(), 'GPU')}")
    if machine.accelerators:
        reason = "is built without CUDA" if torch.version.cuda is None else "cannot reach the driver"
        return Finding("torch", f"{torch.__version__} {reason}: the GPU lies idle", remedy=CUDA_REMEDY)
    return Finding("torch", f"{torch.__version__}, on the processor")


def quicker_attention(machine: "Machine") -> Iterator[Finding]:
    """For a GPU with faster attention kernels than torch's (Hopper): whether they are installed."""
    from artifex.catalog.execution import HOPPER
    from artifex.machine import has_flash_attention_4

    if all(gpu.capability != HOPPER for gpu in machine.usable_accelerators):
        return
    if has_flash_attention_4():
        yield Finding("kernels", "flash-attn-4 is installed", needed=False)
    else:
        told, remedy = "flash-attn-4 is not installed: attention takes longer", "pip install 'artifex[hopper]'"
        yield Finding("kernels", told, well=False, needed=False, remedy=remedy)


def _sandbox() -> Finding:
    """The sandbox is not needed to make clips, but protects a studio that takes files from others."""
    from artifex.media.sandbox import Sandbox

    lacking = Sandbox().report()
    if not lacking:
        return Finding("sandbox", "files of users are opened behind every wall", needed=False)
    found = f"files of users are opened apart, but without: {', '.join(lacking)}"
    return Finding("sandbox", found, well=False, needed=False, remedy="see docs/security.md#the-sandbox")


def _encoders() -> Finding:
    from artifex.media.encoders import available

    names = available()
    well = "h264" in names
    remedy = "" if well else "pip install --upgrade --force-reinstall av"
    return Finding("encoders", ", ".join(names) or "none works", well, remedy=remedy)


def _starter() -> Finding:
    from artifex.catalog import manifest, registry

    spec = registry.find_model(registry.DEFAULT_MODEL)
    files = manifest.lock(spec).files
    return Finding("starter model", f"{len(files)} files, all as they should be")


def _measurements(path: Path) -> Finding:
    from artifex.units import counted

    remedy = "artifex bench --calibrate"
    try:
        age = max(0.0, time.time() - path.stat().st_mtime)
    except OSError:
        return Finding("measurements", "none yet: plans are estimates", well=False, needed=False, remedy=remedy)
    told = "from today" if age < DAY else f"{counted(round(age / DAY), 'day')} old"
    return Finding("measurements", told, needed=False)


def _attention(path: Path) -> Iterator[Finding]:
    """The fastest attention kernels measured on this hardware, if any were."""
    from artifex.jobs.winners import KeptWinners

    for hardware, cases in KeptWinners(path).races().items():
        told = (f"{race.winner} ({case})" for case, race in cases.items())
        yield Finding("attention", f"{hardware.partition(' | ')[0]}: {'; '.join(told)}", needed=False)


def _show(findings: list[Finding], able: bool) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(show_header=False, box=None)
    for finding in findings:
        mark = (
            Text("ok", "green") if finding.well else Text("to be fixed" if finding.needed else "could be better", "red")
        )
        table.add_row(finding.name, mark, Text(finding.found))
        if finding.remedy:
            table.add_row("", "", Text(f"-> {finding.remedy}", "bold"))
    console = Console()
    console.print(table)
    console.print("Clips can be made here." if able else "Clips cannot be made here before that is fixed.")
