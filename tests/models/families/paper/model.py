"""Nothing to load: only recognised."""

from pathlib import Path


def check_folder(folder: Path) -> None:
    """Every sheet of paper is whole."""
