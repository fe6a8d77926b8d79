"""Where this installation keeps its state. Read once at a process's door and handed in."""

import os
from dataclasses import dataclass
from pathlib import Path

from artifex.errors import NotWritable


@dataclass(frozen=True, slots=True)
class Settings:
    """``home`` holds everything the program remembers; outputs go where the user says."""

    home: Path
    enhancer: Path | None = None
    """Folder of a local language model that phrases prompts; None for the rules that are built in."""

    @property
    def jobs(self) -> Path:
        """Unfinished jobs: their recipe and their checkpoint."""
        return self.home / "jobs"

    @property
    def blobs(self) -> Path:
        """References by content hash."""
        return self.home / "blobs"

    @property
    def clips(self) -> Path:
        """Poster and thumbnail of each clip, by recipe hash."""
        return self.home / "clips"

    @property
    def models(self) -> Path:
        """Installed models, and which of them is the default."""
        return self.home / "models"

    @property
    def measurements(self) -> Path:
        """What this machine measured of itself."""
        return self.home / "measurements.json"


def read_settings() -> Settings:
    """``ARTIFEX_HOME``, or the platform's folder for application data; and ``ARTIFEX_ENHANCER``, where it is set."""
    enhancer = os.environ.get("ARTIFEX_ENHANCER", "").strip()
    model = Path(enhancer).expanduser().absolute() if enhancer and "\0" not in enhancer else None
    chosen = os.environ.get("ARTIFEX_HOME")
    if chosen is not None:
        if not chosen.strip() or "\0" in chosen:
            raise NotWritable("ARTIFEX_HOME is set but empty; unset it or point it at a folder.")
        return Settings(Path(chosen).expanduser().absolute(), model)
    from platformdirs import user_data_path

    return Settings(user_data_path("artifex", appauthor=False), model)
