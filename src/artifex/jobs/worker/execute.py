"""One attempt at a job, from its claim to reporting the result to the queue."""

import logging
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import psutil

from artifex.catalog.execution import Expert
from artifex.errors import (
    ArtifexError,
    BadInput,
    CannotRun,
    DatabaseUnreachable,
    ExpertElsewhere,
    Interrupted,
    LeaseLost,
    OutOfMemory,
    StorageFailed,
    TeamBroken,
)
from artifex.files import make_folder
from artifex.jobs.queue import Produced, Progress, Queue, Slot
from artifex.jobs.resident import ResidentModels
from artifex.jobs.state import Kind
from artifex.jobs.work.clip import make_clip
from artifex.jobs.work.filter import filter_clip
from artifex.jobs.work.proxy import make_proxy
from artifex.jobs.work.pull_job import pull_model
from artifex.jobs.work.render import render
from artifex.jobs.work.task import MadeFile, Outcome, Source, Task
from artifex.jobs.work.upscale import upscale
from artifex.jobs.work.warm import warm_model
from artifex.jobs.worker.lease import Lease
from artifex.jobs.worker.report import JobReport
from artifex.jobs.worker.teller import Teller
from artifex.jobs.worker.workspace import Workspace, preview_key
from artifex.machine import this_machine
from artifex.media.sandbox import Sandbox
from artifex.settings import Settings
from artifex.store.assets import Assets
from artifex.store.blobs import Blobs
from artifex.store.objects import Objects

WORK: Mapping[Kind, Callable[[Task], Outcome]] = MappingProxyType(
    {
        "generate": make_clip,
        "warm": warm_model,
        "proxy": make_proxy,
        "upscale": upscale,
        "filter": filter_clip,
        "render": render,
        "pull": pull_model,
    }
)

_log = logging.getLogger(__name__)


class DeviceLost(Exception):
    """The GPU is unusable in this process from now on; a new process may be able to use it."""


@dataclass(frozen=True, slots=True)
class Workshop:
    """The resources of a slot's process."""

    settings: Settings
    slot: Slot
    queue: Queue
    objects: Objects
    blobs: Blobs
    assets: Assets
    models: ResidentModels
    work: Mapping[Kind, Callable[[Task], Outcome]]
    """The function that does each kind of job."""

    @property
    def scratch(self) -> Path:
        """The folder for temporary files of the current job; only this slot's process uses it."""
        return self.settings.home / "slots" / self.slot.name

    def sweep(self) -> None:
        """Remove temporary files left by this process or by a killed predecessor."""
        shutil.rmtree(self.scratch, ignore_errors=True)


