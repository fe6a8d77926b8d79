"""Small Wan models that several processes make clips with."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import torch

from artifex.catalog.execution import Execution
from artifex.catalog.wan.model import WanModel, load
from artifex.engine.parallel.messages import Work
from artifex.errors import ArtifexError, BadField
from tests.catalog.model_folders import spec_of


@contextmanager
def loaded(folder: Path, processes: int, *, sharded: bool = False) -> Iterator[WanModel]:
    model = load(spec_of(folder), Execution("cpu", "float32", gpus=processes, sharded=sharded))
    assert isinstance(model, WanModel)
    try:
        yield model
    finally:
        model.close()


def idle(_: torch.device, rank: int) -> Work:
    """A `Begin` of a follower without a model."""
    return lambda task, links: None


def asleep(device: torch.device, rank: int) -> Work:
    """A `Begin` that does not end."""
    time.sleep(3600)
    return idle(device, rank)


def misled(device: torch.device, rank: int) -> Work:
    """A `Begin` that finds a field at fault."""
    raise BadField("steps", "too many steps")


def muddled(device: torch.device, rank: int) -> Work:
    """A `Begin` whose error nobody can read."""
    raise Unreadable("something")


class Unreadable(ArtifexError):
    def __reduce__(self) -> tuple[Any, ...]:
        return _nobody_can, ()


def _nobody_can() -> None:
    raise AttributeError("there is no such class")


def followers(leader: int | None = None) -> list[psutil.Process]:
    """Living processes that follow this one, or another."""
    children = psutil.Process(leader or os.getpid()).children()
    return [child for child in children if child.status() != psutil.STATUS_ZOMBIE and _follows(child)]


def gone(processes: list[psutil.Process], within: float = 15.0) -> bool:
    """Whether they all end in time."""
    until = time.monotonic() + within
    while any(each.is_running() and each.status() != psutil.STATUS_ZOMBIE for each in processes):
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


def _follows(process: psutil.Process) -> bool:
    return "artifex.engine.parallel.follower" in process.cmdline()
