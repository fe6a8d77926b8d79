"""Imports spandrel without torchvision."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType

from artifex.errors import CannotRun

_FACES_AND_HOLES = "torchvision.transforms.functional"
"""All that spandrel uses of torchvision: for two architectures for face restoration and inpainting, not upscaling."""


def spandrel() -> ModuleType:
    """Import spandrel. Raises CannotRun if that fails."""
    try:
        with _without_torchvision():
            return import_module("spandrel")
    except ImportError as error:
        raise CannotRun(
            f"Enlarging with a network needs spandrel, which cannot be loaded here ({error}); "
            "docs/guide/clips.md says how to install it."
        ) from error


@contextmanager
def _without_torchvision() -> Iterator[None]:
    """Let imports find an empty torchvision, unless one is already loaded: its builds match few builds of torch, and a
    mismatch breaks every library that looks for it."""
    if "spandrel" in sys.modules or "torchvision" in sys.modules:
        yield
        return
    parts = _FACES_AND_HOLES.split(".")
    names = [".".join(parts[: count + 1]) for count in range(len(parts))]
    for name in names:
        sys.modules[name] = ModuleType(name)
    for wanted in ("InterpolationMode", "rotate", "normalize"):
        setattr(sys.modules[_FACES_AND_HOLES], wanted, None)
    try:
        yield
    finally:
        for name in names:
            del sys.modules[name]
