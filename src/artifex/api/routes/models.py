"""Models: what the studio can make clips with, and how more of it comes here and goes again."""

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, StringConstraints

from artifex.api.schemas import JobAnswer, job_answer
from artifex.api.service import Asks, The
from artifex.catalog.manifest import require_folder
from artifex.catalog.registry import (
    bytes_on_disk,
    default_model,
    find_model,
    models,
    require_pullable,
    require_removable,
)
from artifex.catalog.shelf import Shelf
from artifex.catalog.spec import ModelSpec
from artifex.jobs.queue import NewJob
from artifex.recipe import Accuracy, Role, Solver, Task

router = APIRouter(prefix="/models", tags=["models"])


class ModelDefaults(BaseModel):
    """What a clip takes that says nothing else."""

    size: str
    frames: int
    fps: str
    steps: int
    guidance: tuple[float, float]
    shift: float
    solver: Solver
    negative_prompt: str


class ModelLimits(BaseModel):
    """What the model accepts: sizes in pixels, counts inclusive."""

    grid: int
    """Width and height are multiples of this."""
    temporal: int
    """Frame counts are this times n, plus 1."""
    smallest: str
    largest: str
    most_frames: int
    most_steps: int
    most_prompt_characters: int


class ModelSource(BaseModel):
    """The repository of a hub that it can be pulled from."""

    repository: str
    revision: str


class Model(BaseModel):
    """A model, and what can be asked of it."""

    name: str
    title: str
    family: str
    licence: str
    installed: bool
    default: bool
    """Taken for clips that name none."""
    bytes: int | None
    """On this server's disk; null for what is not installed."""
    tasks: list[Task]
    accepts: list[Role]
    """The kinds of reference it looks at."""
    accuracies: list[Accuracy]
    experts: int
    shaped_by_picture: bool
    """A clip takes the shape of its picture where nobody asks for a size."""
    defaults: ModelDefaults
    limits: ModelLimits
    source: ModelSource | None
    note: str
    """What to know when leaving the sizes it was trained on."""


class ModelList(BaseModel):
    items: list[Model]
    next_cursor: None = None


class ModelPull(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    update: bool = False
    """Take what the hub has now, instead of the version installed."""
    slot: Annotated[str, StringConstraints(min_length=1, max_length=128)] | None = None
    """Whose machine the model is for, like ``hostA.gpu0``; any that is idle, without it."""


class ModelVerification(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    slot: Annotated[str, StringConstraints(min_length=1, max_length=128)] | None = None
    """Whose machine's files are read; any that is idle, without it."""


@router.get("", operation_id="listModels")
def list_models(the: The) -> ModelList:
    """Every model there is, in order of name, installed or not."""
    shelf = the.settings.models
    default = default_model(shelf)
    return ModelList(items=[_model(spec, shelf, default) for spec in models(shelf).values()])


@router.get("/{name}", operation_id="getModel")
def get_model(name: str, the: The) -> Model:
    return _found(name, the.settings.models)


@router.post("/{name}/pull", status_code=202, operation_id="pullModel")
def pull_model(name: str, the: The, asks: Asks, body: ModelPull | None = None) -> JobAnswer:
    """Download a model, or repair it, as a job whose steps are MiB. For administrators."""
    asks.require_admin()
    require_pullable(name, the.settings.models)
    wanted = body or ModelPull()
    return _queued(the, asks, {"model": name, "update": wanted.update}, wanted.slot)


@router.post("/{name}/verify", status_code=202, operation_id="verifyModel")
def verify_model(name: str, the: The, asks: Asks, body: ModelVerification | None = None) -> JobAnswer:
    """Read every byte of a model and compare it with what was installed, as a job. For administrators.

    The job's result lists the files that are missing or damaged; pulling the model again repairs them.
    """
    asks.require_admin()
    require_folder(find_model(name, the.settings.models))
    return _queued(the, asks, {"model": name, "verify": True}, (body or ModelVerification()).slot)


@router.post("/{name}/use", operation_id="useModel")
def use_model(name: str, the: The, asks: Asks) -> Model:
    """Make a model the one that is taken for clips that name none. For administrators."""
    asks.require_admin()
    require_folder(find_model(name, the.settings.models))
    Shelf(the.settings.models).choose_default(name)
    return _found(name, the.settings.models)


@router.delete("/{name}", status_code=204, operation_id="removeModel")
def remove_model(name: str, the: The, asks: Asks) -> None:
    """Delete a model that was pulled; of one that was added, only forget it. For administrators."""
    asks.require_admin()
    shelf = Shelf(the.settings.models)
    require_removable(name, shelf.root)
    with shelf.hold(name):
        shelf.remove(name)


def _queued(the: The, asks: Asks, request: dict[str, object], slot: str | None) -> JobAnswer:
    (job,) = the.queue.submit([NewJob(kind="pull", request=request, owner=asks.user_id, wanted_slot=slot)])
    return job_answer(job)


def _found(name: str, shelf: Path) -> Model:
    return _model(find_model(name, shelf), shelf, default_model(shelf))


def _model(spec: ModelSpec, shelf: Path, default: str) -> Model:
    return Model(
        name=spec.name,
        title=spec.title,
        family=spec.family,
        licence=spec.licence,
        installed=spec.folder is not None,
        default=spec.name == default,
        bytes=bytes_on_disk(spec, shelf),
        tasks=list(spec.tasks),
        accepts=list(spec.accepts),
        accuracies=list(spec.accuracies),
        experts=spec.experts,
        shaped_by_picture=spec.shaped_by_picture,
        defaults=_defaults(spec),
        limits=_limits(spec),
        source=None if spec.hub is None else ModelSource(repository=spec.hub.repository, revision=spec.hub.revision),
        note=spec.native_note,
    )


def _defaults(spec: ModelSpec) -> ModelDefaults:
    own = spec.defaults
    return ModelDefaults(
        size=str(own.size),
        frames=own.frame_count,
        fps=str(own.frame_rate),
        steps=own.steps,
        guidance=own.guidance,
        shift=own.shift,
        solver=own.solver,
        negative_prompt=own.negative_prompt,
    )


def _limits(spec: ModelSpec) -> ModelLimits:
    own = spec.limits
    return ModelLimits(
        grid=own.grid,
        temporal=own.temporal,
        smallest=str(own.smallest),
        largest=str(own.largest),
        most_frames=own.most_frames,
        most_steps=own.most_steps,
        most_prompt_characters=own.most_prompt_characters,
    )
