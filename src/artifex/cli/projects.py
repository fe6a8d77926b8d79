"""``artifex project``: manages films in this machine's library and in files, without a server."""

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from artifex.cli.options import AsJson
from artifex.cli.project_rebuild import rebuild
from artifex.cli.project_render import render
from artifex.errors import BadInput
from artifex.units import counted

if TYPE_CHECKING:
    from artifex.jobs.films.desk import Opened

app = typer.Typer(
    help="Begin, list, import, export, check, render or rebuild films, and place clips in them.", no_args_is_help=True
)
app.command()(render)
app.command()(rebuild)

ProjectName = Annotated[
    str, typer.Argument(help="A project's id or name, or an .otio or .json file.", metavar="PROJECT")
]


class FormatChoice(StrEnum):
    """The formats of ``artifex.timeline.interchange.formats``, which is too slow to import for the list of options."""

    OTIO = "otio"
    FCPXML = "fcpxml"
    FCP7 = "fcp7"
    EDL = "edl"
    JSON = "json"


@app.command()
def new(
    name: Annotated[str, typer.Argument(help="What to call it.", metavar="NAME")],
    rate: Annotated[str, typer.Option(help="Frames a second, like 24 or 24000/1001.", metavar="RATE")] = "24",
    size: Annotated[str, typer.Option(help="Width and height in pixels.", metavar="WxH")] = "1280x720",
    as_json: AsJson = False,
) -> None:
    """Begin an empty film and print its id."""
    from artifex.cli.project_named import open_films
    from artifex.jobs.films.local import OWNER
    from artifex.jobs.films.local_render import require_sides
    from artifex.jobs.importing import one_line
    from artifex.settings import read_settings
    from artifex.timeline.takes import LONGEST_NAME
    from artifex.units import PixelSize, parse_frame_rate

    shown, frame_rate, pixels = one_line(name), parse_frame_rate(rate), PixelSize.parse(size)
    if not shown:
        raise BadInput("A project needs a name; give one with letters in it.")
    if len(shown) > LONGEST_NAME:
        raise BadInput(f"A project's name has at most {LONGEST_NAME} characters; give a shorter one.")
    require_sides(pixels)
    if pixels.width % 2 or pixels.height % 2:
        raise BadInput(f"A film of {pixels} cannot be made; give it even sides, which every player can show.")
    desk = open_films(read_settings()).desk
    _tell(desk.create(OWNER, shown, frame_rate, pixels.width, pixels.height), (), as_json)


@app.command("list")
def list_projects(as_json: AsJson = False) -> None:
    """List the films of this machine, the one that was changed last first."""
    from artifex.cli.project_named import open_films
    from artifex.cli.project_table import row_data, show_projects
    from artifex.settings import read_settings

    rows = open_films(read_settings()).all()
    if as_json:
        print(json.dumps({"projects": [row_data(row) for row in rows]}))
    else:
        show_projects(rows)


