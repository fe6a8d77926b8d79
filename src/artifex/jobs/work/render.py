"""The ``render`` job: renders a project as of the request, or joins clips with hard cuts."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from artifex.errors import BadInput, BadReference
from artifex.jobs.work.film import Film, write_film
from artifex.jobs.work.render_project import render_project
from artifex.jobs.work.soundtrack import excerpt, soundtrack
from artifex.jobs.work.task import Outcome, Source, Task
from artifex.media.encodings.sound import SoundStream
from artifex.media.opener import Opener
from artifex.media.probe import Probe
from artifex.media.rescale import fitted
from artifex.units import PixelSize, counted

_MOST_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Cut:
    """``count`` frames of the film that show a clip from its frame ``start`` on, at its own speed."""

    source: Source
    clip: Probe
    start: int
    count: int

    def shown(self, number: int, rate: Fraction) -> int:
        """The clip's frame that is shown at the cut's frame ``number`` in a film of frame rate ``rate``."""
        return self.start + int(number * self.clip.frame_rate / rate)


def render(task: Task) -> Outcome:
    """Request: as for :func:`artifex.jobs.work.render_project.render_project`, or
    ``{"clips": [{"asset", "start", "frames"}], "width", "height", "frame_rate"}``.

    ``start`` counts frames of the clip, ``frames`` those of the film; clips of another shape get black bars.
    Raises NotFound, BadReference for a cut outside its clip, BadInput for an empty film or one of more than an hour.
    """
    request = task.job.request
    if "project" in request:
        return render_project(task)
    rate = Fraction(str(request["frame_rate"]))
    size = PixelSize(width=int(request["width"]), height=int(request["height"]))
    task.report.stage("decode")
    cuts = [_cut(task, clip, rate) for clip in request["clips"]]
    count = sum(cut.count for cut in cuts)
    if not 0 < count / rate <= _MOST_SECONDS:
        raise BadInput("A film lasts up to an hour; give at least one clip, and fewer or shorter ones than for that.")
    pictures = chain.from_iterable(fitted(_pictures(cut, rate, task.opener), size) for cut in cuts)
    film = Film("film.mp4", rate, count, _sound(cuts, rate, task.opener))
    return Outcome({"clips": len(cuts)}, (write_film(task, film, pictures),))


def _cut(task: Task, wanted: dict[str, Any], rate: Fraction) -> Cut:
    source = task.open_asset(str(wanted["asset"]))
    cut = Cut(source, task.opener.probe(source.path), int(wanted["start"]), int(wanted["frames"]))
    held = cut.clip.frame_count
    if cut.start < 0 or cut.count < 1 or cut.shown(cut.count - 1, rate) >= held:
        raise BadReference(f"{source.name!r:.80} has {counted(held, 'frame')}; the cut asks for some it has not.")
    return cut


def _pictures(cut: Cut, rate: Fraction, opener: Opener) -> Iterator[NDArray[np.uint8]]:
    """The cut's frames at the film's rate, repeated or dropped where the rates differ."""
    done = 0
    with closing(opener.frames(cut.source.path, cut.shown(cut.count - 1, rate) + 1)) as frames:
        for index, picture in enumerate(frames):
            while done < cut.count and cut.shown(done, rate) == index:
                yield picture
                done += 1


def _sound(cuts: list[Cut], rate: Fraction, opener: Opener) -> SoundStream | None:
    """The sound of all cuts, silence for those without; None if no cut has sound."""
    if all(cut.clip.sound is None for cut in cuts):
        return None
    return soundtrack(
        excerpt(cut.source.path, opener, cut.start / cut.clip.frame_rate, cut.count / rate) for cut in cuts
    )
