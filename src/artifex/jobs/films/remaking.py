"""Makes takes of shots in this process, without a queue, and stores them in the library."""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from artifex.catalog.prompt_track import MarkWish
from artifex.errors import BadInput
from artifex.files import make_folder
from artifex.jobs import asking
from artifex.jobs.films.desk import Opened
from artifex.jobs.films.local import OWNER, LocalFilms
from artifex.jobs.films.shots import bridged_frame, prompts_asked, recipe_data, with_take
from artifex.jobs.job import sidecar_of
from artifex.media.opener import Opener
from artifex.media.reading.run import Run
from artifex.media.still import png
from artifex.recipe import Recipe, parse_recipe_data
from artifex.settings import Settings
from artifex.store.asset_rows import AssetRow
from artifex.store.assets import NewAsset
from artifex.timeline.build_graph import inputs_hash, rebuild_order, stale, unmade, waiting_take
from artifex.timeline.project import Project
from artifex.timeline.shots import Input, Shot
from artifex.timeline.takes import accept_take

_ANY_PICTURE = "0" * 64


@dataclass(frozen=True, slots=True)
class MadeClip:
    """A finished clip with its thumbnail, poster and the facts for the library."""

    path: Path
    recipe: Recipe
    thumbnail: Path
    poster: Path
    facts: dict[str, Any]


MakeClip = Callable[[Recipe, Path], MadeClip]
"""Makes the clip of a recipe at this path, resuming an interrupted attempt. Raises BadInput, CannotRun,
Interrupted."""


@dataclass(frozen=True, slots=True)
class NewTake:
    """A new take, or one that waited to be accepted. ``is_accepted``: the film shows it now; ``refusal``: why it cannot
    be accepted, though that was asked for."""

    shot: Shot
    asset: AssetRow
    is_accepted: bool
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class Remaker:
    """Remakes shots of the projects in ``films``."""

    films: LocalFilms
    settings: Settings
    opener: Opener

    def order(self, project: Project, wanted: tuple[str, ...]) -> list[Shot]:
        """The wanted shots (none: all that are stale or unmade) in dependency order. Raises NotFound for an unknown
        shot."""
        return [project.shot(one) for one in rebuild_order(project, wanted or (*stale(project), *unmade(project)))]

    def recipe(self, project: Project, shot: Shot) -> Recipe:
        """The recipe of a new take. Raises BadInput, CannotRun, and Conflict if a shot it continues from has no
        accepted take."""
        data = recipe_data(shot, lambda bridge: self._picture(project, bridge))
        return _composed(project, shot, data, self.settings, planning=False)

    def takes(self, opened: Opened, order: list[Shot], make: MakeClip, accept: bool) -> Iterator[NewTake]:
        """Make a take of each shot in turn, storing each in the project before the next begins.

        A take is accepted if it is its shot's first, or with ``accept``, unless a clip cannot show it. An up-to-date
        take that waits to be accepted is not made again. Shots that continue from one whose new take was not accepted
        are skipped. Raises what ``make`` raises.
        """
        waiting: set[str] = set()
        for each in order:
            if any(bridge.shot in waiting for bridge in each.bridges):
                waiting.add(each.id)
                continue
            take = self._take(opened.row.id, each.id, make, accept)
            if not take.is_accepted:
                waiting.add(each.id)
            yield take

    def _take(self, project_id: str, shot_id: str, make: MakeClip, accept: bool) -> NewTake:
        project = self.films.desk.open(project_id).project
        shot = project.shot(shot_id)
        waiting = waiting_take(project, shot)
        row = self._new_take(project, shot, make) if waiting is None else self.films.assets.get(waiting.asset)
        refusal = self._accept(project_id, shot_id, row.id) if accept else ""
        after = self.films.desk.open(project_id).project.shot(shot_id)
        return NewTake(after, row, after.take(row.id).state == "accepted", refusal)

    def _new_take(self, project: Project, shot: Shot, make: MakeClip) -> AssetRow:
        recipe, inputs = self.recipe(project, shot), inputs_hash(project, shot)
        made = make(recipe, make_folder(self.settings.takes) / f"{recipe.sha256}.mp4")
        row = self._keep(made, shot)

        def put(now: Opened) -> Project:
            return with_take(now.project, shot.id, row, made.recipe.sha256, inputs, row.created_at)

        self.films.desk.change(project.id, None, put)
        _forget(made.path)
        return row

    def _accept(self, project_id: str, shot_id: str, asset: str) -> str:
        """Returns why the film cannot show the take; empty if it does. The take is kept either way."""
        try:
            self.films.desk.change(project_id, None, lambda now: accept_take(now.project, shot_id, asset))
        except BadInput as error:
            return error.message
        return ""

    def _keep(self, made: MadeClip, shot: Shot) -> AssetRow:
        assets = self.films.assets
        thumbnail, poster = (assets.store_file(path).sha256 for path in (made.thumbnail, made.poster))
        new = NewAsset(
            owner=OWNER,
            content=assets.store_file(made.path),
            kind="video",
            media_type="video/mp4",
            name=f"{shot.name or shot.id}.mp4",
            facts=made.facts,
            recipe=made.recipe.to_data(),
            thumbnail=thumbnail,
            poster=poster,
        )
        return assets.add(new)

    def _picture(self, project: Project, given: Input) -> str:
        """Import the frame that a shot continues from as a picture; returns its sha256."""
        take, number = bridged_frame(project, given, self.films.assets.get)
        path = self.films.assets.blobs.find(take.sha256)
        [frame] = self.opener.runs(path, [Run(Fraction(number), Fraction(0), 1)])
        name = f"{take.name or take.asset}, frame {number}"
        return self.films.importer.take(io.BytesIO(png(frame)), OWNER, name).sha256


def _forget(path: Path) -> None:
    """Remove the local copy of a clip that is in the library now."""
    for file in (path, sidecar_of(path)):
        file.unlink(missing_ok=True)


def planned_recipe(project: Project, shot: Shot, settings: Settings) -> Recipe:
    """The recipe of a new take, with placeholders for the frames it continues from: enough to estimate its cost. The
    model need not be installed. Raises BadInput."""
    return _composed(project, shot, recipe_data(shot, lambda _bridge: _ANY_PICTURE), settings, planning=True)


def _composed(project: Project, shot: Shot, data: dict[str, Any], settings: Settings, *, planning: bool) -> Recipe:
    """The recipe in ``data`` with the timeline's prompt tracks over the shot applied."""
    base = parse_recipe_data(data)
    spoken = prompts_asked(project.timeline, shot.id, base)
    marks = (MarkWish(mark["frame"], mark["prompt"], mark["crossfade"]) for mark in spoken.get("prompt_track", ()))
    ask = asking.Ask(base=base, prompt=spoken.get("prompt"), prompt_track=tuple(marks) if spoken else None)
    return asking.compose(ask, asking.model_for(None, base, settings), settings, planning=planning)
