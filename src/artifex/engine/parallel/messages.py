"""Messages between the processes of a team: pickled values through pipes.

Unpickling is safe because only processes that we started ourselves are at the other end.
"""

import pickle
import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import torch

from artifex.engine.parallel.links import Links
from artifex.errors import ArtifexError

Work = Callable[[Any, Links], None]
"""Called by a follower for each task."""
Begin = Callable[[torch.device, int], Work]
"""Called by a follower first, with its device and its rank, to load its networks. Has to be picklable."""


_LENGTH = struct.Struct("<Q")


@dataclass(frozen=True, slots=True)
class Place:
    """The first message to a follower."""

    rank: int
    size: int
    device: str
    meeting: Path
    """See `links.link`."""
    begin: Begin


class Join:
    """Tells a follower that all are ready, so it connects."""


class Ready:
    """A follower's answer when `begin` is done."""


@dataclass(frozen=True, slots=True)
class Failed:
    """A follower's last message: the error that ends it."""

    error: ArtifexError


def say(pipe: IO[bytes], message: object) -> None:
    """Send a message. Raises OSError, also if nobody reads any more."""
    content = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    pipe.write(_LENGTH.pack(len(content)) + content)
    pipe.flush()


def hear(pipe: IO[bytes]) -> bytes:
    """Receive the next message, for `understood`. Raises EOFError at the end of the pipe, OSError."""
    (length,) = _LENGTH.unpack(_exactly(pipe, _LENGTH.size))
    return _exactly(pipe, length)


def understood(content: bytes) -> Any:
    """Unpickle a message."""
    return pickle.loads(content)


def _exactly(pipe: IO[bytes], size: int) -> bytes:
    content = pipe.read(size)
    if len(content) < size:
        raise EOFError
    return content
