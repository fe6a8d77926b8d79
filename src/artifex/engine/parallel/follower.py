"""The process of every GPU of a team but the first: ``python -m artifex.engine.parallel.follower``.

It performs the tasks that it reads from standard input, and exits when that ends, whatever it is doing: then the
leading process is gone.
"""

import logging
import os
import queue
import shutil
import signal
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import IO, NoReturn

import torch

from artifex.engine.memory.shortage import memory_shortage
from artifex.engine.parallel.environment import prepare_links
from artifex.engine.parallel.links import link
from artifex.engine.parallel.messages import Failed, Join, Place, Ready, hear, say, understood
from artifex.errors import ArtifexError, TeamBroken

_VERDICT_SECONDS = 5.0

_log = logging.getLogger(__name__)


def main() -> int:
    """Follow until standard input ends, which ends the process; returns only after a failure, with the exit code."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the leader, which stops after the current step
    prepare_links()
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what libraries print must not look like an answer
    listener: threading.Thread | None = None
    try:
        place: Place = understood(hear(sys.stdin.buffer))
        told: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        listener = threading.Thread(target=_listen, args=(sys.stdin.buffer, told, place.meeting.parent), daemon=True)
        listener.start()
        with memory_shortage("working on a share of the clip"), torch.inference_mode():
            _follow(place, told, answers)
    except ArtifexError as error:
        failed = Failed(error)
    except BaseException as error:  # noqa: BLE001 (the outermost handler of this process)
        _log.error("A follower met an unexpected error.", exc_info=error)
        failed = Failed(TeamBroken(f"One of the GPUs failed ({error!s:.200}); try again, or leave out --gpus."))
    with suppress(OSError):  # the leader may be gone
        say(answers, failed)
    if listener is not None:  # the leader ends this process now, or is gone: links show that before the pipe does
        listener.join(_VERDICT_SECONDS)
    return 1


def _follow(place: Place, told: "queue.SimpleQueue[bytes]", answers: IO[bytes]) -> NoReturn:
    device = torch.device(place.device)
    if device.type == "cuda":
        torch.cuda.set_device(device)
    work = place.begin(device, place.rank)
    say(answers, Ready())
    joined = understood(told.get())
    assert isinstance(joined, Join)
    links = link(place.rank, place.size, device, place.meeting)
    while True:
        work(understood(told.get()), links)


def _listen(pipe: IO[bytes], told: "queue.SimpleQueue[bytes]", folder: Path) -> None:
    try:
        while True:
            told.put(hear(pipe))
    except (EOFError, OSError):
        shutil.rmtree(folder, ignore_errors=True)  # the leader was killed, or it would have done this
        os._exit(0)  # nobody is left who needs the current work


if __name__ == "__main__":
    code = main()
    logging.shutdown()
    os._exit(code)  # a normal exit would wait for links to processes that are being ended, too
