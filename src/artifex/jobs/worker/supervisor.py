"""Keeps a process running for each slot of this machine, and ticks the queue."""

import logging
import random
import socket
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from artifex.errors import Busy, CannotRun, DatabaseUnreachable, LeaseLost, NotFound
from artifex.jobs.queue import USUAL_PACE, Claim, Queue, Slot
from artifex.jobs.transport.local import LocalTransport
from artifex.jobs.worker.child import PROGRAM, Child
from artifex.jobs.worker.names import Names
from artifex.logs import Outage

_LOOK_SECONDS = 1.0
_ENDED_SECONDS = 30.0
"""The longest that the system takes to reap a killed process."""
_RETRY_SECONDS = 3.0
_WELL_SECONDS = 60.0
"""A process that lived this long was healthy: the restart delay is reset."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Patience:
    """Timeouts in seconds, after which a slot's process is ended, and delays of its restart."""

    silence: float = USUAL_PACE.lease
    """Without a heartbeat: it is stopped by a signal or hangs, and may hold the database's lock."""
    start: float = 120.0
    """Until the first heartbeat; allows for importing modules from a slow disk."""
    cancel: float = 20.0
    """For a cancelled job to stop; or two of its longest steps, if that is longer."""
    idle: float = 600.0
    """Without progress of a job; or five of its longest steps, measured or planned, if that is longer."""
    terminate: float = 10.0
    """From SIGTERM to SIGKILL."""
    grace: float = 30.0
    """For each process to leave when the supervisor stops."""
    restart: float = 0.5
    """Delay before a crashed process is restarted; doubles with each crash that follows soon."""
    longest_restart: float = 30.0


