"""A job that makes one clip, and how it is resumed after a crash."""

import hashlib
import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from artifex.recipe import Recipe, parse_recipe

RECIPE = "recipe.json"
CHECKPOINT = "checkpoint.safetensors"


class WorkFolder(Protocol):
    """Files that an unfinished job keeps, by name; writes are atomic.

    Either a folder on this machine (:class:`artifex.store.folders.JobFolder`) or shared storage from which any worker
    can resume the job (:class:`artifex.jobs.worker.workspace.Workspace`).
    """

    def read(self, name: str) -> bytes | None: ...
    def write(self, name: str, data: bytes) -> None: ...
    def forget(self, name: str) -> None: ...
    def remove(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Job:
    """What to make, where the clip goes, and the folder whose files survive a crash."""

    recipe: Recipe
    output: Path
    codec: str
    folder: WorkFolder

    @property
    def sidecar(self) -> Path:
        """The path of the recipe file beside the clip."""
        return sidecar_of(self.output)

    @property
    def checkpoint(self) -> bytes | None:
        """The serialised state of the last checkpointed step, or None."""
        return self.folder.read(CHECKPOINT)

    def keep_checkpoint(self, state: bytes) -> None:
        self.folder.write(CHECKPOINT, state)

    def forget_checkpoint(self) -> None:
        self.folder.forget(CHECKPOINT)

    def made_from(self, recipe: Recipe) -> "Job":
        """The same job with a changed recipe, which is saved before this returns."""
        self.folder.write(RECIPE, recipe.canonical().encode())
        return replace(self, recipe=recipe)


def sidecar_of(output: Path) -> Path:
    """The path of a clip's recipe file."""
    return output.with_name(f"{output.name}.json")


def job_id(asked: Recipe, seed_was_given: bool, output: Path, codec: str) -> str:
    """A hash of the request and the output path, so that repeating a command resumes its job.

    A seed that was not given is drawn once, when the job begins, and is left out of the hash.
    """
    recipe = asked if seed_was_given else asked.with_seed(0)
    words = [recipe.canonical(), seed_was_given, str(output.absolute()), codec]
    return hashlib.sha256(json.dumps(words).encode()).hexdigest()[:32]


def begin(folder: WorkFolder, asked: Recipe, output: Path, codec: str) -> tuple[Job, bool]:
    """The job in ``folder`` and whether it was begun before; its recipe is saved before this returns."""
    kept = kept_recipe(folder)
    if kept is None:
        folder.write(RECIPE, asked.canonical().encode())
    return Job(kept or asked, output, codec, folder), kept is not None


def kept_recipe(folder: WorkFolder) -> Recipe | None:
    """The recipe that an earlier process began with, or None."""
    text = folder.read(RECIPE)
    return parse_recipe(text.decode()) if text is not None else None
