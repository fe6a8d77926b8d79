"""Cached locks of models whose files change, and of several at once."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from artifex.catalog import manifest
from artifex.catalog.spec import ModelSpec
from artifex.errors import WeightsDamaged
from artifex.files import hash_file
from artifex.jobs import locks
from artifex.jobs.locks import Locks
from tests.catalog.model_folders import spec_of


def write_model(folder: Path) -> ModelSpec:
    folder.mkdir()
    for name in ("config.json", "weights.safetensors"):
        (folder / name).write_bytes(name.encode())
    manifest.write_manifest(folder)
    return replace(spec_of(folder), name=folder.name)


def test_a_file_that_changes_while_the_model_is_hashed_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def altered_after(path: Path) -> str:
        digest = hash_file(path)
        path.write_bytes(b"altered, and longer")
        return digest

    spec, known = write_model(tmp_path / "one"), Locks()
    monkeypatch.setattr(locks, "_LOOK_SECONDS", 0.0)
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(manifest, "hash_file", altered_after)
        known.lock(spec)
    with pytest.raises(WeightsDamaged, match=r"config\.json is damaged"):
        known.lock(spec)


def test_unchanged_files_are_hashed_once_and_missing_ones_are_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec, known, hashed = write_model(tmp_path / "one"), Locks(), list[str]()
    monkeypatch.setattr(locks, "_LOOK_SECONDS", 0.0)
    monkeypatch.setattr(manifest, "hash_file", lambda path: hashed.append(path.name) or hash_file(path))
    assert known.lock(spec) == known.lock(spec) == manifest.lock(spec)
    assert len(hashed) == 2 * 2, "by the first, and by the manifest itself"
    (tmp_path / "one" / "weights.safetensors").unlink()
    with pytest.raises(WeightsDamaged, match=r"weights\.safetensors is missing"):
        known.lock(spec)


def test_a_model_does_not_wait_while_another_is_hashed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slow, other, known = write_model(tmp_path / "slow"), write_model(tmp_path / "other"), Locks()
    hashing, may_end = threading.Event(), threading.Event()

    def slowly(path: Path) -> str:
        if path.parent == slow.folder:
            hashing.set()
            assert may_end.wait(30)
        return hash_file(path)

    monkeypatch.setattr(manifest, "hash_file", slowly)
    with ThreadPoolExecutor() as threads:
        first = threads.submit(known.lock, slow)
        try:
            assert hashing.wait(30)
            assert threads.submit(known.lock, other).result(10) == manifest.lock(other)
        finally:
            may_end.set()
        assert first.result(30) == manifest.lock(slow)
