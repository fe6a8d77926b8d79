"""Which bytes a model is made of: the sha256 of each of its files."""

import hashlib
import json
from pathlib import Path

from artifex.catalog.spec import ModelSpec
from artifex.errors import CannotRun, WeightsDamaged
from artifex.files import write_atomically
from artifex.recipe import ModelLock

NAME = "manifest.json"


def lock(spec: ModelSpec) -> ModelLock:
    """Hash a model's files and compare them with its manifest.

    Raises WeightsDamaged naming the first file that is missing or altered.
    """
    remedy = f"reinstall Artifex to repair the model {spec.name}."
    manifest = _read_manifest(spec.folder, remedy)
    for name, digest in manifest.items():
        path = spec.folder / name
        if not path.is_file():
            raise WeightsDamaged(f"The model file {path} is missing; {remedy}")
        if _sha256(path) != digest:
            raise WeightsDamaged(f"The model file {path} is damaged; {remedy}")
    return ModelLock(spec.name, tuple(sorted(manifest.items())))


def require(spec: ModelSpec, wanted: ModelLock) -> None:
    """Make sure the model here is the one a recipe was made with. Raises CannotRun otherwise."""
    if lock(spec) != wanted:
        raise CannotRun(
            f"This clip was made with other weights of {spec.name} than those installed here; "
            "install the version of Artifex it was made with, or start a new clip from its prompt."
        )


def write_manifest(folder: Path) -> None:
    """Record the files under ``folder`` as the true ones; for whoever builds a model."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != NAME)
    digests = {path.relative_to(folder).as_posix(): _sha256(path) for path in files}
    write_atomically(folder / NAME, (json.dumps(digests, indent=1) + "\n").encode())


def _read_manifest(folder: Path, remedy: str) -> dict[str, str]:
    try:
        return json.loads((folder / NAME).read_bytes())
    except (OSError, ValueError) as error:
        raise WeightsDamaged(f"The list of model files {folder / NAME} cannot be read; {remedy}") from error


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
