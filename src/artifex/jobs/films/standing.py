"""Whether a project can be rendered: missing files, and stale or unmade shots."""

from collections.abc import Callable
from dataclasses import dataclass

from artifex.jobs.films.titles import film_plan, unwritable
from artifex.timeline.build_graph import stale, unmade
from artifex.timeline.plan import files_of, tables_of, titles_of
from artifex.timeline.project import Project
from artifex.timeline.shots import Shot

Holds = Callable[[str], bool]
"""Whether the content with this sha256 is here, or also whether it is unaltered. Raises StorageFailed."""


@dataclass(frozen=True, slots=True)
class MissingFile:
    """Content that the film needs and is not here; ``clips`` are the ids of the clips that use it."""

    sha256: str
    name: str
    clips: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """``missing``: files of clips and takes; ``tables``: the sha256 of missing LUTs."""

    missing: tuple[MissingFile, ...]
    tables: tuple[str, ...]
    stale: tuple[Shot, ...]
    """Their accepted take was made from outdated inputs; it is shown all the same."""
    unmade: tuple[Shot, ...]
    """They have no accepted take."""
    unmade_shown: tuple[Shot, ...]
    """Unmade shots that are on the timeline."""
    is_empty: bool
    """The timeline has no frames."""
    unwritable: str = ""
    """Why a title cannot be drawn with the fonts of this machine; empty if all can."""

    @property
    def can_render(self) -> bool:
        return not (self.is_empty or self.missing or self.tables or self.unmade_shown or self.unwritable)


def standing(project: Project, holds: Holds) -> Standing:
    """The standing of a project. Raises StorageFailed, and TooLarge for a film with too many segments."""
    waiting = tuple(project.shot(shot) for shot in unmade(project))
    old = tuple(project.shot(shot) for shot in stale(project))
    if not project.timeline.duration:
        return Standing((), (), old, waiting, (), is_empty=True)
    made = film_plan(project)
    users: dict[str, dict[str, None]] = {}
    for layer in files_of(made):
        users.setdefault(layer.sha256, {})[layer.clip] = None
    missing = tuple(
        MissingFile(sha256, _name(project, tuple(clips)), tuple(clips))
        for sha256, clips in users.items()
        if not holds(sha256)
    )
    tables = tuple(sha256 for sha256 in tables_of(made) if not holds(sha256))
    shown = tuple(map(project.shot, made.missing))
    return Standing(missing, tables, old, waiting, shown, is_empty=False, unwritable=unwritable(titles_of(made)))


def _name(project: Project, clips: tuple[str, ...]) -> str:
    """A file's name for people: that of its first named clip, or else its first clip's id."""
    named = (project.timeline.find(clip)[1].name for clip in clips)
    return next(filter(None, named), clips[0])
