"""Several processes that make one clip: this one leads, and each further GPU has a follower that does as it is told."""

import atexit
import logging
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import torch

from artifex.engine.parallel.environment import prepare_links
from artifex.engine.parallel.links import Links, link, require_links, unlink
from artifex.engine.parallel.messages import Begin, Failed, Join, Place, Ready, hear, say, understood
from artifex.errors import ArtifexError, TeamBroken

PROGRAM = (sys.executable, "-m", "artifex.engine.parallel.follower")
_VERDICT_SECONDS = 5.0
"""A link breaks a moment before it is known whose process ended."""
_BURIAL_SECONDS = 10.0
_PATIENT_MINUTES = 60
"""Who does not answer for so long is given up: NCCL would wait for ever. A pass of the largest clips takes minutes."""
_MINUTE = 60.0

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Follower:
    device: torch.device
    process: "subprocess.Popen[bytes]"
    ready: threading.Event = field(default_factory=threading.Event)


class Team:
    """One life long: a team that broke has ended all its processes, and another one has to be started.

    A process leads one at a time, for torch's own links are the process's.

    A thread listens to each follower. When one ends, or says that it failed, the others are ended and the links are
    aborted, so that this process never waits for somebody who is gone. Nor does it wait for more than an hour for one
    who is there and does not answer.
    """

    def __init__(self, devices: Sequence[torch.device], begin: Begin) -> None:
        """Start a follower for each device but the first, which is this process's; returns at once.

        Args:
            devices: of all, this process's first.
            begin: what a follower does first. It can load its networks while this process loads its own.

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
        """It broke, or was closed."""
        return self._over.is_set()

    @property
    def processes(self) -> list[int]:
        """Ids of the followers' processes."""
        return [follower.process.pid for follower in self._followers]

    def join(self) -> Links:
        """Wait until every follower has begun, and connect with them; later calls return at once.

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
        """Have every follower do something; returns at once. Call it in `together`."""
        for follower in self._followers:
            self._tell(follower, task)

    def check(self) -> None:
        """Raises what ended the team, if it is ended: whatever was computed since then is not to be believed."""
        if self._error is not None:
            raise type(self._error)(self._error.message)
        if self.ended:
            raise TeamBroken("The processes of this team were ended; start the clip again.")

    @contextmanager
    def together(self) -> Iterator[None]:
        """Around this process's own share of what it told the others, as of a pass; a GPU is waited for.

        An error in it ends the team, for the others would wait for ever. Raises what a follower raised, or TeamBroken,
        where that is the reason.
        """
        try:
            with self._patience():
                yield
                if self._device.type == "cuda":
                    torch.cuda.synchronize(self._device)  # who is gone by then is known before the answer is believed
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
        """End all processes; returns when they and the links are gone, whoever ended them."""
        self._break(None)
        for listener in self._listeners:  # one that woke up while the interpreter ends would take the process with it
            listener.join(_BURIAL_SECONDS)
        atexit.unregister(self.close)

    @contextmanager
    def _patience(self) -> Iterator[None]:
        """End the team if the block takes longer than anything does."""
        done = threading.Event()
        threading.Thread(target=self._give_up, args=(done,), daemon=True).start()
        try:
            yield
        finally:
            done.set()

    def _give_up(self, done: threading.Event) -> None:
        """Minute by minute: where this process was stopped and goes on, as by Ctrl-Z, no more than one went by."""
        for _ in range(_PATIENT_MINUTES):
            if done.wait(_MINUTE):
                return
        self._break(TeamBroken("One of the GPUs does not answer; the same clip goes on from its last checkpoint."))

    def _tell(self, follower: _Follower, message: object) -> None:
        """To one who is gone nothing can be said; the thread that listens to them knows."""
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
        with suppress(EOFError, OSError, ValueError):
            while True:
                said = understood(hear(pipe))
                if isinstance(said, Ready):
                    follower.ready.set()
                elif isinstance(said, Failed):
                    error = said.kind(said.message)
                    break
        self._break(error)

    def _break(self, error: ArtifexError | None) -> None:
        """End all processes and links, once; ``error`` is the reason, None where it was asked for."""
        with self._lock:  # to the end: whoever comes second may start another team behind it
            if not self.ended:
                self._error = error
                self._over.set()  # before the links are: whoever wakes up then has to find it out
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
    """Its pipes are left to the thread that may read or write them; they go with the team."""
    with suppress(subprocess.TimeoutExpired):
        process.wait(_BURIAL_SECONDS)
