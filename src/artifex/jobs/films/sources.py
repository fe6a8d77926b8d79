"""Finds and opens the files that a film shows."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from artifex.errors import BadInput, BadReference
from artifex.media.compose.fonts import Fonts, machine_fonts
from artifex.media.looks.chain import FindCube
from artifex.media.looks.cube import Cube, read_cube
from artifex.media.opener import Opener
from artifex.store.blobs import Blobs
from artifex.timeline.edits.draft import shown
from artifex.timeline.plan import AudioLayer, VideoLayer
from artifex.timeline.project import Project

_GONE = "The file is missing from the library, or was damaged there; give the same file again, or take the clip out."


def _nameless(_layer: VideoLayer | AudioLayer) -> str:
    return "The file"


@dataclass(frozen=True, slots=True)
class Sources:
    """Finds and opens the sources of a render."""

    opener: Opener
    find: Callable[[VideoLayer | AudioLayer], Path]
    """Raises BadReference, StorageFailed."""
    find_cube: FindCube
    fonts: Fonts = field(default_factory=machine_fonts)
    name: Callable[[VideoLayer | AudioLayer], str] = _nameless
    """How messages name a layer's file."""

    @contextmanager
    def about(self, layer: VideoLayer | AudioLayer) -> Iterator[None]:
        """Let messages about a file say which of the film's files it is."""
        try:
            yield
        except BadReference as error:
            raise BadReference(error.message.replace("The file", self.name(layer), 1)) from error


def library_sources(project: Project, opener: Opener, blobs: Blobs, *, at_once: bool = False) -> Sources:
    """The sources of a film in the library.

    Each file is read whole and compared with its hash before it is used, since rendered segments are kept by it. With
    ``at_once``, as for a viewer, pictures are not: their frames are not kept for exports.
    """
    intact: set[str] = set()

    def find(layer: VideoLayer | AudioLayer) -> Path:
        is_known = layer.sha256 in intact or (at_once and isinstance(layer, VideoLayer))
        try:
            path = blobs.find(layer.sha256) if is_known else blobs.path(layer.sha256)
        except BadReference as error:
            raise BadReference(_GONE) from error
        intact.add(layer.sha256)
        return path

    def find_cube(sha256: str) -> Cube:
        try:
            path = blobs.path(sha256)
        except BadReference as error:
            raise BadInput("A look's table of colours (.cube) is not here; take the node out of the look.") from error
        return read_cube(path)

    def name(layer: VideoLayer | AudioLayer) -> str:
        return f"The file of {shown(project.timeline.find(layer.clip)[1])}"

    return Sources(opener, find, find_cube, name=name)
