"""A job to make one clip, and how it is found again after a crash."""

import hashlib
import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from artifex.recipe import Recipe, parse_recipe

RECIPE = "recipe.json"
CHECKPOINT = "checkpoint.safetensors"


class WorkFolder(Protocol):
    """What an unfinished job remembers, by name; each file is there whole or not at all.

    In a folder of this machine (:class:`artifex.store.folders.JobFolder`), or shared among the machines that may go
    on with it (:class:`artifex.jobs.worker.workspace.Workspace`).
    """

    def read(self, name: str) -> bytes | None: ...
    def write(self, name: str, data: bytes) -> None: ...
    def forget(self, name: str) -> None: ...
    def remove(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Job:
    """What is made, where it goes, and the folder that keeps it across a crash."""

    recipe: Recipe
    output: Path
    codec: str
    folder: WorkFolder

    @property
    def sidecar(self) -> Path:
        """The recipe as a file beside the clip."""
        return sidecar_of(self.output)

    @property
    def checkpoint(self) -> bytes | None:
        """The serialised state of the last step kept, if there is one."""
        return self.folder.read(CHECKPOINT)

    def keep_checkpoint(self, state: bytes) -> None:
        self.folder.write(CHECKPOINT, state)

    def forget_checkpoint(self) -> None:
        self.folder.forget(CHECKPOINT)

    def made_from(self, recipe: Recipe) -> "Job":
        """The same job going on with a changed recipe, which is on disk when this returns."""
        self.folder.write(RECIPE, recipe.canonical().encode())
        return replace(self, recipe=recipe)


def sidecar_of(output: Path) -> Path:
    """Where the recipe of a clip goes."""
    return output.with_name(f"{output.name}.json")


def job_id(asked: Recipe, seed_was_given: bool, output: Path, codec: str) -> str:
    """The same command means the same job: a hash of what was asked and where it goes.

    A seed nobody gave is drawn once, when the job begins, and is no part of what was asked.
    """
    recipe = asked if seed_was_given else asked.with_seed(0)
    words = [recipe.canonical(), seed_was_given, str(output.absolute()), codec]
    return hashlib.sha256(json.dumps(words).encode()).hexdigest()[:32]


def begin(folder: WorkFolder, asked: Recipe, output: Path, codec: str) -> tuple[Job, bool]:
    """The job in ``folder`` and whether it was begun before; its recipe is on disk when this returns."""
    kept = kept_recipe(folder)
    if kept is None:
        folder.write(RECIPE, asked.canonical().encode())
    return Job(kept or asked, output, codec, folder), kept is not None


def kept_recipe(folder: WorkFolder) -> Recipe | None:
    """The recipe an earlier process began with, if there was one."""
    text = folder.read(RECIPE)
    return parse_recipe(text.decode()) if text is not None else None
