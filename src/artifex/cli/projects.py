"""``artifex project``: films on this machine, with or without a server that runs."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from artifex.cli.jobs import HERE, Server
from artifex.cli.options import AsJson

if TYPE_CHECKING:
    from artifex.jobs.films.room import Checked, FilmRoom

app = typer.Typer(
    help="Begin, import, export, check, render or rebuild a film of this machine's library.", no_args_is_help=True
)

ProjectId = Annotated[str, typer.Argument(help="A film's id; 'artifex project list' tells them.", metavar="ID")]


@app.command()
def new(
    name: Annotated[str, typer.Argument(help="What the film is called.", metavar="NAME")],
    rate: Annotated[str, typer.Option(help="Frames a second, like 24 or 24000/1001.")] = "24",
    size: Annotated[str, typer.Option(help="Width and height of its pictures.", metavar="WxH")] = "1280x720",
) -> None:
    """Begin an empty film; its id is printed."""
    print(_room().begin(name, rate, size).id)


@app.command("list")
def list_projects(as_json: AsJson = False) -> None:
    """List the films, the one that was changed last first."""
    rows = _room().films()
    if as_json:
        print(json.dumps({"projects": [{"id": row.id, "name": row.name, "version": row.version} for row in rows]}))
        return
    for row in rows:
        print(f"{row.id}  {row.name}")


@app.command("import")
def import_project(
    file: Annotated[str, typer.Argument(help="An .otio file, or a film's own JSON.", metavar="FILE")],
) -> None:
    """Take a film from a file; its id is printed."""
    print(_room().take_in(Path(file)).id)


@app.command()
def export(
    project_id: ProjectId,
    kind: Annotated[str, typer.Argument(help="otio, fcpxml, fcp7, edl or json.", metavar="FORMAT")],
    output: Annotated[str, typer.Option("-o", "--output", help="Where to.", metavar="FILE")],
) -> None:
    """Write the cuts for another program, and say what its format cannot hold."""
    for loss in _room().export(project_id, kind, Path(output)):
        print(f"Not in the file: {loss}", file=sys.stderr)
    print(output)


@app.command()
def check(project_id: ProjectId, as_json: AsJson = False) -> None:
    """Say what stands in the way of a render: files that are gone, shots without a take. Ends with 3 if anything."""
    found = _room().check(project_id)
    if as_json:
        print(json.dumps(asdict(found)))
    else:
        _tell(found)
    if not found.is_whole:
        raise typer.Exit(3)


@app.command()
def render(
    project_id: ProjectId,
    output: Annotated[str, typer.Option("-o", "--output", help="Where to; a folder for png and exr.", metavar="FILE")],
    encoding: Annotated[str, typer.Option(help="h264, hevc, av1, vp9, prores, ffv1, png, ...")] = "h264",
    start: Annotated[int, typer.Option(help="The first frame.", min=0, metavar="N")] = 0,
    end: Annotated[int | None, typer.Option(help="The frame behind the last.", min=1, metavar="N")] = None,
) -> None:
    """Render a film, or part of it. What was rendered before is not rendered again, also after a stop."""
    from artifex.cli.film_progress import FilmProgress

    with FilmProgress() as progress:
        count = _room().render(project_id, Path(output), encoding, start, end, progress)
    print(f"{output}: {count} frames")


@app.command()
def rebuild(
    project_id: ProjectId,
    server: Server = HERE,
    quote: Annotated[bool, typer.Option("--quote", help="Only say how long it would take.")] = False,
    as_json: AsJson = False,
) -> None:
    """Have a server that runs make new takes of the shots that are out of date or have none."""
    from artifex.cli.connection import connected

    with connected(server) as studio:
        seconds = studio.projects.rebuild_seconds(project_id)
        jobs = () if quote else studio.projects.rebuild(project_id)
    if as_json:
        print(json.dumps({"seconds": seconds, "jobs": [job.id for job in jobs]}))
        return
    print("How long it takes cannot be told." if seconds is None else f"About {seconds:.0f} seconds.")
    for job in jobs:
        print(job.id)


def _tell(found: "Checked") -> None:
    words = {"gone from the library": found.missing, "without a take": found.unmade, "out of date": found.stale}
    for word, names in words.items():
        for name in names:
            print(f"{name} is {word}")
    if found.is_whole:
        print("The film can be rendered.")
    if found.is_empty:
        print("The film is empty.")


def _room() -> "FilmRoom":
    from artifex.wiring import film_room

    return film_room()