@app.command("import")
def import_project(
    file: Annotated[str, typer.Argument(help="An .otio file, or a project's own .json.", metavar="FILE")],
    media: Annotated[
        list[str] | None,
        typer.Option("--media", help="A folder with its files, or a file. May be repeated.", metavar="FOLDER"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Take a film from a file into the library and print its id.

    Media that an .otio of another program names are taken in with it, where they are files of this machine.
    """
    from artifex.cli.project_named import open_films
    from artifex.settings import read_settings

    films = open_films(read_settings())
    opened, losses = films.take_in(Path(file), [Path(each) for each in media or ()])
    if count := len(films.lacking(opened.project)):
        are = "is" if count == 1 else "are"
        losses += (
            f"{counted(count, 'file')} of the film {are} not in this library; "
            f"'artifex project relink {opened.row.id} FOLDER' takes them from a folder.",
        )
    _tell(opened, losses, as_json)


@app.command()
def relink(
    project: Annotated[str, typer.Argument(help="A project's id or name.", metavar="PROJECT")],
    files: Annotated[list[str], typer.Argument(help="Files, or folders that are searched.", metavar="FILE...")],
    as_json: AsJson = False,
) -> None:
    """Find the files that a film needs and the library lacks, by their content, whatever they are called.

    Exit code 3 when some are still missing.
    """
    from artifex.cli.door import CANNOT_RUN
    from artifex.cli.project_named import kept_project

    opened, films, _ = kept_project(project)
    now, found = films.relink(opened, [Path(file) for file in files])
    missing = films.lacking(now.project)
    if as_json:
        print(json.dumps({"found": list(found), "missing": list(missing)}))
    else:
        lines = [*(f"found: {name}" for name in found), *(f"still missing: {name}" for name in missing)]
        print("\n".join(lines or ["Nothing is missing."]))
    if missing:
        raise typer.Exit(CANNOT_RUN)


@app.command()
def place(
    project: Annotated[str, typer.Argument(help="A project's id or name.", metavar="PROJECT")],
    files: Annotated[list[str], typer.Argument(help="Videos, pictures or sounds.", metavar="FILE...")],
    as_json: AsJson = False,
) -> None:
    """Put files at the end of a film, one behind the other. A clip that was made here comes as a shot."""
    from artifex.cli.project_named import kept_project

    found, films, _ = kept_project(project)
    opened, losses = films.place(found, [Path(file) for file in files])
    _tell(opened, losses, as_json)


@app.command()
def export(
    project: ProjectName,
    kind: Annotated[FormatChoice, typer.Argument(help="Which format.", metavar="otio|fcpxml|fcp7|edl|json")],
    output: Annotated[
        str | None, typer.Option("-o", "--output", help="The file; named by the project if left out.", metavar="FILE")
    ] = None,
    media: Annotated[
        str | None,
        typer.Option("--media", help="Also copy all files of the film here, and name them there.", metavar="FOLDER"),
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace a file that is already there.")] = False,
    as_json: AsJson = False,
) -> None:
    """Write a film's cut for another program or library, and say what the format cannot hold."""
    from artifex.cli.outputs import claimed_place
    from artifex.cli.project_named import named_project
    from artifex.files import file_name, write_atomically
    from artifex.jobs.films.moving import gathered
    from artifex.store.blobs import open_blobs
    from artifex.timeline.interchange.formats import FORMATS

    if media is not None and not media.strip():
        raise BadInput("--media needs the name of a folder; without one, leave it out.")
    found, wanted = named_project(project), FORMATS[kind.value]
    path = Path(output if output is not None else file_name(found.project.name, "project", wanted.suffix))
    with claimed_place(path, overwrite, (Path(project),)):
        copies = None if media is None else gathered(found.project, open_blobs(found.settings), Path(media))
        exported = wanted.write(found.project) if copies is None else wanted.write(found.project, copies.url_of)
        write_atomically(path, exported.text.encode())
    losses = [*found.losses, *(copies.lost if copies else ()), *exported.losses]
    _tell_losses(losses, as_json)
    print(json.dumps({"file": str(path), "losses": losses}) if as_json else path)


@app.command()
def check(project: ProjectName, as_json: AsJson = False) -> None:
    """Say whether a film is valid, whether all its files are here and undamaged, which shots are to be made anew, and
    whether they would be by the same models.

    Exit code 3 when it cannot be rendered as it is.
    """
    from artifex.cli.door import CANNOT_RUN
    from artifex.cli.project_named import named_project
    from artifex.cli.project_table import standing_data, standing_words
    from artifex.jobs.films.models import other_models
    from artifex.jobs.films.standing import standing
    from artifex.store.blobs import open_blobs

    found = named_project(project)
    stands = standing(found.project, open_blobs(found.settings).is_usable)
    others = other_models(found.project, found.settings.models)
    _tell_losses(found.losses, as_json)
    if as_json:
        print(json.dumps(standing_data(found.project, stands, others, found.losses)))
    else:
        print("\n".join(standing_words(found.project, stands, others)))
    if not stands.can_render:
        raise typer.Exit(CANNOT_RUN)


def _tell(opened: "Opened", losses: tuple[str, ...], as_json: bool) -> None:
    from artifex.cli.project_table import row_data

    _tell_losses(losses, as_json)
    print(json.dumps({**row_data(opened.row), "losses": list(losses)}) if as_json else opened.row.id)


def _tell_losses(losses: "tuple[str, ...] | list[str]", as_json: bool) -> None:
    for sentence in () if as_json else losses:
        print(sentence, file=sys.stderr)
