"""Names of output files, and checks that they can be written and that nobody else is writing them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from artifex.errors import BadInput, NotWritable, OutOfSpace
from artifex.files import file_name

if TYPE_CHECKING:
    from artifex.media.published_folder import FolderKind

LONGEST_NAME = 200
"""Bytes."""
_ENDINGS = frozenset({".mp4", ".mkv", ".mov", ".webm", ".png"})
"""What is left of a name like ``$NAME.mp4`` in which nothing was put."""


def clip_path(output: str | None, prompt: str, codec: str | None) -> tuple[Path, str]:
    """The path of a clip, from the option ``-o`` or the prompt, and the name of its codec.

    Raises BadInput, UnknownName.
    """
    from artifex.media.codecs import codec_for

    path = Path(output if output is not None else file_name(prompt, "clip", ".mp4"))
    require_name(path)
    if codec is None and path.is_dir():
        raise BadInput(f"{path} is a folder; give the clip a name in it, like {path / 'clip.mp4'}.")
    return path, codec_for(path, codec).name


@contextmanager
def claimed_place(
    path: Path, overwrite: bool, sources: tuple[Path, ...] = (), kind: "FolderKind | None" = None
) -> Iterator[None]:
    """As :func:`require_place`, and let no other process write there until the block ends. Raises Busy while one does.

    The file is looked for once it is claimed: another process may have written it in the meantime. Temporary files that
    killed processes left of it are removed.
    """
    require_name(path)
    with _claimed(path):
        require_place(path, overwrite, sources, kind)
        yield


@contextmanager
def _claimed(path: Path) -> Iterator[None]:
    from artifex.files import sweep
    from artifex.store.folders import claim_output

    jobs = _state_folder(path.name)
    if jobs is None:
        yield
        return
    with claim_output(jobs, path):
        sweep(path.parent, path.name)
        yield


def _state_folder(name: str) -> Path | None:
    """Where outputs are claimed; None where no state can be kept, which some commands do not need otherwise."""
    from artifex.files import require_keepable
    from artifex.settings import read_settings

    try:
        jobs = read_settings().jobs
        require_keepable(jobs / name)
    except (NotWritable, OutOfSpace):
        return None
    return jobs


def require_place(
    path: Path, overwrite: bool, sources: tuple[Path, ...] = (), kind: "FolderKind | None" = None
) -> None:
    """Check before the work that a file, or a folder of some kind, can be written there: never over one of ``sources``,
    and over an existing one only with ``overwrite``. Raises BadInput, NotWritable."""
    from artifex.media.published_folder import require_replaceable

    require_name(path)
    if any(_is_same(path, source) for source in sources):
        raise BadInput(f"{path} would be written over what it is made from; choose another name with -o.")
    require_replaceable(path, kind)
    if path.exists() and not overwrite:
        raise BadInput(f"{path} exists already; choose another name with -o, or add --overwrite.")


def require_name(path: Path) -> None:
    """Raises BadInput."""
    if path == Path("-"):
        raise BadInput("Nothing is written to standard output; name a file with -o.")
    if path.name.lower() in _ENDINGS:
        raise BadInput(f"{path} is an ending and no name; put one before it.")
    if path.name in ("", ".."):
        raise BadInput(f"{path} is a folder and no name; choose a name in it with -o.")
    if "\0" in str(path) or len(path.name.encode(errors="replace")) > LONGEST_NAME:
        raise BadInput("The output's name is too long or not valid; choose a shorter one with -o.")


def _is_same(path: Path, source: Path) -> bool:
    return path.exists() and source.exists() and path.samefile(source)


def seed_path(path: Path, seed: int) -> Path:
    """The path of one of several clips, with its seed in the name."""
    return path.with_stem(f"{path.stem}-{seed}")
