"""Joins a clip to the one it continues."""

from fractions import Fraction
from itertools import chain, islice
from pathlib import Path

from artifex.jobs.work.film import Film, write_film
from artifex.jobs.work.soundtrack import excerpt, soundtrack
from artifex.jobs.work.task import MadeFile, Task
from artifex.media.encodings.sound import SoundStream
from artifex.media.probe import Probe
from artifex.media.rescale import fitted
from artifex.units import PixelSize


def stitch(task: Task, clip: Path) -> MadeFile:
    """The clip that ``task`` continues, followed by the new ``clip`` without the frames that both share.

    The request's ``after`` is ``{"sha256", "overlap"}``: the content of the earlier clip, which the job holds, and how
    many of its last frames the new clip repeats at its beginning. The result has no recipe, because no single recipe
    makes it. Raises BadReference.
    """
    after = task.job.request["after"]
    first, overlap = task.blobs.path(str(after["sha256"])), int(after["overlap"])
    before, behind = task.opener.probe(first), task.opener.probe(clip)
    pictures = chain(
        task.opener.frames(first, before.frame_count),
        islice(task.opener.frames(clip, behind.frame_count), overlap, None),
    )
    film = Film(
        "film.mp4",
        behind.frame_rate,
        before.frame_count + behind.frame_count - overlap,
        _sound(task, (first, before), (clip, behind), overlap),
    )
    return write_film(task, film, fitted(pictures, PixelSize(behind.width, behind.height)))


def _sound(task: Task, first: tuple[Path, Probe], second: tuple[Path, Probe], overlap: int) -> SoundStream | None:
    """The sound of both, silence for one without; None if neither has sound."""
    if first[1].sound is None and second[1].sound is None:
        return None
    rate = second[1].frame_rate
    before = excerpt(first[0], task.opener, Fraction(0), first[1].frame_count / rate)
    rest = excerpt(second[0], task.opener, overlap / rate, (second[1].frame_count - overlap) / rate)
    return soundtrack([before, rest])
