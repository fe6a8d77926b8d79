"""``artifex project render``: renders a film to a file, or a folder of pictures, in this process."""

import json
from pathlib import Path
from typing import Annotated

import typer

from artifex.cli.options import AsJson
from artifex.errors import BadInput, Interrupted


def render(
    project: Annotated[
        str, typer.Argument(help="A project's id or name, or an .otio or .json file.", metavar="PROJECT")
    ],
    output: Annotated[
        str,
        typer.Option("-o", "--output", help="An .mp4, .mov, .mkv or .webm, or a folder for pictures.", metavar="FILE"),
    ],
    encoding: Annotated[
        str | None,
        typer.Option(help="h264, hevc-10, prores, ffv1, png, ...; by the name of FILE if left out.", metavar="NAME"),
    ] = None,
    start: Annotated[int, typer.Option(help="The first frame, from 0.", metavar="N")] = 0,
    end: Annotated[int | None, typer.Option(help="The frame before which it ends.", metavar="N")] = None,
    size: Annotated[str | None, typer.Option(help="Another size than the film's own.", metavar="WxH")] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace what is already there.")] = False,
    as_json: AsJson = False,
) -> None:
    """Write a film to a file, or part of it.

    Segments that were rendered before are not rendered again; after a crash, or Ctrl-C, the same command goes on
    behind the last of them.
    """
    from artifex.cli.film_progress import FilmProgress
    from artifex.cli.outputs import claimed_place
    from artifex.cli.project_named import named_project
    from artifex.cli.signals import stop_on_signals
    from artifex.jobs.films.encodings import is_joinable
    from artifex.jobs.films.local_render import Order, encoding_for, folder_of, render_here
    from artifex.media.sandbox import Sandbox
    from artifex.store.blobs import open_blobs
    from artifex.units import PixelSize

    path = Path(output)
    wanted = encoding_for(path, encoding)
    order = Order(path, wanted, start, end, None if size is None else PixelSize.parse(size))
    found = named_project(project)
    if found.losses:
        raise BadInput(f"{found.losses[0]} Take it in with 'artifex project import' first, which looks for its files.")
    blobs, kept = open_blobs(found.settings), found.settings.segments
    place = claimed_place(path, overwrite, (Path(project),), folder_of(wanted))
    with place, FilmProgress("Rendering", quiet=as_json) as progress:
        stop_on_signals(progress.stop)
        try:
            made = render_here(found.project, order, blobs, Sandbox(), kept, progress)
        except Interrupted as stopped:
            after = "goes on from there" if is_joinable(wanted) else "begins anew, for this encoding keeps no segments"
            raise Interrupted(f"Stopped after frame {progress.done}. The same command {after}.") from stopped
    frames = made.end - made.start
    print(json.dumps({"file": str(path), "frames": frames, "segments": len(made.segments)}) if as_json else path)
