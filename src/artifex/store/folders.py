"""The folder of an unfinished job, with its recipe and checkpoint."""

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from artifex.files import write_atomically
from artifex.locks import hold


@dataclass(frozen=True, slots=True)
class JobFolder:
    """Held by one process at a time; every file in it is written atomically."""

    path: Path

    def read(self, name: str) -> bytes | None:
        try:
            return (self.path / name).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None

    def write(self, name: str, data: bytes) -> None:
        """Raises OutOfSpace, NotWritable."""
        write_atomically(self.path / name, data)

    def forget(self, name: str) -> None:
        with suppress(FileNotFoundError):
            (self.path / name).unlink()

    def remove(self) -> None:
        """Delete the folder, once the job is over."""
        shutil.rmtree(self.path, ignore_errors=True)


@contextmanager
def claim(root: Path, job_id: str) -> Iterator[JobFolder]:
    """Lock a job's folder for this process, until the block ends or the process dies.

    Raises Busy while another process holds it, NotWritable, OutOfSpace.
    """
    busy = "Another artifex process is making this very clip; wait for it or stop it."
    with hold(root / f"{job_id}.lock", busy, remove=True):
        yield JobFolder(root / job_id)


@contextmanager
def claim_output(root: Path, output: Path) -> Iterator[None]:
    """Let no other process write a file or folder of the same name, until the block ends or the process dies.

    Raises Busy while one does, NotWritable, OutOfSpace.
    """
    name = hashlib.sha256(os.fsencode(output.parent.resolve() / output.name)).hexdigest()[:32]
    busy = f"Another artifex process is writing {output}; wait for it, or choose another name with -o."
    with hold(root / f"output-{name}.lock", busy, remove=True):
        yield
