"""Odd and broken files of every kind: taken for what they are, or refused with a reason, and neither takes long."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from artifex.errors import BadReference
from artifex.media.encodings.stills import DeepPng
from artifex.media.facts import FileFacts, file_facts
from artifex.media.sandbox import Sandbox
from tests.fakes.odd_files import REFUSED, TAKEN

SANDBOX = Sandbox()
_LONGEST = 10.0
"""Seconds for one file, on a machine that does much else."""


@contextmanager
def soon() -> Iterator[None]:
    began = time.perf_counter()
    yield
    assert time.perf_counter() - began < _LONGEST


def test_there_are_many() -> None:
    assert len(TAKEN) + len(REFUSED) >= 40


@pytest.mark.parametrize("name", TAKEN)
def test_odd_files_are_taken_for_what_they_are(name: str, tmp_path: Path) -> None:
    make, kind, facts = TAKEN[name]
    path = make(tmp_path)
    with soon():
        found = SANDBOX.examine(path)
    assert (found.kind, {key: found.facts[key] for key in facts}) == (kind, facts)
    with soon():
        told = file_facts(path)
    assert told.kind == kind
    if "width" in found.facts:
        assert size_of(told) == (found.facts["width"], found.facts["height"])
    if told.video is not None:
        assert str(told.video.frame_rate) == found.facts["frame_rate"]
        assert told.video.frame_count == found.facts["frame_count"]
        assert told.seconds == pytest.approx(found.facts["seconds"], abs=0.002)


@pytest.mark.parametrize("name", REFUSED)
def test_broken_files_are_refused_with_a_reason(name: str, tmp_path: Path) -> None:
    make, said = REFUSED[name]
    path = make(tmp_path)
    before = set(tmp_path.iterdir())
    with soon(), pytest.raises(BadReference, match=said) as refused:
        SANDBOX.examine(path)
    assert str(tmp_path) not in refused.value.message
    with soon():
        assert is_told_or_refused(path)
    assert set(tmp_path.iterdir()) == before


def size_of(told: FileFacts) -> tuple[int, int] | None:
    shown = told.video or told.image
    return None if shown is None else (shown.size.width, shown.size.height)


def is_told_or_refused(path: Path) -> bool:
    """What the library does not take may be looked at all the same: a film of many streams, or with subtitles."""
    try:
        return bool(file_facts(path).kind)
    except BadReference as refused:
        return refused.message.startswith(str(path)) and refused.message.endswith(".")


def test_what_is_odd_is_told(tmp_path: Path) -> None:
    told = {}
    for name in ("turned by 90 degrees", "alpha of VP9", "interlaced", "ten bits", "a rate that varies"):
        folder = tmp_path / name
        folder.mkdir()
        told[name] = file_facts(TAKEN[name][0](folder)).video
    assert told["turned by 90 degrees"].rotation == 90
    assert told["alpha of VP9"].has_alpha
    assert told["interlaced"].is_interlaced
    assert told["ten bits"].bits == 10
    assert told["a rate that varies"].rate_varies
    assert not told["interlaced"].rate_varies
    upright = tmp_path / "upright"
    upright.mkdir()
    image = file_facts(TAKEN["a picture with alpha"][0](upright)).image
    assert image is not None
    assert (image.has_alpha, image.bits) == (True, 8)
    with (tmp_path / "deep.png").open("wb") as file:
        DeepPng().save(np.zeros((16, 16, 3), np.uint16), file)
    image = file_facts(tmp_path / "deep.png").image
    assert image is not None
    assert (image.has_alpha, image.bits) == (False, 16)
