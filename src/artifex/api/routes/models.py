"""Routes of models: list, pull, verify, load and delete them."""

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict
from starlette.responses import Response

from artifex.api.job_requests import Slot
from artifex.api.model_answers import Model, ModelList, model_answers
from artifex.api.schemas import JobAnswer, as_json, job_answer
from artifex.api.service import Asks, The
from artifex.api.warming import warmed
from artifex.catalog.manifest import require_folder
from artifex.catalog.registry import find_model, models, require_pullable, require_removable
from artifex.catalog.shelf import Shelf
from artifex.jobs.queue import NewJob

router = APIRouter(prefix="/models", tags=["models"])


class ModelPull(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    update: bool = False
    """Take what the hub has now, instead of the version installed."""
    slot: Slot | None = None
    """The slot whose machine gets the model, like ``hostA.gpu0``; absent: any idle slot."""


class ModelVerification(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    slot: Slot | None = None
    """The slot whose machine's files are read; absent: any idle slot."""


class ModelWarming(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    slot: Slot | None = None
    """The slot to load it on; absent: any idle slot."""


@router.get("", operation_id="listModels")
def list_models(the: The, asks: Asks) -> ModelList:
    """All models, in order of name, installed or not."""
    return ModelList(items=model_answers(list(models(the.settings.models).values()), the, asks))


@router.get("/{name}", operation_id="getModel")
def get_model(name: str, the: The, asks: Asks) -> Model:
    return _found(name, the, asks)


@router.post("/{name}/pull", status_code=202, operation_id="pullModel")
def pull_model(name: str, the: The, asks: Asks, body: ModelPull | None = None) -> JobAnswer:
    """Download or repair a model, as a job whose steps are MiB. For administrators."""
    asks.require_admin()
    require_pullable(name, the.settings.models)
    wanted = body or ModelPull()
    return _queued(the, asks, {"model": name, "update": wanted.update}, wanted.slot)


@router.post("/{name}/verify", status_code=202, operation_id="verifyModel")
def verify_model(name: str, the: The, asks: Asks, body: ModelVerification | None = None) -> JobAnswer:
    """Verify all files of a model against what was installed, as a job. For administrators.

    The job's result lists the files that are missing or damaged; pulling the model again repairs them.
    """
    asks.require_admin()
    require_folder(find_model(name, the.settings.models))
    return _queued(the, asks, {"model": name, "verify": True}, (body or ModelVerification()).slot)


@router.post(
    "/{name}/warm",
    status_code=202,
    operation_id="warmModel",
    response_model=JobAnswer,
    responses={204: {"description": "A slot has it in memory already."}},
)
def warm_model(name: str, the: The, asks: Asks, body: ModelWarming | None = None) -> Response:
    """Load a model on an idle slot, placed as for its default clip, so that the first clip starts at once.

    On a small GPU, a clip of another size may need another placement; the model is then loaded again.
    """
    asks.require_writer()
    job = warmed(find_model(name, the.settings.models), (body or ModelWarming()).slot, the, asks)
    return Response(status_code=204) if job is None else as_json(job, 202)


@router.post("/{name}/use", operation_id="useModel")
def use_model(name: str, the: The, asks: Asks) -> Model:
    """Make a model the default for clips that name none. For administrators."""
    asks.require_admin()
    require_folder(find_model(name, the.settings.models))
    Shelf(the.settings.models).choose_default(name)
    return _found(name, the, asks)


@router.delete("/{name}", status_code=204, operation_id="removeModel")
def remove_model(name: str, the: The, asks: Asks) -> None:
    """Delete a model that was pulled; one that was added is only unregistered. For administrators."""
    asks.require_admin()
    shelf = Shelf(the.settings.models)
    require_removable(name, shelf.root)
    with shelf.hold(name):
        shelf.remove(name)


def _queued(the: The, asks: Asks, request: dict[str, object], slot: str | None) -> JobAnswer:
    (job,) = the.queue.submit([NewJob(kind="pull", request=request, owner=asks.user_id, wanted_slot=slot)])
    return job_answer(job)


def _found(name: str, the: The, asks: Asks) -> Model:
    return model_answers([find_model(name, the.settings.models)], the, asks)[0]
