"""What the processes of a team say to one another through pipes: pickled values, one after the other.

Only processes that we started ourselves are at the other end.
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
"""What a follower does with each task it is told."""
Begin = Callable[[torch.device, int], Work]
"""What a follower does first, with its device and its rank: it loads its networks. Has to be something that can be
pickled."""


_LENGTH = struct.Struct("<Q")


@dataclass(frozen=True, slots=True)
class Place:
    """The first thing a follower is told."""

    rank: int
    size: int
    device: str
    meeting: Path
    """See `links.link`."""
    begin: Begin


class Join:
    """Everybody is ready: connect."""


class Ready:
    """A follower's answer when it has begun."""


@dataclass(frozen=True, slots=True)
class Failed:
    """A follower's last word."""

    kind: type[ArtifexError]
    message: str


def say(pipe: IO[bytes], message: object) -> None:
    """Raises OSError, also where nobody reads any more."""
    content = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    pipe.write(_LENGTH.pack(len(content)) + content)
    pipe.flush()


def hear(pipe: IO[bytes]) -> bytes:
    """The next message, for `understood`. Raises EOFError at the end of the pipe, OSError."""
    (length,) = _LENGTH.unpack(_exactly(pipe, _LENGTH.size))
    return _exactly(pipe, length)


def understood(content: bytes) -> Any:
    """What was said."""
    return pickle.loads(content)


def _exactly(pipe: IO[bytes], size: int) -> bytes:
    content = pipe.read(size)
    if len(content) < size:
        raise EOFError
    return content
