"""Takes of shots made in this process, without a queue, and kept in the library."""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from artifex.catalog.prompt_track import MarkWish
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
from artifex.timeline.build_graph import inputs_hash, rebuild_order, stale, unmade
from artifex.timeline.project import Project
from artifex.timeline.shots import Input, Shot, Take
from artifex.timeline.takes import accept_take

_ANY_PICTURE = "0" * 64


@dataclass(frozen=True, slots=True)
class MadeClip:
    """A finished clip with its pictures, and what the library notes of it."""

    path: Path
    recipe: Recipe
    thumbnail: Path
    poster: Path
    facts: dict[str, Any]


MakeClip = Callable[[Recipe, Path], MadeClip]
"""Makes a clip of a recipe as this file, going on where it was stopped before. Raises BadInput, CannotRun,
Interrupted."""


@dataclass(frozen=True, slots=True)
class NewTake:
    """``is_accepted``: it is what the film shows now."""

    shot: Shot
    asset: AssetRow
    is_accepted: bool


@dataclass(frozen=True, slots=True)
class Remaker:
    """For projects of ``films``."""

    films: LocalFilms
    settings: Settings
    opener: Opener

    def order(self, project: Project, wanted: tuple[str, ...]) -> list[Shot]:
        """The wanted shots, all that are stale or unmade if none is named, each behind those it goes on from. Raises
        NotFound for a shot that is none."""
        return [project.shot(one) for one in rebuild_order(project, wanted or (*stale(project), *unmade(project)))]

    def recipe(self, project: Project, shot: Shot) -> Recipe:
        """Of a new take. Raises BadInput, CannotRun, and Conflict while what it goes on from has no accepted take."""
        data = recipe_data(shot, lambda bridge: self._picture(project, bridge))
        return _composed(project, shot, data, self.settings, planning=False)

    def takes(self, opened: Opened, order: list[Shot], make: MakeClip, accept: bool) -> Iterator[NewTake]:
        """Make a take of each shot, one after the other, each in the project before the next is begun.

        A take is accepted where it is its shot's first, or with ``accept``. One that is there already, and waits to be
        accepted, is not made again. Shots that go on from one whose new take
        was not accepted are left out. Raises as ``make`` does.
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
        shot, inputs = project.shot(shot_id), inputs_hash(project, project.shot(shot_id))
        waiting = next((take for take in shot.takes if _is_waiting(take, inputs)), None)
        if waiting is None:
            recipe = self.recipe(project, shot)
            made = make(recipe, make_folder(self.settings.takes) / f"{recipe.sha256}.mp4")
            row = self._keep(made, shot)
        else:
            made, row = None, self.films.assets.get(waiting.asset)

        def put(now: Opened) -> Project:
            changed = now.project
            if made is not None:
                changed = with_take(changed, shot_id, row, made.recipe.sha256, inputs, row.created_at)
            return accept_take(changed, shot_id, row.id) if accept else changed

        after = self.films.desk.change(project_id, None, put).opened.project.shot(shot_id)
        if made is not None:
            _forget(made.path)
        return NewTake(after, row, after.take(row.id).state == "accepted")

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
        """The sha256 of a frame that a shot goes on from, which becomes a picture of the library."""
        take, number = bridged_frame(project, given, self.films.assets.get)
        path = self.films.assets.blobs.find(take.sha256)
        [frame] = self.opener.runs(path, [Run(Fraction(number), Fraction(0), 1)])
        name = f"{take.name or take.asset}, frame {number}"
        return self.films.importer.take(io.BytesIO(png(frame)), OWNER, name).sha256


def _is_waiting(take: Take, inputs: str) -> bool:
    """Made by the model of what the shot is now, and to be accepted: another would be the same."""
    return take.state == "auditioned" and take.inputs_sha256 == inputs and take.treated is None


def _forget(path: Path) -> None:
    """What is in the library now."""
    for file in (path, sidecar_of(path)):
        file.unlink(missing_ok=True)


def planned_recipe(project: Project, shot: Shot, settings: Settings) -> Recipe:
    """As the recipe of a new take, but for the frames it goes on from: enough to tell how long it takes. The model
    need not be here. Raises BadInput."""
    return _composed(project, shot, recipe_data(shot, lambda _bridge: _ANY_PICTURE), settings, planning=True)


def _composed(project: Project, shot: Shot, data: dict[str, Any], settings: Settings, *, planning: bool) -> Recipe:
    """With what prompt tracks say over the shot."""
    base = parse_recipe_data(data)
    spoken = prompts_asked(project.timeline, shot.id, base)
    marks = (MarkWish(mark["frame"], mark["prompt"], mark["crossfade"]) for mark in spoken.get("prompt_track", ()))
    ask = asking.Ask(base=base, prompt=spoken.get("prompt"), prompt_track=tuple(marks) if spoken else None)
    return asking.compose(ask, asking.model_for(None, base, settings), settings, planning=planning)
