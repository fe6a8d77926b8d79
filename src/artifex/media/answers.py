"""Talks to a process that opens one untrusted file: starts it, reads its answers within limits, and kills it.

Its answers are untrusted too: they are checked, and nothing in them is executed or unpickled.
"""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from artifex.errors import NotAvailable

_MOST_LINE = 2**20
_DTYPES = {"uint8": np.uint8, "float32": np.float32}
_NONSENSE = (ValueError, LookupError, TypeError, ArithmeticError, RecursionError, EOFError, OSError)
"""What reading raises for a malformed answer, or one that ends early."""


@dataclass(frozen=True, slots=True)
class Question:
    """``work`` is a name of :data:`artifex.media.sandboxed_work.WORK`."""

    work: str
    path: Path
    arguments: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Patience:
    """Limits in seconds of waiting, seconds of processor time, and bytes.

    Time that the caller spends between two answers does not count.
    """

    total: float
    """For all answers together, apart from what they earn."""
    each: float
    """For any one answer."""
    processor: int
    most_bytes: int
    """Of one answer's arrays."""
    earned: float = 0.0
    """What each answer adds to the total, so that a long stream may take long, but a stalled one may not."""


@dataclass(frozen=True, slots=True)
class Answer:
    value: Any
    arrays: list[NDArray[Any]]


@dataclass(frozen=True, slots=True)
class End:
    """Comes after the last answer: what was wrong, if anything, and which sandbox measures this system lacks."""

    refusal: str | None
    lacking: list[str]


class NoAnswer(Exception):
    """The process died, was killed for taking too long, or gave a malformed answer."""


def answers(program: Sequence[str], question: Question, patience: Patience) -> Generator[Answer | End, None, None]:
    """Run ``program`` and give its answers, then the end. The process is killed when the iterator is closed.

    While nobody reads, the process waits: no more than a pipe's buffer of its answers is held anywhere.
    Raises NoAnswer, and NotAvailable where no process can be started.
    """
    with _started(program) as process:
        try:
            yield from _heard(process, question, patience)
        except _NONSENSE as error:
            raise NoAnswer from error


@contextmanager
def _started(program: Sequence[str]) -> Iterator["subprocess.Popen[bytes]"]:
    try:
        process = subprocess.Popen(
            program,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
            cwd=os.path.sep,
            start_new_session=True,
        )
    except OSError as error:
        raise NotAvailable("No process can be started to open the file in; try again later.") from error
    try:
        yield process
    finally:
        _kill(process)
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(OSError):  # input left unsent to a process that died
                    pipe.close()
        process.wait()


def _heard(process: "subprocess.Popen[bytes]", question: Question, patience: Patience) -> Iterator[Answer | End]:
    assert process.stdin is not None
    assert process.stdout is not None
    request = {
        "work": question.work,
        "path": str(question.path),
        "arguments": question.arguments,
        "cpu_seconds": patience.processor,
    }
    process.stdin.write(json.dumps(request).encode() + b"\n")
    process.stdin.close()
    left = patience.total
    while True:
        began = time.monotonic()
        with _killed_after(process, min(left, patience.each)):
            answer = _read(process.stdout, patience.most_bytes)
        left += patience.earned - (time.monotonic() - began)
        yield answer
        if isinstance(answer, End):
            return


@contextmanager
def _killed_after(process: "subprocess.Popen[bytes]", seconds: float) -> Iterator[None]:
    timer = threading.Timer(max(0.0, seconds), _kill, (process,))
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _read(stream: IO[bytes], most_bytes: int) -> Answer | End:
    line = json.loads(stream.readline(_MOST_LINE))
    if "end" in line:
        refusal, lacking = line["end"]["refusal"], line["end"]["lacking"]
        return End(None if refusal is None else str(refusal), [str(wall) for wall in lacking])
    return Answer(line["value"], _read_arrays(stream, line["parts"], most_bytes))


def _read_arrays(stream: IO[bytes], parts: Any, most_bytes: int) -> list[NDArray[Any]]:
    arrays: list[NDArray[Any]] = []
    left = most_bytes
    for part in parts:
        shape = tuple(int(side) for side in part["shape"])
        dtype = np.dtype(_DTYPES[part["dtype"]])
        left -= prod(shape) * dtype.itemsize
        if min(shape, default=0) < 0 or left < 0:
            raise ValueError("more than an answer may hold")
        array = np.empty(shape, dtype)
        _fill(stream, array.data.cast("B") if array.size else memoryview(b""))
        arrays.append(array)
    return arrays


def _fill(stream: IO[bytes], target: memoryview) -> None:
    while target:
        count = stream.readinto(target)  # pyright: ignore[reportAttributeAccessIssue, reportUnknownVariableType, reportUnknownMemberType]
        if not count:
            raise EOFError("the answer ends early")
        target = target[count:]


def _environment() -> dict[str, str]:
    """No secrets; one thread each for libraries that would otherwise start one a core."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH") if name in os.environ}
    return {**kept, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


def _kill(process: "subprocess.Popen[bytes]") -> None:
    """Kill the process and, except on Windows, those that it started."""
    if sys.platform == "win32":
        process.kill()
    elif process.poll() is None:
        with suppress(ProcessLookupError):  # it ended by itself just now
            os.killpg(process.pid, signal.SIGKILL)
