"""``artifex media``: examine and convert files without a server."""

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from artifex.cli.media_options import File, Overwrite
from artifex.cli.options import AsJson
from artifex.cli.treatment import continuity, filter_file, upscale
from artifex.errors import BadInput

app = typer.Typer(
    help="Tell what a file is and how steady it is; clean or enlarge it; make a proxy, a stream or a scope of it.",
    no_args_is_help=True,
)

app.command()(continuity)
app.command("filter")(filter_file)
app.command()(upscale)


class ScopeName(StrEnum):
    """The scopes of ``artifex.media.scopes.drawn``, which is too slow to import for the list of options."""

    WAVEFORM = "waveform"
    PARADE = "parade"
    VECTORSCOPE = "vectorscope"
    HISTOGRAM = "histogram"


@app.command()
def probe(
    file: Annotated[str, typer.Argument(help="A video, sound or picture.", metavar="FILE")], as_json: AsJson = False
) -> None:
    """Tell what a file is: codec, size, rate, frames, rotation, bits, alpha, interlacing, colours and sound."""
    from artifex.cli.file_facts import data, show
    from artifex.media.facts import file_facts

    found = file_facts(Path(file))
    if as_json:
        print(json.dumps(data(found)))
    else:
        show(found)


@app.command()
def proxy(
    file: File,
    output: Annotated[
        str | None, typer.Option("-o", "--output", help="An .mp4; FILE-proxy.mp4 if left out.", metavar="FILE")
    ] = None,
    divisor: Annotated[int, typer.Option(help="2 for half of each side, 4 for a quarter.", metavar="2|4")] = 2,
    overwrite: Overwrite = False,
    as_json: AsJson = False,
) -> None:
    """Write a small copy of which every frame is a key frame: editors scrub through it without effort."""
    from artifex.cli.film_progress import FilmProgress
    from artifex.cli.outputs import claimed_place
    from artifex.media.proxies.proxy import write_proxy

    if divisor not in (2, 4):
        raise BadInput(f"A divisor of {divisor} is none there is; choose 2 or 4.")
    source = Path(file)
    target = Path(f"{source.stem}-proxy.mp4" if output is None else output)
    if target.suffix.lower() != ".mp4":
        raise BadInput(f"A proxy is an .mp4; name it {target.name}.mp4.")
    with claimed_place(target, overwrite, (source,)), FilmProgress("Writing the proxy", quiet=as_json) as progress:
        count = write_proxy(source, target, divisor, progress.frames)
    _tell_file(target, count, as_json)


@app.command()
def hls(
    file: File,
    output: Annotated[
        str, typer.Option("-o", "--output", help="The folder; master.m3u8 in it is the stream.", metavar="FOLDER")
    ],
    overwrite: Overwrite = False,
    as_json: AsJson = False,
) -> None:
    """Write a video as a stream in several sizes (HTTP Live Streaming), which any web server can hand out."""
    from artifex.cli.film_progress import FilmProgress
    from artifex.cli.outputs import claimed_place
    from artifex.media.hls.of_file import stream_file
    from artifex.media.hls.stream import STREAM

    folder = Path(output)
    if folder.is_file():
        raise BadInput(f"{folder} is a file, and a stream is a folder; choose another name with -o.")
    with claimed_place(folder, overwrite, kind=STREAM), FilmProgress("Writing the stream", quiet=as_json) as progress:
        count = stream_file(Path(file), folder, progress.frames)
    _tell_file(folder / "master.m3u8", count, as_json)


@app.command()
def scopes(
    file: Annotated[str, typer.Argument(help="A video or a picture.", metavar="FILE")],
    output: Annotated[str, typer.Option("-o", "--output", help="A .png.", metavar="FILE")],
    scope: Annotated[ScopeName, typer.Option(help="Which scope.")] = ScopeName.WAVEFORM,
    frame: Annotated[int, typer.Option(help="Of a video: which frame, from 0.", min=0, metavar="N")] = 0,
    overwrite: Overwrite = False,
    as_json: AsJson = False,
) -> None:
    """Draw what a scope shows of one frame: how bright its columns are, or what colours are in it."""
    from artifex.cli.outputs import claimed_place
    from artifex.files import write_atomically
    from artifex.media.frame_of import frame_of
    from artifex.media.scopes.drawn import drawn
    from artifex.media.still import png

    source, target = Path(file), Path(output)
    if target.suffix.lower() != ".png":
        raise BadInput(f"A scope is a .png; name it {target.name}.png.")
    with claimed_place(target, overwrite, (source,)):
        write_atomically(target, png(drawn(scope.value, frame_of(source, frame))))
    print(json.dumps({"file": str(target), "scope": scope.value, "frame": frame}) if as_json else target)


@app.command()
def merge(
    video: Annotated[str, typer.Argument(help="Whose pictures are taken, as they are.", metavar="VIDEO")],
    sound: Annotated[str, typer.Argument(help="Whose sound is taken; a video will do.", metavar="SOUND")],
    output: Annotated[str, typer.Option("-o", "--output", help="An .mp4, .mov, .mkv or .webm.", metavar="FILE")],
    overwrite: Overwrite = False,
    as_json: AsJson = False,
) -> None:
    """Put a sound to a video, cut to the shorter of the two. The pictures are copied, not encoded again."""
    from artifex.cli.outputs import claimed_place
    from artifex.media.encodings.encoding import SoundEncoding
    from artifex.media.sounds.merging import merge as merge_files

    target = Path(output)
    encoding = SoundEncoding("opus") if target.suffix.lower() == ".webm" else SoundEncoding()
    with claimed_place(target, overwrite, (Path(video), Path(sound))):
        count = merge_files(Path(video), Path(sound), target, encoding)
    _tell_file(target, count, as_json)


def _tell_file(path: Path, count: int, as_json: bool) -> None:
    print(json.dumps({"file": str(path), "frames": count}) if as_json else path)
