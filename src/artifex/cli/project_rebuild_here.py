"""``artifex project rebuild`` in this process."""

import json
import sys
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

import typer

from artifex.catalog.plan import seconds_in_a_row
from artifex.cli.door import CANNOT_RUN
from artifex.cli.progress import Progress
from artifex.cli.project_named import kept_project
from artifex.cli.project_table import shot_name
from artifex.cli.signals import stop_on_signals
from artifex.errors import Interrupted
from artifex.jobs.films.remaking import MadeClip, NewTake, Remaker, planned_recipe
from artifex.jobs.local import LocalStudio, Order
from artifex.jobs.work.facts import clip_facts
from artifex.media.sandbox import Sandbox
from artifex.recipe import Recipe
from artifex.timeline.build_graph import takes_to_accept
from artifex.timeline.project import Project
from artifex.timeline.shots import Shot
from artifex.units import counted, show_seconds
from artifex.wiring import local_studio


def quote_here(name: str, wanted: tuple[str, ...], as_json: bool) -> None:
    """Print which shots are to be made and how long that takes. Raises ArtifexError."""
    opened, films, settings = kept_project(name)
    order = Remaker(films, settings, Sandbox()).order(opened.project, wanted)
    waiting = _waiting(opened.project, order)
    seconds = _seconds(local_studio(), opened.project, order, waiting)
    if as_json:
        ahead = [shot.id for shot in order if shot.id not in waiting]
        print(json.dumps({"shots": ahead, "to_accept": sorted(waiting), "seconds": seconds}))
    else:
        print("\n".join(_quoted(order, waiting, seconds)))


def rebuild_here(name: str, wanted: tuple[str, ...], accept: bool, as_json: bool) -> None:
    """Print the same and make the takes. Raises ArtifexError; after Interrupted, the next run resumes."""
    opened, films, settings = kept_project(name)
    remaker, studio = Remaker(films, settings, Sandbox()), local_studio()
    order = remaker.order(opened.project, wanted)
    waiting = _waiting(opened.project, order)
    seconds = _seconds(studio, opened.project, order, waiting)
    if not as_json:
        print("\n".join(_quoted(order, waiting, seconds)), file=sys.stderr)
    made: list[NewTake] = []
    for take in remaker.takes(opened, order, lambda recipe, output: _make(studio, recipe, output, as_json), accept):
        made.append(take)
        if not as_json:
            print(f"{take.asset.id}  {'accepted' if take.is_accepted else 'to be accepted'}: {shot_name(take.shot)}")
            if take.refusal:
                print(take.refusal, file=sys.stderr)
    done = {take.shot.id for take in made}
    left = [shot.id for shot in order if shot.id not in done]
    if as_json:
        print(json.dumps({"seconds": seconds, "takes": [_data(take) for take in made], "left": left}))
    elif left:
        unmade = counted(len(left), "shot")
        print(f"Waiting for a take to go on from: {unmade}; accept those takes, or add --accept.", file=sys.stderr)
    if any(take.refusal for take in made):
        raise typer.Exit(CANNOT_RUN)


def _waiting(project: Project, order: Sequence[Shot]) -> Collection[str]:
    """The shots that have an up-to-date take already, which waits to be accepted."""
    return takes_to_accept(project, {shot.id for shot in order}).keys()


def _seconds(studio: LocalStudio, project: Project, order: Sequence[Shot], waiting: Collection[str]) -> float:
    recipes = [planned_recipe(project, shot, studio.settings) for shot in order if shot.id not in waiting]
    return seconds_in_a_row((recipe, studio.plan(recipe)) for recipe in recipes)


def _quoted(order: Sequence[Shot], waiting: Collection[str], seconds: float) -> list[str]:
    if not order:
        return ["All shots are made and up to date."]
    lines = [f"{_state(shot, waiting)}: {shot_name(shot)}" for shot in order]
    if len(waiting) == len(order):
        return [*lines, "Nothing has to be made; with --accept the film shows the new takes."]
    return [*lines, f"About {show_seconds(seconds)} on this machine."]


def _state(shot: Shot, waiting: Collection[str]) -> str:
    if shot.id in waiting:
        return "made, to be accepted"
    return "stale" if shot.accepted else "to be made"


def _make(studio: LocalStudio, recipe: Recipe, output: Path, as_json: bool) -> MadeClip:
    with Progress(recipe, quiet=as_json) as progress:
        stop_on_signals(progress.stop)
        try:
            clip = studio.make(Order(recipe, True, output, "h264"), progress).clip
        except Interrupted as stopped:
            raise Interrupted(f"Stopped {progress.where}. The same command goes on from there.") from stopped
    pictures = studio.settings.clips / clip.recipe.sha256
    return MadeClip(clip.path, clip.recipe, pictures / "thumbnail.jpg", pictures / "poster.jpg", clip_facts(clip.path))


def _data(take: NewTake) -> dict[str, Any]:
    data = {"shot": take.shot.id, "asset": take.asset.id, "accepted": take.is_accepted}
    return data | ({"refusal": take.refusal} if take.refusal else {})
