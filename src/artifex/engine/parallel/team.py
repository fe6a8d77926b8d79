"""Several processes that make one clip: this one leads, and each further GPU has a follower that runs its tasks."""

import atexit
import logging
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from copy import copy
from dataclasses import dataclass, field
from pathlib import Path

import torch

from artifex.engine.parallel.environment import prepare_links
from artifex.engine.parallel.links import Links, link, require_links, unlink
from artifex.engine.parallel.messages import Begin, Failed, Join, Place, Ready, hear, say, understood
from artifex.errors import ArtifexError, TeamBroken

PROGRAM = (sys.executable, "-m", "artifex.engine.parallel.follower")
_VERDICT_SECONDS = 5.0
"""How long to wait for the cause when a link breaks: it becomes known a moment later which process ended."""
_BURIAL_SECONDS = 10.0
_PATIENT_MINUTES = 60
"""Timeout for an answer, as NCCL would wait for ever. A pass of the largest clips takes minutes."""
_MINUTE = 60.0

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Follower:
    device: torch.device
    process: "subprocess.Popen[bytes]"
    ready: threading.Event = field(default_factory=threading.Event)


class Team:
    """The followers of this process and its links to them.

    A team that broke has ended all its followers and cannot be used again: start another one. A process can lead one
    team at a time, because torch has one default process group per process.

    A thread listens to each follower. When one ends or reports a failure, the others are ended and the links are
    aborted, so that this process never waits for one that is gone. Nor does it wait for more than an hour for one that
    does not answer.
    """

    def __init__(self, devices: Sequence[torch.device], begin: Begin) -> None:
        """Start a follower for each device but the first, which is this process's; returns at once.

        Args:
            devices: of all processes, this one's first.
            begin: called by each follower first. It can load its networks while this process loads its own.

        Raises NotAvailable where this torch cannot link such devices.
        """
        require_links(devices[0])
        prepare_links()
        self._device = devices[0]
        self._size = len(devices)
        self._links: Links | None = None
        self._error: ArtifexError | None = None
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._folder = tempfile.TemporaryDirectory(prefix="artifex-team-", ignore_cleanup_errors=True)
        self._meeting = Path(self._folder.name) / "meeting"
        self._followers = [_start(device) for device in devices[1:]]
        self._listeners = [threading.Thread(target=self._listen, args=(each,), daemon=True) for each in self._followers]
        atexit.register(self.close)
        for listener in self._listeners:
            listener.start()
        for rank, follower in enumerate(self._followers, 1):
            self._tell(follower, Place(rank, self._size, str(follower.device), self._meeting, begin))

    @property
    def ended(self) -> bool:
        """Whether the team broke or was closed."""
        return self._over.is_set()

    @property
    def processes(self) -> list[int]:
        """Ids of the followers' processes."""
        return [follower.process.pid for follower in self._followers]

    def join(self) -> Links:
        """Wait until every follower is ready, and connect with them; later calls return at once.

        Raises what a follower raised, or TeamBroken.
        """
        if self._links is None:
            with self._patience():
                for follower in self._followers:
                    follower.ready.wait()
            with self.together():
                self.check()
                self.tell(Join())
                self._links = link(0, self._size, self._device, self._meeting)
        return self._links

    def tell(self, task: object) -> None:
        """Send every follower a task; returns at once. Call it within `together`."""
        for follower in self._followers:
            self._tell(follower, task)

    def check(self) -> None:
        """Raise the error that ended the team, if it has ended: results computed since then are invalid."""
        if self._error is not None:
            raise copy(self._error)
        if self.ended:
            raise TeamBroken("The processes of this team were ended; start the clip again.")

    @contextmanager
    def together(self) -> Iterator[None]:
        """Context for this process's own share of a task, e.g. of a pass; waits for its GPU at the end.

        An error within it ends the team, because the others would wait for ever. If a broken team caused the error,
        raises the reason instead: what a follower raised, or TeamBroken.
        """
        try:
            with self._patience():
                yield
                if self._device.type == "cuda":
                    torch.cuda.synchronize(self._device)  # a process that is gone by then is noticed below
        except BaseException as error:
            if isinstance(error, RuntimeError | ValueError) and not isinstance(error, torch.OutOfMemoryError):
                self._over.wait(_VERDICT_SECONDS)
            ours = TeamBroken("Another GPU's share of the clip could not be asked for; try again.")
            self._break(error if isinstance(error, ArtifexError) else ours)
            if self._error is not ours:
                self.check()
            raise
        self.check()

    def close(self) -> None:
        """End all followers; returns when they and the links are gone, even if another thread ended them."""
        self._break(None)
        for listener in self._listeners:  # one that wakes up at interpreter shutdown would crash the process
            listener.join(_BURIAL_SECONDS)
        atexit.unregister(self.close)

    @contextmanager
    def _patience(self) -> Iterator[None]:
        """End the team if the block takes longer than `_PATIENT_MINUTES`."""
        done = threading.Event()
        threading.Thread(target=self._give_up, args=(done,), daemon=True).start()
        try:
            yield
        finally:
            done.set()

    def _give_up(self, done: threading.Event) -> None:
        """Waits minute by minute: however long this process is suspended (Ctrl-Z), that counts as one at most."""
        for _ in range(_PATIENT_MINUTES):
            if done.wait(_MINUTE):
                return
        self._break(TeamBroken("One of the GPUs does not answer; the same clip goes on from its last checkpoint."))

    def _tell(self, follower: _Follower, message: object) -> None:
        """Send a message; failures are ignored, as the follower's listener notices that it is gone."""
        assert follower.process.stdin is not None
        with suppress(OSError, ValueError):
            say(follower.process.stdin, message)

    def _listen(self, follower: _Follower) -> None:
        pipe = follower.process.stdout
        assert pipe is not None
        error: ArtifexError = TeamBroken(
            f"The process that computed on {follower.device} ended while the clip was made; "
            "the same clip goes on from its last checkpoint."
        )
        try:
            while True:
                said = understood(hear(pipe))
                if isinstance(said, Ready):
                    follower.ready.set()
                elif isinstance(said, Failed):
                    error = said.error
                    break
        except (EOFError, OSError, ValueError):
            pass  # it ended, or was ended
        except Exception as unreadable:  # noqa: BLE001 (unpickling may raise anything)
            _log.error("The answer of a follower cannot be read.", exc_info=unreadable)
        self._break(error)

    def _break(self, error: ArtifexError | None) -> None:
        """End all followers and links, once; ``error`` is the reason, None if it was requested."""
        with self._lock:  # held to the end: a second caller may start another team right after
            if not self.ended:
                self._error = error
                self._over.set()  # before links are aborted: a thread that this wakes up checks it
                self._part()

    def _part(self) -> None:
        if self._error is not None:
            _log.info("The GPUs of a clip part: %s", self._error.message)
        for follower in self._followers:
            follower.process.kill()
            follower.ready.set()
        with suppress(RuntimeError, ValueError, AssertionError):
            unlink(self._device)
        for follower in self._followers:
            _bury(follower.process)
        self._folder.cleanup()


def _start(device: torch.device) -> _Follower:
    process = subprocess.Popen(PROGRAM, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    return _Follower(device, process)


def _bury(process: "subprocess.Popen[bytes]") -> None:
    """Wait for a killed process. Its pipes stay open until the team is deleted, since other threads may use them."""
    with suppress(subprocess.TimeoutExpired):
        process.wait(_BURIAL_SECONDS)
