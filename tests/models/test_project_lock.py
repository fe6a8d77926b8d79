"""A project's lock of models and LoRAs: written, read, compared with what is here."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from artifex.catalog import manifest
from artifex.catalog.adopt import adopt
from artifex.catalog.compose import Wishes, compose
from artifex.catalog.project_lock import check_project_lock, lock_of, read_project_lock, write_project_lock
from artifex.errors import BadInput
from artifex.recipe import Lora, Recipe
from tests.models.conftest import Place
from tests.models.paper import paper_files
from tests.models.test_commands import write


def recipe(place: Place) -> Recipe:
    made = compose(place.spec, manifest.lock(place.spec), Wishes("a red circle"), seed=0)
    return replace(made, loras=(Lora("ink", "a" * 64, 1.0, 1.0),))


def test_a_lock_survives_its_file_and_tells_what_differs(place: Place, tmp_path: Path) -> None:
    folder = write(tmp_path / "theirs", paper_files(1))
    adopt(place.shelf, folder, None, lambda _: None)
    lock = lock_of([recipe(place), recipe(place)])
    path = tmp_path / "project" / "models.lock"
    write_project_lock(path, lock)
    assert read_project_lock(path) == lock
    assert lock.loras == (("ink", "a" * 64),)
    assert check_project_lock(lock, place.shelf.root) == ()

    place.shelf.remove("paper")
    [reason] = check_project_lock(lock, place.shelf.root)
    assert "artifex models pull paper" in reason

    shutil.rmtree(folder)
    adopt(place.shelf, write(folder, paper_files(2)), None, lambda _: None)
    [reason] = check_project_lock(lock, place.shelf.root)
    assert "other weights of paper" in reason


def test_two_versions_of_one_model_are_no_lock(place: Place, tmp_path: Path) -> None:
    adopt(place.shelf, write(tmp_path / "theirs", paper_files()), None, lambda _: None)
    one = recipe(place)
    other = replace(one, model=replace(one.model, files=(("config.json", "0" * 64),)))
    with pytest.raises(BadInput, match="different weights of paper"):
        lock_of([one, other])


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"format": 1, "models": [], "loras": []}', "[" * 100_000])
def test_a_file_that_is_no_lock_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "models.lock"
    path.write_text(text)
    with pytest.raises(BadInput, match="not the lock of a project"):
        read_project_lock(path)
