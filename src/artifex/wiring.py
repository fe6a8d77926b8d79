"""Builds the real parts and hands them over; the one file that knows every room."""

from artifex.jobs.local import LocalStudio
from artifex.jobs.resident import ResidentModels
from artifex.settings import read_settings
from artifex.store.blobs import Blobs

__all__ = ["LocalStudio", "local_studio"]


def local_studio() -> LocalStudio:
    """Everything needed to make clips in this process."""
    settings = read_settings()
    return LocalStudio(settings, ResidentModels(settings.models), Blobs(settings.blobs))
