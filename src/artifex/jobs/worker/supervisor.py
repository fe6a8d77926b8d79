"""Keeps a process alive for each slot of this machine, and the queue moving."""

import logging
import random
import socket
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from artifex.errors import Busy, CannotRun, DatabaseUnreachable, LeaseLost, NotFound
from artifex.files import make_folder
from artifex.jobs.queue import USUAL_PACE, Claim, Queue, Slot
from artifex.jobs.transport.local import LocalTransport
from artifex.jobs.worker.child import PROGRAM, Child

_LOOK_SECONDS = 1.0
_ENDED_SECONDS = 30.0
"""The system takes that long at most to bury a process that it ended."""
_RETRY_SECONDS = 3.0
_WELL_SECONDS = 60.0
"""A process that lived so long was well: the next pause is a short one again."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a process may do without, in seconds, before it is ended; ``grace`` is for an orderly end of all."""

    silence: float = USUAL_PACE.lease
    """No life sign: it is held by a signal, or beyond help, and may be holding the database's lock."""
    start: float = 120.0
    """No first life sign: modules are read from a slow disk, but not for so long."""
    cancel: float = 20.0
    """A job goes on that was cancelled; or two of its longest steps, if they take longer."""
    idle: float = 600.0
    """A job gets nowhere; or five of its longest steps, or of those that its plan expects, if they take longer."""
    terminate: float = 10.0
    """From asking a process to end to ending it."""
    grace: float = 30.0
    restart: float = 0.5
    """From the end of a process to the start of the next one; ever longer while they end soon."""
    longest_restart: float = 30.0


class Supervisor:
    """One a machine. ``start`` returns at once; ``stop`` when all processes are gone."""

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
        """``environments``: what each slot's process sees besides this one's environment, by slot name; ``locks``: a
        folder in which supervisors of this machine see that a slot is another's; ``program``: what runs a slot."""
        self.slots = slots
        self._queue = queue
        self._stopping = threading.Event()
        self._locks = [FileLock(locks / f"{slot.name}.lock", timeout=0) for slot in slots]
        self._keepers = [
            _Keeper(
                queue,
                transport,
                slot,
                lambda slot=slot: Child(slot, poll_seconds, environments[slot.name], program),
                patience,
                self._stopping,
            )
            for slot in slots
        ]
        self._threads = [
            threading.Thread(target=keeper.run, name=f"keep-{keeper.slot.name}", daemon=True)
            for keeper in self._keepers
        ]
        self._threads.append(threading.Thread(target=self._keep_ticking, name="tick", daemon=True))

    def start(self) -> None:
        """Raises Busy where a slot has a supervisor already, NotWritable."""
        self._lock()
        _log.info("Slots: %s.", ", ".join(slot.name for slot in self.slots))
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Let each process stop after the step at hand, its job given back with a checkpoint; end those that do not.
        Of one that was refused its start nothing is left."""
        self._stopping.set()
        for thread in self._threads:
            if thread.ident is not None:
                thread.join()
        for lock in self._locks:
            lock.release()

    def ring(self, slot: str, job: str) -> None:
        """Tell a slot of this machine to look; of any other, nothing happens."""
        for keeper in self._keepers:
            if keeper.slot.name == slot:
                keeper.ring(job)

    def processes(self) -> dict[str, int]:
        """The process id of each slot that has one now."""
        return {keeper.slot.name: keeper.child.pid for keeper in self._keepers if keeper.child is not None}

    def _lock(self) -> None:
        for lock in self._locks:
            make_folder(Path(lock.lock_file).parent)
            try:
                lock.acquire()
            except Timeout as error:
                name = Path(lock.lock_file).stem
                raise Busy(f"Another server or worker keeps the slot {name}; stop it, or choose --slots.") from error

    def _keep_ticking(self) -> None:
        away = False
        while not self._stopping.wait(self._queue.pace.tick * random.uniform(0.8, 1.2)):
            try:
                self._queue.tick()
                away = False
            except DatabaseUnreachable as error:
                if not away:
                    _log.warning("The queue stands still: %s", error.message)
                away = True
            except Exception:  # noqa: BLE001 (the door of this thread: without it nothing would be dispatched)
                _log.exception("Upkeep of the queue failed; it is tried again.")


class _Keeper:
    """Starts one slot's process again and again, and ends it when it is of no use any more."""

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
        self._give_up()  # what an earlier supervisor's process held
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
        """From a process's start to its end; returns its exit code, 1 where none could be started."""
        try:
            self.child = self._begin()
        except (OSError, RuntimeError) as error:  # no memory for it, or too many processes or threads
            _log.error("No process can be started for slot %s: %s", self.slot.name, error)
            return 1
        code = self._watch(self.child)
        self.child = None
        return code

    def _watch(self, child: Child) -> int:
        """Until the process is gone; returns its exit code."""
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
        """In the name of a process that is gone: its job is queued again, and nothing counted against it."""
        pulse = child.pulse
        if not pulse.job:
            return
        try:
            claim = Claim(self._queue.get(pulse.job), pulse.token)
            self._queue.stopped(claim, "shutdown")
        except (CannotRun, LeaseLost, NotFound) as error:
            _log.warning("Job %s was not given back (%s); its lease will end.", pulse.job, error.message)

    def _give_up(self) -> None:
        """Tell the queue that the slot's process died. Before a new one starts, so that it cannot be the wrong one."""
        while not self._stopping.is_set():
            try:
                self._queue.crashed(self.slot.name)
            except Exception as error:  # noqa: BLE001 (the door of this thread: without it the slot would be no more)
                _log.warning("The end of slot %s's process cannot be told: %s", self.slot.name, error)
                self._stopping.wait(_RETRY_SECONDS)
            else:
                return


def host_name() -> str:
    """This machine's, as slots are named after it."""
    short = socket.gethostname().partition(".")[0]
    return "".join(letter if letter.isascii() and (letter.isalnum() or letter in "-_") else "-" for letter in short)[
        :63
    ]