class Supervisor:
    """Runs slots as child processes. ``start`` returns at once; ``stop`` returns when all processes are gone."""

    def __init__(
        self,
        queue: Queue,
        slots: Sequence[Slot],
        transport: LocalTransport,
        environments: Mapping[str, Mapping[str, str]],
        locks: Path,
        *,
        poll_seconds: float = 2.0,
        patience: Patience,
        program: Sequence[str] = PROGRAM,
    ) -> None:
        """``environments``: additional environment variables by slot name; ``locks``: the folder of the lock files that
        keep two supervisors of this machine from running the same slot; ``program``: the command that runs a slot."""
        self._names = Names(queue, slots, locks)
        self.slots = self._names.slots
        self._queue = queue
        self._leaving = threading.Event()
        """For the slots alone: the queue is looked after until ``_stopping``."""
        self._stopping = threading.Event()
        self._on_ousted: Callable[[], None] = lambda: None
        self._keepers = [
            _Keeper(
                queue,
                transport,
                slot,
                lambda slot=slot: Child(slot, poll_seconds, environments[slot.name], program),
                patience,
                self._leaving,
            )
            for slot in self.slots
        ]
        self._threads = [
            threading.Thread(target=keeper.run, name=f"keep-{keeper.slot.name}", daemon=True)
            for keeper in self._keepers
        ]
        self._threads.append(threading.Thread(target=self._keep_ticking, name="tick", daemon=True))
        self._threads.append(threading.Thread(target=self._keep_names, name="names", daemon=True))

    def start(self, on_ousted: Callable[[], None] = lambda: None) -> None:
        """Raises Busy if another supervisor has one of the slots, NotWritable, DatabaseUnreachable.

        ``on_ousted`` is called if another has one later, because this one could not reach the database or the machine
        slept: the slots have been told to leave by then.
        """
        self._names.take()
        self._on_ousted = on_ousted
        _log.info("Slots: %s.", ", ".join(slot.name for slot in self.slots))
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Let each process stop after the current step, its job queued again with a checkpoint; kill those that do
        not within ``grace``. Also cleans up after a ``start`` that failed."""
        self._leaving.set()
        self._stopping.set()
        for thread in self._threads:
            if thread.ident is not None:
                thread.join()
        self._names.let_go()

    def ring(self, slot: str, job: str) -> None:
        """Tell a slot of this machine to look for work; other slots are ignored."""
        for keeper in self._keepers:
            if keeper.slot.name == slot:
                keeper.ring(job)

    def processes(self) -> dict[str, int]:
        """Process ids by slot name, of slots whose process is running."""
        return {keeper.slot.name: keeper.child.pid for keeper in self._keepers if keeper.child is not None}

    def _keep_names(self) -> None:
        outage = Outage(_log, "Keeping the names of slots")
        while not self._stopping.wait(self._queue.pace.heartbeat):
            try:
                self._names.keep()
                outage.over()
            except Busy as error:
                _log.error("The slots of this process end. %s", error.message)
                self._leaving.set()
                self._on_ousted()
                return
            except Exception as error:  # noqa: BLE001 (outermost handler: without it the names would be lost)
                outage.failed(str(error))

    def _keep_ticking(self) -> None:
        outage = Outage(_log, "Looking after the queue")
        while not self._stopping.wait(self._queue.pace.tick * random.uniform(0.8, 1.2)):
            try:
                self._queue.tick()
                outage.over()
            except DatabaseUnreachable as error:
                outage.failed(error.message)
            except Exception:  # noqa: BLE001 (outermost handler of this thread: without it nothing would be dispatched)
                _log.exception("Upkeep of the queue failed; it is tried again.")


class _Keeper:
    """Keeps one slot's process running: restarts it when it ends and ends it when it hangs."""

    def __init__(
        self,
        queue: Queue,
        transport: LocalTransport,
        slot: Slot,
        begin: Callable[[], Child],
        patience: Patience,
        stopping: threading.Event,
    ) -> None:
        self.slot = slot
        self.child: Child | None = None
        self._queue, self._begin, self._patience, self._stopping = queue, begin, patience, stopping
        transport.answer(slot.name, self.ring)

    def ring(self, _job: str) -> None:
        if (child := self.child) is not None:
            child.ring()

    def run(self) -> None:
        pause = self._patience.restart
        self._give_up()  # jobs held by the process of an earlier supervisor
        while not self._stopping.is_set():
            began = time.monotonic()
            code = self._live()
            if self._stopping.is_set():
                return
            pause = self._patience.restart if time.monotonic() - began > _WELL_SECONDS else pause
            if code != 0:
                _log.error("The process of slot %s ended with %d; it is started again.", self.slot.name, code)
                self._give_up()
                self._stopping.wait(pause)
                pause = min(2 * pause, self._patience.longest_restart)

    def _live(self) -> int:
        """Start a process and watch it to its end; returns its exit code, or 1 if it could not be started."""
        try:
            self.child = self._begin()
        except (OSError, RuntimeError) as error:  # out of memory, or too many processes or threads
            _log.error("No process can be started for slot %s: %s", self.slot.name, error)
            return 1
        code = self._watch(self.child)
        self.child = None
        return code

    def _watch(self, child: Child) -> int:
        """Watch the process until it is gone; returns its exit code."""
        while (code := child.wait(_LOOK_SECONDS)) is None:
            if self._stopping.is_set():
                return self._leave(child)
            if (reason := self._fault(child)) is not None:
                _log.error("The process of slot %s is ended: %s.", self.slot.name, reason)
                return self._end(child)
        return code

    def _fault(self, child: Child) -> str | None:
        pulse, patience = child.pulse, self._patience
        if child.silence > (patience.silence if child.has_begun else patience.start):
            return f"no life sign for {child.silence:.0f} s"
        if pulse.unheeded > max(patience.cancel, 2 * pulse.longest_step):
            return f"its job was cancelled {pulse.unheeded:.0f} s ago"
        if pulse.idle > max(patience.idle, 5 * pulse.longest_step, 5 * pulse.expected_step):
            return f"its job got nowhere for {pulse.idle:.0f} s"
        return None

    def _end(self, child: Child) -> int:
        child.terminate()
        code = child.wait(self._patience.terminate)
        if code is None:
            child.kill()
            code = child.wait(None)
            assert code is not None
        return code

    def _leave(self, child: Child) -> int:
        child.ask_to_leave()
        code = child.wait(self._patience.grace)
        if code is None:
            _log.warning("The process of slot %s did not leave in time; it is ended.", self.slot.name)
            child.kill()
            code = child.wait(_ENDED_SECONDS)
            self._give_back(child)
        return code or 0

    def _give_back(self, child: Child) -> None:
        """Queue the job of a killed process again on its behalf, without counting an attempt."""
        pulse = child.pulse
        if not pulse.job:
            return
        try:
            claim = Claim(self._queue.get(pulse.job), pulse.token)
            self._queue.stopped(claim, "shutdown")
        except (CannotRun, LeaseLost, NotFound) as error:
            _log.warning("Job %s was not given back (%s); its lease will end.", pulse.job, error.message)

    def _give_up(self) -> None:
        """Tell the queue that the slot's process died; before a new one starts, whose job this would requeue."""
        while not self._stopping.is_set():
            try:
                self._queue.crashed(self.slot.name, holder=self.slot.holder)
            except Exception as error:  # noqa: BLE001 (outermost handler: without it the slot would stay down)
                _log.warning("The end of slot %s's process cannot be told: %s", self.slot.name, error)
                self._stopping.wait(_RETRY_SECONDS)
            else:
                return


def host_name() -> str:
    """This machine's short host name, with only characters that slot names allow."""
    short = socket.gethostname().partition(".")[0]
    return "".join(letter if letter.isascii() and (letter.isalnum() or letter in "-_") else "-" for letter in short)[
        :63
    ]
