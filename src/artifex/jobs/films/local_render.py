"""Renders a film in this process, without a queue, to a file or a folder of pictures."""

from dataclasses import dataclass, replace
from pathlib import Path

from artifex.errors import BadInput, BadReference
from artifex.jobs.films.encodings import FILM_ENCODINGS, encoding_named
from artifex.jobs.films.keeping import prune
from artifex.jobs.films.rendering import Progress, Target, render_film
from artifex.jobs.films.sources import library_sources
from artifex.jobs.films.standing import Standing, standing
from artifex.jobs.films.titles import film_plan
from artifex.media.encodings.checks import check_size
from artifex.media.encodings.encoders import STILLS
from artifex.media.encodings.encoding import Encoding
from artifex.media.opener import Opener
from artifex.media.picture_sequence import SEQUENCE
from artifex.media.published_folder import FolderKind
from artifex.store.blobs import Blobs
from artifex.timeline.plan import RenderPlan
from artifex.timeline.project import Project
from artifex.units import PixelSize

_SIDES = range(16, 8193)
_USUAL = {".mp4": "h264", ".mov": "prores", ".mkv": "ffv1", ".webm": "vp9", "": "png"}


@dataclass(frozen=True, slots=True)
class Order:
    """What to render: frames ``start`` up to, not including, ``end`` (None: the film's end), at ``size`` (None: the
    timeline's)."""

    output: Path
    encoding: Encoding
    start: int = 0
    end: int | None = None
    size: PixelSize | None = None


def encoding_for(output: Path, name: str | None) -> Encoding:
    """The encoding with this name, or else the usual one for the output's suffix. Raises BadField for an unknown name,
    BadInput for a suffix that does not match."""
    suffix = output.suffix.lower()
    if name is None:
        if suffix not in _USUAL:
            raise BadInput(f"A film is an .mp4, .mov, .mkv or .webm, or a folder for pictures; {output.name} is none.")
        name = _USUAL[suffix]
    encoding = encoding_named(name, FILM_ENCODINGS)
    if suffix != encoding.suffix:
        as_it_is = f"an {encoding.suffix}" if encoding.suffix else "a folder of pictures, which has no suffix"
        raise BadInput(f"{name} makes {as_it_is}; name it {output.stem}{encoding.suffix}, or choose another encoding.")
    return encoding


def folder_of(encoding: Encoding) -> FolderKind | None:
    """The kind of folder that the encoding makes; None if it makes one file."""
    return SEQUENCE if encoding.codec in STILLS else None


def render_here(
    project: Project, order: Order, blobs: Blobs, opener: Opener, kept: Path, progress: Progress
) -> RenderPlan:
    """Write the film atomically and return its plan, which has no sound if the output is a folder of pictures.

    ``kept`` is the folder of rendered segments, which are reused. Raises BadInput for a film that is not ready or a
    range outside it, BadReference for missing files, and what :func:`render_film` raises.
    """
    made = _plan(project, order)
    size = order.size or PixelSize(width=project.timeline.width, height=project.timeline.height)
    require_sides(size)
    check_size(order.encoding, size)
    require_ready(standing(project, blobs.holds))
    if order.encoding.codec in STILLS:
        made = _silent(made)
    sources = library_sources(project, opener, blobs)
    render_film(made, Target(size, order.encoding, kept), sources, order.output, progress)
    prune(kept)
    return made


def require_sides(size: PixelSize) -> None:
    """Raises BadInput for a size out of range."""
    if not all(side in _SIDES for side in (size.width, size.height)):
        raise BadInput(f"A film of {size} cannot be made; each side has {_SIDES.start} to {_SIDES.stop - 1} pixels.")


def require_ready(found: Standing) -> None:
    """Raises BadReference for missing files, BadInput for undrawable titles or shots without an accepted take."""
    if found.missing:
        first, others = found.missing[0], len(found.missing) - 1
        more = f" and {others} other files are" if others > 1 else " and another file are" if others else " is"
        raise BadReference(
            f"{first.name}{more} not in this library; 'artifex project relink' takes what is missing from a folder. "
            "Or take those clips out of the film."
        )
    if found.tables:
        raise BadReference("A look's table of colours (.cube) is not in this library; add it, or take it out.")
    if found.unwritable:
        raise BadInput(found.unwritable)
    if found.unmade_shown:
        count = len(found.unmade_shown)
        words = "1 shot has" if count == 1 else f"{count} shots have"
        raise BadInput(f"{words} no accepted take, so the film cannot be rendered; rebuild and accept first.")


def _plan(project: Project, order: Order) -> RenderPlan:
    duration = project.timeline.duration
    if not duration:
        raise BadInput("The film has no clips yet, so there is nothing to render; place some first.")
    end = duration if order.end is None else order.end
    if not 0 <= order.start < end <= duration:
        raise BadInput(f"The film has frames 0 to {duration - 1}; from {order.start} up to {end} is no part of it.")
    return film_plan(project, order.start, end)


def _silent(made: RenderPlan) -> RenderPlan:
    return replace(made, segments=tuple(replace(segment, sounds=()) for segment in made.segments))
