"""Film projects on this machine without a server: the same projects and library as a local server's."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import unquote, urlsplit

from artifex.errors import BadInput, BadReference, NotFound
from artifex.files import hash_file
from artifex.jobs.films.desk import Desk, Opened
from artifex.jobs.films.moving import at_home, contents_of, found_in
from artifex.jobs.films.placing import media_source
from artifex.jobs.films.shots import with_file
from artifex.jobs.importing import Importer, one_line
from artifex.media.identify import identify
from artifex.media.untrusted import require_file
from artifex.store.asset_rows import AssetRow
from artifex.store.assets import Assets
from artifex.store.listing import Wanted
from artifex.store.projects import ProjectRow
from artifex.timeline.interchange.formats import read_project
from artifex.timeline.interchange.otio import Imported
from artifex.timeline.project import Project
from artifex.timeline.sources import MediaSource

OWNER = "local"
"""The owner of all projects and files on a server without accounts."""
_MEDIA = ("video", "image", "audio")
_PAGE = 200
_MOST_BYTES = 64 * 2**20
"""The largest project file, in bytes."""

FindMedia = Callable[[str, str], MediaSource | None]


@dataclass(frozen=True, slots=True)
class LocalFilms:
    """Projects and media without a server. All methods raise DatabaseUnreachable, and CannotRun for a damaged
    database."""

    desk: Desk
    assets: Assets
    importer: Importer

    def find(self, name: str) -> Opened:
        """Open a project by its id or name. Raises NotFound, and BadInput for a name that several have."""
        line = one_line(name)  # as the name of a project is stored
        found = [row for row in self.all() if row.id == name or one_line(row.name) == line]
        if not found:
            raise NotFound(f"There is no project {name!r:.80}; 'artifex project list' shows which there are.")
        if len(found) > 1:
            ids = ", ".join(row.id for row in found[:3])
            raise BadInput(f"{len(found)} projects are called {name!r:.80}; give the id of one: {ids}.")
        return self.desk.open(found[0].id)

    def all(self) -> list[ProjectRow]:
        """All projects, the last changed first."""
        rows: list[ProjectRow] = []
        cursor: str | None = None
        while True:
            page = self.desk.projects.page(None, cursor, _PAGE)
            rows += page.projects
            if (cursor := page.next_cursor) is None:
                return rows

    def take_in(self, path: Path, media: Sequence[Path] = ()) -> tuple[Opened, tuple[str, ...]]:
        """Import a project file; returns the project and descriptions of what was lost. Files that it needs are
        imported from ``media``, files or folders, and those that an .otio of another program refers to from where they
        are. Raises BadInput, BadReference, NotAvailable."""
        found = read_file(path, self._finder(path.absolute().parent))
        self._supply(found.project, media)
        return self.desk.take_in(OWNER, self._at_home(found.project)), found.losses

    def relink(self, opened: Opened, paths: Sequence[Path]) -> tuple[Opened, tuple[str, ...]]:
        """Import what a project needs and the library lacks, by content, from files or folders. Returns the names of
        what was found. Raises BadReference, BadInput, OutOfSpace, NotWritable."""
        found = self._supply(opened.project, paths)
        return self.desk.change(opened.row.id, None, lambda now: self._at_home(now.project)).opened, found

    def lacking(self, project: Project) -> tuple[str, ...]:
        """The names of what a project needs and the library lacks, or has only damaged."""
        is_usable = self.assets.blobs.is_usable
        return tuple(name for sha256, name in contents_of(project).items() if not is_usable(sha256))

    def _supply(self, project: Project, paths: Sequence[Path]) -> tuple[str, ...]:
        for path in paths:
            if not path.exists():
                raise BadReference(f"{path} cannot be opened (no such file or directory); check the name.")
        names = contents_of(project) if paths else {}
        wanted = {sha256 for sha256 in names if not self.assets.blobs.is_usable(sha256)}
        found: list[str] = []
        for sha256, file in found_in(paths, wanted):
            self._take(file)
            found.append(names[sha256])
        return tuple(found)

    def _at_home(self, project: Project) -> Project:
        return at_home(project, self._by_id, self._by_content)

    def take_media(self, path: Path) -> AssetRow:
        """Import a media file, or return the asset that has its content already; content that went missing or was
        damaged is there again then. Raises BadReference, BadInput, OutOfSpace, NotWritable."""
        found = identify(path)
        if found is None or found[0] not in _MEDIA:
            raise BadReference(f"{path} is no video, picture or sound that is taken here; convert it first.")
        return self._take(path)

    def _take(self, path: Path) -> AssetRow:
        try:
            known = self._by_content(hash_file(path))
            if known is not None:
                self.assets.blobs.keep(path, known.sha256)
                return known
            with path.open("rb") as file:
                return self.assets.get(self.importer.take(file, OWNER, path.name).id)
        except OSError as error:
            raise BadReference(f"{path} cannot be read ({(error.strerror or 'error').lower()}).") from error
        except BadReference as error:
            raise BadReference(error.message.replace("The file", str(path), 1)) from error

    def place(self, opened: Opened, paths: Sequence[Path]) -> tuple[Opened, tuple[str, ...]]:
        """Append all files to the project's timeline, or none if one cannot be used; a clip that carries its recipe
        becomes a shot. Also returns a sentence for each clip whose recipe is of no use here. Raises BadInput,
        BadReference, Conflict."""
        rows = [self.take_media(path) for path in paths]
        # A recipe that the user's own file claims is trusted.
        known = [replace(row, recipe=row.recipe or row.claimed_recipe) for row in rows]
        losses = [
            f"{path} is placed as a clip and not as a shot, since the {role.replace('_', ' ')} that it was made from "
            "is not in this library; for a shot, add that first."
            for path, row in zip(paths, known, strict=True)
            for role in self._lacking(row)
        ]

        def put(now: Opened) -> Project:
            project = now.project
            for row in known:
                project = with_file(project, row, self._by_content)
            return project

        return self.desk.change(opened.row.id, None, put).opened, tuple(losses)

    def _lacking(self, row: AssetRow) -> Iterator[str]:
        """The roles of what a clip was made from and that cannot be had.

        A command that made the clip has stored that by its content, but in no library; it is added to this one now.
        """
        for reference in (row.recipe or {}).get("references", ()):
            role, sha256 = str(reference["role"]), str(reference["sha256"])
            if self._by_content(sha256) is not None:
                continue
            try:
                with self.assets.blobs.path(sha256).open("rb") as file:
                    self.importer.take(file, OWNER, f"{role} of {row.name}")
            except BadReference:
                yield role

    def _by_id(self, asset: str) -> AssetRow | None:
        try:
            return self.assets.get(asset)
        except NotFound:
            return None

    def _by_content(self, sha256: str) -> AssetRow | None:
        return next(iter(self.assets.page(None, Wanted(sha256=sha256), limit=1).assets), None)

    def _finder(self, folder: Path) -> FindMedia:
        """Imports each file once, however many clips show it; None for a file that cannot be used."""
        taken: dict[str, MediaSource | None] = {}

        def find(url: str, _name: str) -> MediaSource | None:
            if url not in taken:
                taken[url] = self._media_at(url, folder)
            return taken[url]

        return find

    def _media_at(self, url: str, folder: Path) -> MediaSource | None:
        parts = urlsplit(url)
        if parts.scheme == "artifex":
            row = self._by_content(parts.path.strip("/"))
            return None if row is None else media_source(row)
        if parts.scheme not in ("", "file"):
            return None
        path = folder / unquote(parts.path)
        try:
            return media_source(self.take_media(path))
        except (BadInput, ValueError):
            return None


def read_file(path: Path, find_media: FindMedia = lambda _url, _name: None) -> Imported:
    """Read a project from an .otio file or Artifex's own JSON. Raises BadReference, BadInput, NotAvailable."""
    require_file(path, _MOST_BYTES)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BadReference(f"{path} cannot be read ({(error.strerror or 'error').lower()}).") from error
    try:
        return read_project(content, find_media)
    except BadInput as error:
        raise BadInput(f"{path}: {error.message}") from error
