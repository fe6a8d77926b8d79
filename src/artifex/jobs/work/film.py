"""Writes frames and sound to a library file with poster and thumbnail: the last step of all jobs on clips."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from artifex.jobs.work.facts import clip_facts
from artifex.jobs.work.generate import watched
from artifex.jobs.work.task import MadeFile, Task
from artifex.media.codecs import H264, StreamCodec
from artifex.media.encode import encode_video
from artifex.media.encodings.sound import SoundStream
from artifex.media.thumbnails import Poster


@dataclass(frozen=True, slots=True)
class Film:
    """The file to write; ``facts`` are added to those probed from it."""

    name: str
    frame_rate: Fraction
    frame_count: int
    """The expected count, for progress reports."""
    sound: SoundStream | None
    codec: StreamCodec = H264
    kind: str = "video"
    facts: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))


def write_film(task: Task, film: Film, chunks: Iterable[NDArray[np.uint8]]) -> MadeFile:
    """Write RGB ``chunks`` [t, H, W, 3]. Raises Interrupted, what ``chunks`` raises, and errors of writing."""
    output = task.scratch / f"film{film.codec.suffix}"
    stills = task.scratch / "film-poster.jpg", task.scratch / "film-thumbnail.jpg"
    poster = Poster()
    passing = watched(iter(chunks), film.frame_count, task.report)
    encode_video(poster.watch(passing), film.frame_rate, output, film.codec, sound=film.sound)
    poster.save(*stills)
    return MadeFile(
        output,
        film.kind,
        "video/mp4",
        film.name,
        {**clip_facts(output), **film.facts},
        thumbnail=stills[1],
        poster=stills[0],
    )