@dataclass(slots=True)
class Attempt:
    """Work on one claim; another thread reads its state for the supervisor's heartbeats."""

    workshop: Workshop
    lease: Lease
    leaving: Callable[[], bool]
    report: JobReport | None = None

    def run(self) -> None:
        """Do the work and report its result or error to the queue. Raises DeviceLost."""
        try:
            with self.lease:
                self._work()
        except LeaseLost as lost:
            _log.warning("What was made of job %s is dropped: %s", self.lease.claim.job.id, lost.message)
        finally:
            self.workshop.sweep()

    def _work(self) -> None:
        workspace = Workspace(self.workshop.objects, self.lease)
        try:
            with Teller(self._tell) as teller:
                self.report = JobReport(self.lease, teller, self._keep_preview, self.leaving)
                outcome = self.workshop.work[self.lease.claim.job.kind](self._task(workspace, self.report))
            self._finish(outcome)
        except LeaseLost:
            raise
        except ExpertElsewhere as elsewhere:
            self._hand_over(elsewhere.expert)
        except Interrupted:
            self._stopped()
        except (DatabaseUnreachable, StorageFailed) as error:
            self._failed(error.code, error.message, final=False)
        except TeamBroken as error:  # the state of this process's GPUs is unknown after another GPU failed
            self._failed(error.code, error.message, final=False)
            raise DeviceLost from error
        except (BadInput, CannotRun) as error:
            self._failed(error.code, error.message, final=True)
        except MemoryError:
            self._failed(OutOfMemory.code, "The machine ran out of memory; choose a smaller size.", final=True)
        except Exception as error:  # noqa: BLE001 (outermost handler: whatever happens, the outcome is reported)
            self._failed_unexpectedly(error)
        else:
            workspace.remove()

    def _task(self, workspace: Workspace, report: JobReport) -> Task:
        shop = self.workshop
        shop.sweep()
        scratch = make_folder(shop.scratch)
        return Task(
            self.lease.claim.job,
            workspace,
            scratch,
            report,
            shop.settings,
            shop.models,
            shop.blobs,
            self._open_asset,
            Sandbox(),
            shop.slot.experts,
        )

    def _finish(self, outcome: Outcome) -> None:
        queue, claim = self.workshop.queue, self.lease.claim
        self.lease.settle(lambda: queue.finalizing(claim))
        produced = [self._store(file) for file in outcome.files]
        self.lease.settle(lambda: queue.succeed(claim, outcome.result, produced))

    def _store(self, file: MadeFile) -> Produced:
        def kept(path: Path | None) -> str | None:
            return None if path is None else self.workshop.assets.store_file(path).sha256

        stored = self.workshop.assets.store_file(file.path)
        return Produced(
            sha256=stored.sha256,
            size=stored.size,
            kind=file.kind,
            media_type=file.media_type,
            name=file.name,
            facts=dict(file.facts),
            recipe=file.recipe,
            thumbnail=kept(file.thumbnail),
            poster=kept(file.poster),
        )

    def _stopped(self) -> None:
        if self.lease.lost:
            raise LeaseLost("The job is another worker's.")
        why = (self.report and self.report.why) or "shutdown"  # none any more where a pause was taken back
        claim = self.lease.claim
        self.lease.settle(lambda: self.workshop.queue.stopped(claim, why))
        _log.info("Job %s stopped (%s).", claim.job.id, why)

    def _hand_over(self, expert: Expert) -> None:
        claim = self.lease.claim
        self.lease.settle(lambda: self.workshop.queue.hand_over(claim, expert))
        _log.info("Job %s goes on with its %s-noise expert.", claim.job.id, expert)

    def _failed(self, code: str, message: str, *, final: bool) -> None:
        claim = self.lease.claim
        self.lease.settle(lambda: self.workshop.queue.fail(claim, code, message, final=final))

    def _failed_unexpectedly(self, error: Exception) -> None:
        _log.error("Job %s met an unexpected error.", self.lease.claim.job.id, exc_info=error)
        if _is_device_error(error):
            self._failed("device_error", "The GPU failed while it computed; the job is tried again.", final=False)
            raise DeviceLost from error
        self._failed("internal", "Something unexpected went wrong; the worker's log has the details.", final=False)

    def _tell(self, progress: Progress, draw: Callable[[], str] | None) -> None:
        """Report progress, in the teller's thread; a preview that cannot be stored is left out."""
        progress = replace(progress, vram=self._memory())
        if draw is not None:
            try:
                progress = replace(progress, preview=draw())
            except ArtifexError as error:
                _log.debug("A preview was not kept: %s", error.message)
        self.lease.tell(lambda: self.workshop.queue.progress(self.lease.claim, progress))

    def _memory(self) -> int:
        """Bytes in use on the slot's GPUs; on a CPU slot, of this process."""
        if self.workshop.slot.device == "cpu":
            return psutil.Process().memory_info().rss
        return sum(card.memory_total - card.memory_free for card in this_machine().accelerators)

    def _keep_preview(self, picture: bytes) -> None:
        """Store a preview. Raises LeaseLost: the lease is checked before and after, so that a worker that was suspended
        leaves no preview of a job it has lost."""
        queue, objects, claim = self.workshop.queue, self.workshop.objects, self.lease.claim
        key = preview_key(claim.job.id)
        queue.stop_wanted(claim)
        objects.put(key, picture)
        try:
            queue.stop_wanted(claim)
        except LeaseLost:
            objects.delete(key)
            raise

    def _open_asset(self, asset_id: str) -> Source:
        asset = self.workshop.assets.get(asset_id, self.lease.claim.job.owner)
        return Source(self.workshop.blobs.path(asset.sha256), asset.name, asset.sha256)


def _is_device_error(error: BaseException) -> bool:
    """Recognised by the message, because torch may not be imported here; every torch version words it so."""
    return isinstance(error, RuntimeError) and "CUDA error" in str(error)


def slot_facts(slot: Slot) -> dict[str, Any]:
    """What a slot reports about its machine; memory in bytes."""
    machine = this_machine()
    facts: dict[str, Any] = {
        "pid": psutil.Process().pid,
        "ram": machine.ram_total,
        "ram_free": machine.ram_available,
        "name": machine.cpu_name,
    }
    if slot.device != "cpu" and machine.accelerators:
        card = machine.accelerators[0]
        facts |= {"name": card.name, "vram": card.memory_total, "vram_free": card.memory_free}
    return facts
