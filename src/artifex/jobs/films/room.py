"""Films on this machine, without a server: on the same database and the same library."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from artifex.errors import BadInput, BadReference, NotFound, StorageFailed, UnknownName
from artifex.files import write_atomically
from artifex.jobs.films.desk import Desk
from artifex.jobs.films.encodings import FILM_ENCODINGS, encoding_named
from artifex.jobs.films.rendering import Progress, Sources, Target, prune, render_film
from artifex.media.looks.cube import read_cube
from artifex.media.opener import Opener
from artifex.store.blobs import Blobs
from artifex.store.projects import ProjectRow
from artifex.timeline.build_graph import stale, unmade
from artifex.timeline.interchange.formats import FORMATS, read_project
from artifex.timeline.plan import plan, sources_of, tables_of
from artifex.units import PixelSize, parse_frame_rate

_OWNER = "local"
_MOST_FILE = 64 * 2**20
_MOST_LISTED = 200


@dataclass(frozen=True, slots=True)
class Checked:
    """What stands in the way of a render: shots by their ids, files by their sha256. Stale shots do not."""

    stale: Sequence[str]
    unmade: Sequence[str]
    missing: Sequence[str]
    is_empty: bool

    @property
    def is_whole(self) -> bool:
        return not self.unmade and not self.missing and not self.is_empty


@dataclass(frozen=True, slots=True)
class FilmRoom:
    """All raise NotFound for a film that is not there, DatabaseUnreachable. ``kept``: for rendered segments."""

    desk: Desk
    blobs: Blobs
    opener: Opener
    kept: Path

    def films(self) -> Sequence[ProjectRow]:
        """The newest 200."""
        return self.desk.projects.page(None, None, _MOST_LISTED).projects

    def begin(self, name: str, rate: str, size: str) -> ProjectRow:
        """Raises BadInput."""
        pixels = PixelSize.parse(size)
        if pixels.width % 2 or pixels.height % 2 or not 16 <= min(pixels.width, pixels.height):
            raise BadInput(f"A film's sides are even and at least 16 pixels, not {size}.")
        return self.desk.create(_OWNER, name, Fraction(parse_frame_rate(rate)), pixels.width, pixels.height).row

    def take_in(self, file: Path) -> ProjectRow:
        """Raises BadInput, BadReference, NotAvailable without OpenTimelineIO."""
        try:
            with file.open("rb") as source:
                content = source.read(_MOST_FILE + 1)
        except OSError as error:
            raise BadReference(f"{file} cannot be read; check its name and its rights.") from error
        if len(content) > _MOST_FILE:
            raise BadInput(f"{file} is larger than {_MOST_FILE // 2**20} MiB, and no film is.")
        return self.desk.take_in(_OWNER, read_project(content)).row

    def export(self, project_id: str, kind: str, output: Path) -> Sequence[str]:
        """Write it; return what the format cannot hold. Raises UnknownName, NotAvailable, NotWritable."""
        known = next((known for name, known in FORMATS.items() if name == kind), None)
        if known is None:
            raise UnknownName(f"There is no format {kind!r:.40}; choose one of {', '.join(FORMATS)}.")
        exported = known.write(self.desk.open(project_id).project)
        write_atomically(output, exported.text.encode())
        return exported.losses

    def check(self, project_id: str) -> Checked:
        project = self.desk.open(project_id).project
        if not project.timeline.duration:
            return Checked(stale(project), unmade(project), (), is_empty=True)
        made = plan(project)
        missing = [one for one in (*sources_of(made.segments), *tables_of(made)) if not self._is_here(one)]
        return Checked(stale(project), unmade(project), missing, is_empty=False)

    def render(
        self, project_id: str, output: Path, encoding: str, start: int, end: int | None, progress: Progress
    ) -> int:
        """Return the number of frames. Raises BadInput, BadReference, Interrupted, OutOfSpace, NotWritable."""
        wanted = encoding_named(encoding, FILM_ENCODINGS)
        if output.exists():
            raise BadInput(f"{output} exists already; choose another name with -o.")
        if output.suffix.lower() != wanted.suffix:
            kind = f"a file that ends in {wanted.suffix}" if wanted.suffix else "a folder, without a dot in its name"
            raise BadInput(f"{encoding} is written to {kind}; choose such a name with -o.")
        made = plan(self.desk.open(project_id).project, start, end)
        if made.missing:
            raise BadInput(f"{len(made.missing)} of the film's shots have no accepted take; accept one for each first.")
        sources = Sources(self.opener, lambda layer: self._find(layer.sha256), lambda it: read_cube(self._find(it)))
        size = PixelSize(width=made.width, height=made.height)
        count = render_film(made, Target(size, wanted, self.kept), sources, output, progress)
        prune(self.kept)
        return count

    def _is_here(self, sha256: str) -> bool:
        try:
            self._find(sha256)
        except BadReference:
            return False
        return True

    def _find(self, sha256: str) -> Path:
        """Raises BadReference."""
        try:
            return self.blobs.find(sha256)
        except (NotFound, StorageFailed) as error:
            raise BadReference(
                "A file that the film shows is gone from the library; take it off the timeline."
            ) from error
