"""Routes for health, metrics, GPUs, statistics and slots."""

import shutil
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel
from starlette.responses import PlainTextResponse, Response

from artifex.api.errors import public_words
from artifex.api.samples import KEPT, Sample
from artifex.api.service import Asks, The
from artifex.catalog.execution import Experts
from artifex.catalog.plan import place
from artifex.errors import ArtifexError
from artifex.jobs.overview import overview
from artifex.machine import this_machine

router = APIRouter(prefix="/system", tags=["system"])
open_router = APIRouter(tags=["system"])

_LITTLE_ROOM = 2**30


class Part(BaseModel):
    ok: bool
    message: str
    """What is wrong; empty if nothing is."""


class Health(BaseModel):
    status: Literal["ok", "degraded"]
    database: Part
    storage: Part
    workers: Part


class Card(BaseModel):
    """An NVIDIA GPU; memory in bytes."""

    name: str
    driver: str
    memory_total: int
    memory_free: int
    usable: bool


class Gpus(BaseModel):
    items: list[Card]
    device: str
    """The device that would make a clip: ``cuda:0``, or ``cpu``."""


class Stats(BaseModel):
    jobs: dict[str, int]
    """Unfinished jobs, by state."""
    longest_wait: float
    """Seconds that the first job in the queue has waited."""
    history: list[Sample]
    """Samples of the machine and the queue, one every two seconds, oldest first."""


class SlotAnswer(BaseModel):
    """A slot, which runs one job at a time."""

    name: str
    host: str
    device: str
    kinds: list[str]
    experts: Experts
    """Which of a model's two experts it holds; a slot with one makes only that one's steps."""
    resident: str
    """The model in its memory; empty if none."""
    alive: bool
    paused: bool
    job: str | None
    facts: dict[str, Any]


class SlotList(BaseModel):
    items: list[SlotAnswer]
    next_cursor: None = None


@open_router.get("/healthz", operation_id="isAlive", response_class=PlainTextResponse)
async def is_alive() -> str:
    """Whether the process answers; ``/api/v1/system/health`` says whether it can work."""
    return "ok\n"


@open_router.get("/metrics", operation_id="getMetrics", response_class=PlainTextResponse)
def get_metrics(the: The, asks: Asks) -> Response:
    """Metrics in Prometheus' text format. For administrators."""
    asks.require_admin()
    return Response(the.figures.text(), media_type="text/plain; version=0.0.4; charset=utf-8")


@router.get("/health", operation_id="getHealth")
def get_health(the: The, asks: Asks) -> Health:
    """Whether the database answers, there is disk space, and a slot is alive."""
    database, storage, workers = _database(the), _storage(the), _workers(the)
    well = database.ok and storage.ok and workers.ok
    return Health(status="ok" if well else "degraded", database=database, storage=storage, workers=workers)


@router.get("/gpu", operation_id="getGpus")
def get_gpus(asks: Asks) -> Gpus:
    """The GPUs of the server's own machine; those of other machines are among the slots' facts."""
    machine = this_machine()
    usable = machine.usable_accelerators
    cards = [
        Card(
            name=card.name,
            driver=card.driver,
            memory_total=card.memory_total,
            memory_free=card.memory_free,
            usable=card in usable,
        )
        for card in machine.accelerators
    ]
    return Gpus(items=cards, device=place(machine)[0])


@router.get("/stats", operation_id="getStats")
def get_stats(the: The, asks: Asks, history: Annotated[int, Query(ge=0, le=KEPT)] = 0) -> Stats:
    """The queue now, and the last ``history`` samples of the machine and the queue."""
    now = overview(the.database)
    jobs = {str(state): count for state, count in now.by_state.items()}
    return Stats(jobs=jobs, longest_wait=now.longest_wait, history=the.samples.last(history) if history else [])


@router.get("/slots", operation_id="listSlots")
def list_slots(the: The, asks: Asks) -> SlotList:
    return SlotList(items=[SlotAnswer(**slot) for slot in the.queue.slots()])


@router.post("/slots/{name}/pause", operation_id="pauseSlot", status_code=204)
def pause_slot(name: str, the: The, asks: Asks) -> None:
    """Give a slot no more jobs; its current job goes on. For administrators."""
    asks.require_admin()
    the.queue.pause_slot(name, True)


@router.post("/slots/{name}/resume", operation_id="resumeSlot", status_code=204)
def resume_slot(name: str, the: The, asks: Asks) -> None:
    """Let a paused or quarantined slot work again. For administrators."""
    asks.require_admin()
    the.queue.pause_slot(name, False)


def _database(the: The) -> Part:
    try:
        the.queue.last_event()
    except ArtifexError as error:
        return Part(ok=False, message=public_words(error))
    return Part(ok=True, message="")


def _storage(the: The) -> Part:
    home = the.settings.home
    try:
        free = shutil.disk_usage(home).free
    except OSError as error:
        return Part(ok=False, message=f"The folder of the library cannot be read ({(error.strerror or '').lower()}).")
    if free < _LITTLE_ROOM:
        return Part(ok=False, message="Less than a gibibyte of disk is left where the library lies; make room.")
    return Part(ok=True, message="")


def _workers(the: The) -> Part:
    try:
        alive = [slot for slot in the.queue.slots() if slot["alive"] and not slot["paused"]]
    except ArtifexError as error:
        return Part(ok=False, message=public_words(error))
    return Part(ok=bool(alive), message="" if alive else "No slot is alive, so jobs wait; start a worker.")
