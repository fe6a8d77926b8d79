"""Registers a folder of weights already on this machine as a model: checked, hashed, and left where it is."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from artifex.catalog import digests
from artifex.catalog.digests import Digests
from artifex.catalog.registry import catalogue, check_folder, recognise
from artifex.catalog.shards import check_shards
from artifex.catalog.shelf import Installed, InstalledFile, Shelf, check_name
from artifex.errors import BadInput, BadWeights, WeightsDamaged

_KINDS = frozenset({".safetensors", ".gguf", ".pth", ".json", ".model", ".txt"})
"""Suffixes of weights, configs and tokenizer files."""
_MOST_FILES = 2000


def adopt(
    shelf: Shelf, folder: Path, name: str | None, on_file: Callable[[str], None], like: str | None = None
) -> Installed:
    """Register ``folder`` as a model called ``name``, by default the name of the catalog entry that it matches.

    ``like`` names the catalog entry to treat it as, for networks of other widths than the published ones. ``on_file``
    receives the path of each file before it is hashed. Raises BadInput (also as BadWeights) when the folder holds no
    complete model or the name is taken; Busy, OutOfSpace, NotWritable.
    """
    folder = folder.expanduser()
    folder = folder.resolve() if ".." in folder.parts else folder.absolute()  # a folder left by ".." may be removed
    if not folder.is_dir():
        raise BadInput(f"There is no folder {folder}; give the one the model's files lie in.")
    paths = tuple(_files(folder))
    if like is not None and (name is None or name in catalogue()):
        raise BadInput("A variant of another model needs a name of its own; give one with --name.")
    try:
        check_shards(folder)
        spec = recognise(folder, like)
        check_folder(spec, folder)
    except WeightsDamaged as error:
        raise BadWeights(error.message) from error  # no installed model is damaged, so repairing one is no remedy
    name = spec.name if name is None else name
    check_name(name)
    with shelf.hold(name):
        _check_free(shelf, name, spec.name)
        memory = Digests(shelf.record_path(name).with_name(digests.NAME), folder)
        model = Installed(name, spec.name, folder, tuple(_hashed(folder, paths, memory, on_file)))
        shelf.put(model)
    return model


def _check_free(shelf: Shelf, name: str, like: str) -> None:
    if shelf.find(name) is not None:
        raise BadInput(f"There is a model {name} already; give another name with --name, or remove it first.")
    if name != like and name in catalogue():
        raise BadInput(f"{name} is the name of another model than this one, which is like {like}; choose another.")


def _files(folder: Path) -> Iterator[str]:
    """Relative paths of the model's files, in a fixed order, without hidden files and folders."""
    count = 0
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(place, name)
            if name.startswith(".") or path.suffix.lower() not in _KINDS or not path.is_file():
                continue
            if (count := count + 1) > _MOST_FILES:
                raise BadInput(f"{folder} holds more than {_MOST_FILES:,} files; give the folder of one model only.")
            yield path.relative_to(folder).as_posix()


def _hashed(
    folder: Path, paths: tuple[str, ...], memory: Digests, on_file: Callable[[str], None]
) -> Iterator[InstalledFile]:
    for path in paths:
        on_file(path)
        try:
            yield InstalledFile(path, (folder / path).stat().st_size, memory.measure(path))
        except OSError as error:
            raise BadWeights(f"{folder / path} cannot be read; make it readable, or copy it anew.") from error
