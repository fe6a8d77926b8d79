"""``artifex media``: what files are, and what is made of them."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from artifex.cli.options import AsJson

app = typer.Typer(
    help="Show what a file is; make a proxy, a stream, or a picture of its colours.", no_args_is_help=True
)

File = Annotated[str, typer.Argument(help="A video or a sound.", metavar="FILE")]
Output = Annotated[str, typer.Option("-o", "--output", help="Where it goes.", metavar="FILE")]


@app.command()
def probe(file: File, as_json: AsJson = False) -> None:
    """Show what a file is, in numbers that were measured by opening it."""
    from artifex.media.reading.frame_reader import FrameReader
    from artifex.media.sandbox import Sandbox

    path = Path(file).resolve()
    found = Sandbox().examine(path, file)
    facts: dict[str, object] = {"kind": found.kind, "media_type": found.media_type, **found.facts}
    if found.kind == "video":
        with FrameReader(path) as reader:
            seen = asdict(reader.facts)
            facts |= {"frame_count": reader.frame_count, "missing_frames": reader.index.missing}
        size = seen.pop("size")
        facts |= {"width": size["width"], "height": size["height"], **{name: _plain(it) for name, it in seen.items()}}
    if as_json:
        print(json.dumps(facts))
        return
    for name, value in facts.items():
        print(f"{name.replace('_', ' '):<16} {value}")


@app.command()
def proxy(
    file: File,
    output: Output,
    divisor: Annotated[int, typer.Option(help="Each side is divided by this: 2 or 4.", metavar="N")] = 2,
) -> None:
    """Make a small copy of which every frame can be shown at once, for cutting."""
    from artifex.errors import BadInput
    from artifex.media.proxies.proxy import write_proxy

    if divisor not in (2, 4):
        raise BadInput(f"A side is divided by 2 or 4, not by {divisor}.")
    count = write_proxy(Path(file), _free(output), divisor)
    print(f"{output}: {count} frames")


@app.command()
def hls(file: File, output: Output) -> None:
    """Make a folder with the video as a stream in several sizes (HTTP Live Streaming)."""
    from artifex.errors import BadReference
    from artifex.media.encodings.sound import SoundStream
    from artifex.media.hls.stream import MASTER, write_stream
    from artifex.media.reading.frame_reader import FrameReader
    from artifex.media.sounds.sound_reader import SoundReader

    folder = _free(output)
    with FrameReader(Path(file)) as reader:
        pictures = (picture[..., :3] for picture in reader.frames(size=reader.facts.square_size))
        try:
            sound = SoundReader(Path(file), 48_000)
        except BadReference:  # it has none
            count = write_stream(pictures, reader.facts.frame_rate, folder)
        else:
            with sound:
                track = SoundStream(sound.chunks(0, sound.sample_count), 48_000)
                count = write_stream(pictures, reader.facts.frame_rate, folder, track)
    print(f"{folder / MASTER}: {count} frames")


@app.command()
def scopes(
    file: File,
    output: Output,
    frame: Annotated[int, typer.Option(help="Which frame, from 0.", min=0, metavar="N")] = 0,
    scope: Annotated[
        str, typer.Option(help="waveform, parade, vectorscope or histogram.", metavar="NAME")
    ] = "waveform",
) -> None:
    """Draw the colours of a frame, as PNG."""
    import numpy as np

    from artifex.errors import UnknownName
    from artifex.files import write_atomically
    from artifex.jobs.films.viewing import SCOPES
    from artifex.media.reading.frame_reader import FrameReader
    from artifex.media.still import png

    draw = next((drawn for name, drawn in SCOPES.items() if name == scope), None)
    if draw is None:
        raise UnknownName(f"There is no scope {scope!r:.40}; choose one of {', '.join(SCOPES)}.")
    with FrameReader(Path(file)) as reader:
        picture = np.ascontiguousarray(reader.frame(frame)[..., :3].astype(np.uint8))
    write_atomically(_free(output), png(draw(picture)))
    print(output)


def _free(output: str) -> Path:
    """Raises BadInput for what is there already."""
    from artifex.errors import BadInput

    path = Path(output)
    if path.exists():
        raise BadInput(f"{path} exists already; choose another name with -o.")
    return path


def _plain(value: object) -> object:
    return value if isinstance(value, bool | int | str) else str(value)
