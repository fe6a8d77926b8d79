"""The ``artifex`` command. Only light modules are imported here, so that ``--help`` answers at once."""

import os
import sys
from contextlib import suppress
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated

import typer

from artifex import __version__
from artifex.cli.bench import bench
from artifex.cli.calibrate import calibrate
from artifex.cli.doctor import doctor
from artifex.cli.door import run_command
from artifex.cli.generate import generate
from artifex.cli.inspect import inspect
from artifex.cli.jobs import app as jobs
from artifex.cli.licenses import licenses
from artifex.cli.media import app as media
from artifex.cli.models import app as models
from artifex.cli.plan import plan
from artifex.cli.projects import app as projects
from artifex.cli.serve import serve
from artifex.cli.signals import end_on_sigterm
from artifex.cli.users import app as users
from artifex.cli.worker import worker

app = typer.Typer(
    name="artifex",
    help="A film studio of your own: a prompt or a picture becomes a clip that knows how it was made.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for command in (generate, plan, inspect, serve, worker, doctor, bench, calibrate, licenses):
    app.command()(command)
app.add_typer(models, name="models")
app.add_typer(users, name="users")
app.add_typer(jobs, name="jobs")
app.add_typer(media, name="media")
app.add_typer(projects, name="project")


def _show_version(asked: bool) -> None:
    if asked:
        print(f"artifex {__version__}")
        raise typer.Exit


@app.callback()
def program(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and leave.")
    ] = False,
) -> None:
    """A film studio of your own: a prompt or a picture becomes a clip that knows how it was made."""


def main(arguments: list[str]) -> int:
    """Run one command; returns its exit code."""
    return run_command(lambda: app(arguments, standalone_mode=False), as_json="--json" in arguments)


def run() -> None:
    """Entry point of the console script."""
    open_closed_streams()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # printing a file's name must not fail, whatever it is
    end_on_sigterm()
    let_threads_sleep()
    code = main(sys.argv[1:])
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)  # everything is on disk; skips torch's slow teardown


def open_closed_streams() -> None:
    """Redirect standard streams that were closed before the program started to the null device.

    Otherwise the next opened file would get a stream's descriptor, and whatever libraries print to it.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115


def let_threads_sleep() -> None:
    """Make torch's threads sleep while they wait for one another, here and in child processes.

    By default OpenMP's threads spin. If other threads need the CPU, like the video encoder's beside the decoder, each
    waits out the others' time slices: steps were measured to take up to seven times as long. OpenMP reads this when
    torch is loaded.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")


if __name__ == "__main__":
    run()
