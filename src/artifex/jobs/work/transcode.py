"""Rewrites a library clip in another size or with a treatment, keeping its sound."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from artifex.jobs.work.film import Film, write_film
from artifex.jobs.work.soundtrack import excerpt, soundtrack
from artifex.jobs.work.task import MadeFile, Source, Task
from artifex.media.codecs import StreamCodec
from artifex.media.filters.treatment import NOTHING, Treatment, treated
from artifex.media.probe import Probe
from artifex.media.rescale import scaled
from artifex.units import PixelSize

Picture = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Wanted:
    """The file to make from a clip; ``facts`` say how it was made."""

    size: PixelSize
    codec: StreamCodec
    kind: str
    name: str
    facts: dict[str, Any]
    treatment: Treatment = NOTHING
    enlarge: Callable[[Iterable[Picture]], Iterator[Picture]] | None = None
    """Upscales frames to ``size`` instead of interpolation."""


def transcode(task: Task, source: Source, clip: Probe, wanted: Wanted) -> MadeFile:
    """Rewrite ``source``, whose probe is ``clip``. Raises BadReference if it cannot be read, BadField for a treatment
    that does not suit it, and what `write_film` raises."""
    task.report.stage("decode")
    sound = None
    if clip.sound is not None:
        sound = soundtrack([excerpt(source.path, task.opener, Fraction(0), clip.frame_count / clip.frame_rate)])
    treatment = wanted.treatment
    frames = treated(task.opener.frames(source.path, clip.frame_count), clip.frame_rate, treatment)
    if wanted.enlarge is not None:
        frames = wanted.enlarge(frames)
    count = treatment.count(clip.frame_count, clip.frame_rate)
    rate = treatment.frame_rate or clip.frame_rate
    film = Film(wanted.name, rate, count, sound, wanted.codec, wanted.kind, wanted.facts)
    return write_film(task, film, scaled(frames, wanted.size))
