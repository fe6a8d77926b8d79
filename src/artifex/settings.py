"""Where this installation keeps its state. Read once at a process's entry point and passed on."""

import difflib
import math
import os
from dataclasses import dataclass
from pathlib import Path

from artifex.errors import BadInput, NotWritable

PREFIX = "ARTIFEX_"
VARIABLES = ("HOME", "DATABASE", "OBJECTS", "BROKER", "GRACE", "ENHANCER", "LOG", "SECRET", "SERVER", "TOKEN")
"""What the program reads, after the prefix; deploy/ and the tests have further ones with that prefix."""
_ALIKE = 0.75
_HOME = f"{PREFIX}HOME"


@dataclass(frozen=True, slots=True)
class Settings:
    """``home`` holds all state of the program; outputs go where the user says."""

    home: Path
    enhancer: Path | None = None
    """Folder of a local language model that enhances prompts; None for the built-in rules."""
    database_url: str = ""
    """PostgreSQL, or empty for the SQLite file :attr:`database_file`."""
    objects_url: str = ""
    """``s3://bucket/prefix`` where several machines share content; empty for :attr:`blobs` alone."""
    broker_url: str = ""
    """``redis://...`` for notifying workers on other machines of jobs; empty where there are none."""
    grace_seconds: float = 30.0
    """Seconds that stopped workers have to finish the current step and give their jobs back."""

    @property
    def jobs(self) -> Path:
        """Unfinished jobs: their recipe and their checkpoint."""
        return self.home / "jobs"

    @property
    def blobs(self) -> Path:
        """References by content hash."""
        return self.home / "blobs"

    @property
    def uploads(self) -> Path:
        """Uploaded files, while they are checked."""
        return self.home / "uploads"

    @property
    def clips(self) -> Path:
        """Poster and thumbnail of each clip, by recipe hash."""
        return self.home / "clips"

    @property
    def segments(self) -> Path:
        """Rendered pieces of films, by content."""
        return self.home / "segments"

    @property
    def takes(self) -> Path:
        """Takes of shots made by the command line, until they are in the library."""
        return self.home / "takes"

    @property
    def database_file(self) -> Path:
        """Jobs, assets and accounts, where no other database is set."""
        return self.home / "artifex.db"

    @property
    def models(self) -> Path:
        """Installed models, and which of them is the default."""
        return self.home / "models"

    @property
    def measurements(self) -> Path:
        """Work, times and memory of clips measured on this machine."""
        return self.home / "measurements.json"

    @property
    def attention(self) -> Path:
        """Which attention backends were measured to be the quickest."""
        return self.home / "attention.json"

    @property
    def savings(self) -> Path:
        """Savings in steps and attention that ``artifex calibrate`` measured, by weights."""
        return self.home / "savings.json"


def read_settings() -> Settings:
    """Read the environment: ``ARTIFEX_HOME`` (or the platform's folder for application data), ``ARTIFEX_ENHANCER``,
    ``ARTIFEX_DATABASE``, ``ARTIFEX_OBJECTS``, ``ARTIFEX_BROKER`` and ``ARTIFEX_GRACE``.

    Raises BadInput, NotWritable.
    """
    _check_names()
    enhancer = os.environ.get("ARTIFEX_ENHANCER", "").strip()
    return Settings(
        _home(),
        enhancer=Path(enhancer).expanduser().absolute() if enhancer and "\0" not in enhancer else None,
        database_url=os.environ.get("ARTIFEX_DATABASE", "").strip(),
        objects_url=os.environ.get("ARTIFEX_OBJECTS", "").strip(),
        broker_url=os.environ.get("ARTIFEX_BROKER", "").strip(),
        grace_seconds=_grace(),
    )


def _check_names() -> None:
    """Raises BadInput for a misspelt variable: the program would do without it, with another library for example."""
    for given in sorted(os.environ):
        name = given.removeprefix(PREFIX)
        if name == given or name in VARIABLES:
            continue
        for meant in difflib.get_close_matches(name, VARIABLES, 1, _ALIKE):
            raise BadInput(f"{given:.80} is set, which means nothing; {PREFIX}{meant} does. Rename it, or unset it.")


def about_home(path: Path) -> str:
    """A sentence about ``ARTIFEX_HOME`` for a message about a path in :attr:`Settings.home`; empty for other paths.

    Raises NotWritable.
    """
    if not path.is_relative_to(_home()):
        return ""
    if _HOME in os.environ:
        return f"{_HOME} points there; set it to another folder."
    return f"Set {_HOME} to keep everything in another folder."


def _grace() -> float:
    text = os.environ.get("ARTIFEX_GRACE", "").strip() or "30"
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 <= seconds < math.inf:
        raise BadInput(f"ARTIFEX_GRACE is {text!r:.40}, which is no number of seconds; write one like 30.")
    return seconds


def _home() -> Path:
    chosen = os.environ.get(_HOME)
    if chosen is not None:
        if not chosen.strip() or "\0" in chosen:
            raise NotWritable(f"{_HOME} is set but empty; unset it or point it at a folder.")
        return Path(chosen).expanduser().absolute()
    from platformdirs import user_data_path

    return user_data_path("artifex", appauthor=False)
