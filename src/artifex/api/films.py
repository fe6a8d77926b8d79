"""What of a film is looked at and rendered: a plan whose every file belongs to whoever asks."""

from collections.abc import Callable, Iterator
from pathlib import Path

from artifex.api.service import Caller, Service
from artifex.errors import BadInput, BadReference
from artifex.jobs.films.rendering import Sources
from artifex.media.looks.cube import Cube
from artifex.timeline.plan import AudioLayer, RenderPlan, TransitionLayer, VideoLayer, plan
from artifex.timeline.project import Project

FileLayer = VideoLayer | AudioLayer


def checked_plan(project: Project, the: Service, asks: Caller, start: int, end: int | None) -> RenderPlan:
    """Raises BadInput for a range without frames; NotFound, BadReference for a file that is not theirs or another."""
    made = plan(project, start, end)
    known: dict[str, str] = {}
    for layer in _files(made):
        if layer.asset not in known:
            known[layer.asset] = the.assets.get(layer.asset, asks.sees).sha256
        if known[layer.asset] != layer.sha256:
            raise BadReference(f"The clip {layer.clip} shows another file than its asset is; place it again.")
    return made


def contents(made: RenderPlan) -> tuple[str, ...]:
    """The sha256 of every file that a plan needs."""
    return tuple(sorted({layer.sha256 for layer in _files(made)}))


def sources_of(the: Service) -> Sources:
    return Sources(the.films.opener, finder(the.blobs.find), no_cubes)


def finder(find: Callable[[str], Path]) -> Callable[[FileLayer], Path]:
    return lambda layer: find(layer.sha256)


def no_cubes(_sha256: str) -> Cube:
    """Raises BadInput."""
    raise BadInput("Tables of colours (.cube) are not taken into the library yet; use the other nodes of a look.")


def _files(made: RenderPlan) -> Iterator[FileLayer]:
    for segment in made.segments:
        for layer in segment.layers:
            sides = (layer.left, layer.right) if isinstance(layer, TransitionLayer) else (layer,)
            yield from (side for side in sides if side.kind in ("video", "image"))
        yield from segment.sounds
