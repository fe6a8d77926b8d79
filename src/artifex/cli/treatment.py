"""``artifex media continuity``, ``filter`` and ``upscale``: measure a clip's continuity, clean it, enlarge it."""

import json
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from artifex.cli.media_options import File, Overwrite
from artifex.cli.options import AsJson
from artifex.errors import BadInput

if TYPE_CHECKING:
    from artifex.media.continuity.repeats import Run
    from artifex.media.continuity.report import ContinuityReport


def continuity(
    file: File,
    following: Annotated[
        str | None, typer.Argument(help="A clip that comes after it: the jump between them is told.", metavar="NEXT")
    ] = None,
    chart: Annotated[
        str | None, typer.Option(help="Draw the curves as a strip into this .png.", metavar="FILE")
    ] = None,
    overwrite: Overwrite = False,
    as_json: AsJson = False,
) -> None:
    """Tell how a clip's colour, contrast and sharpness drift, and where it stands still or is cut."""
    from artifex.cli.outputs import claimed_place
    from artifex.files import write_atomically
    from artifex.media.continuity.chart import strip_png
    from artifex.media.continuity.joints import joint

    target = None if chart is None else Path(chart)
    if target is not None and target.suffix.lower() != ".png":
        raise BadInput(f"A chart is a .png; name it {target.name}.png.")
    with nullcontext() if target is None else claimed_place(target, overwrite, (Path(file),)):
        report = _measured(file)
        jump = None if following is None else joint(report, _measured(following))
        if target is not None:
            write_atomically(target, strip_png(report))
    if as_json:
        told = report.to_data()
        if jump is not None:
            told["joint"] = {"colour": jump.colour, "contrast": jump.contrast, "sharpness": jump.sharpness}
        print(json.dumps(told))
        return
    for name, value in _rows(report):
        print(f"{name:<14}{value}")
    if jump is not None:
        print(f"{'to the next':<14}{_change(jump.colour, jump.contrast, jump.sharpness)}")


def filter_file(
    file: File,
    output: Annotated[
        str,
        typer.Option("-o", "--output", help="An .mp4, .mov, .mkv or .webm, or a folder for pictures.", metavar="FILE"),
    ],
    denoise: Annotated[float | None, typer.Option(help="Take out noise: 0 to 1.", metavar="SHARE")] = None,
    deflicker: Annotated[int | None, typer.Option(help="Even the brightness over 2 to 33 frames.", metavar="N")] = None,
    hold_colour: Annotated[
        float | None, typer.Option(help="Take back a drift of colours: 0 to 1.", metavar="SHARE")
    ] = None,
    fps: Annotated[
        str | None, typer.Option(help="Add frames until there are so many a second.", metavar="RATE")
    ] = None,
    sharpen: Annotated[float | None, typer.Option(help="Sharpen edges: 0 to 2.", metavar="AMOUNT")] = None,
    overwrite: Overwrite = False,
    as_json: AsJson = False,
) -> None:
    """Clean a clip of noise and flicker, hold its colours, give it more frames a second, sharpen it."""
    from artifex.cli.film_progress import FilmProgress
    from artifex.cli.outputs import claimed_place
    from artifex.jobs.films.local_render import encoding_for, folder_of
    from artifex.media.filters.file import treat_file
    from artifex.media.filters.treatment import NOTHING, Treatment
    from artifex.units import parse_frame_rate

    rate = None if fps is None else parse_frame_rate(fps)
    treatment = Treatment(denoise, deflicker, hold_colour, rate, sharpen)
    if treatment == NOTHING:
        raise BadInput("Nothing is to be done; give at least one of the stages, like --denoise 0.3.")
    source, target = Path(file), Path(output)
    encoding = encoding_for(target, None)
    place = claimed_place(target, overwrite, (source,), folder_of(encoding))
    with place, FilmProgress("Treating the clip", quiet=as_json) as progress:
        count = treat_file(source, target, treatment, encoding, progress.frames)
    print(json.dumps({"file": str(target), "frames": count}) if as_json else target)


def upscale(
    file: File,
    output: Annotated[
        str,
        typer.Option("-o", "--output", help="An .mp4, .mov, .mkv or .webm, or a folder for pictures.", metavar="FILE"),
    ],
    scale: Annotated[
        int | None, typer.Option(help="How many times each side grows: 2 (the default), 3 or 4.", metavar="N")
    ] = None,
    resolution: Annotated[
        str | None, typer.Option(help="What the shorter side becomes: 1080p, 1440p, 2160p, 4320p.", metavar="P")
    ] = None,
    upscaler: Annotated[
        str | None,
        typer.Option(help="Weights of a network that invents the detail: .safetensors or .pth.", metavar="FILE"),
    ] = None,
    overwrite: Overwrite = False,
    as_json: AsJson = False,
) -> None:
    """Enlarge a clip: by a network of the ESRGAN kind, or by interpolation, which adds no detail."""
    from artifex.cli.film_progress import FilmProgress
    from artifex.cli.outputs import claimed_place
    from artifex.jobs.films.local_render import encoding_for, folder_of
    from artifex.jobs.upscaling import Enlargement, upscale_file

    source, target, wanted = Path(file), Path(output), Enlargement(scale, resolution)
    encoding = encoding_for(target, None)
    weights = None if upscaler is None else Path(upscaler)
    place = claimed_place(target, overwrite, (source,), folder_of(encoding))
    with place, FilmProgress("Enlarging the clip", quiet=as_json) as progress:
        count = upscale_file(source, target, wanted, weights, encoding, progress.frames)
    print(json.dumps({"file": str(target), "frames": count}) if as_json else target)


def _measured(file: str) -> "ContinuityReport":
    """Raises BadReference."""
    import numpy as np

    from artifex.media.continuity.meter import continuity as measure
    from artifex.media.reading.frame_reader import FrameReader

    with FrameReader(Path(file)) as reader:
        return measure(np.asarray(frame[..., :3], np.uint8) for frame in reader.frames())


def _rows(report: "ContinuityReport") -> Iterator[tuple[str, str]]:
    drift = report.drift
    yield "frames", str(len(report.measures))
    yield "drift", _change(drift.colour, drift.contrast, drift.sharpness)
    yield "", f"at most Delta E {report.most_drift:.1f} on the way"
    yield "consistency", f"{report.consistency:.3f} of 1"
    yield "cuts", ", ".join(map(str, report.cuts)) or "none"
    yield "frozen", _runs(report.frozen)
    yield "duplicates", _runs(report.duplicates)


def _change(colour: float, contrast: float, sharpness: float) -> str:
    return f"Delta E {colour:.1f}, contrast {contrast:+.0%}, sharpness {sharpness:+.0%}"


def _runs(runs: "Sequence[Run]") -> str:
    return ", ".join(f"{run.count} from {run.first}" for run in runs) or "none"
