"""The memory that a clip reports is what the system cannot drop, as a plan counts it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from artifex.jobs.memory import MemoryMeter
from artifex.machine import held_memory, peak_memory

linux = pytest.mark.skipif(held_memory() is None, reason="the system does not tell what can be dropped")
MIB = 2**20
SIZE = 300 * MIB

MEASURE = """
import json, sys
import torch
from artifex.jobs.clock import StageClock
from artifex.machine import peak_memory
from tests.jobs.test_clock import Quiet

way, path, size = sys.argv[1], sys.argv[2], int(sys.argv[3])

def mapped():
    weights = torch.from_file(path, size=size // 4)
    weights.max()  # reads every page
    return weights

clock = StageClock(Quiet())
with clock.memory.watching():
    before, whole = clock.finish(0).peak_ram, peak_memory()
    match way:
        case "read":
            mapped()
        case "hold":
            torch.ones(size // 4).max()
        case "used in place":
            weights = mapped()
            clock.memory.count_files()
        case "converted":
            mapped()
            clock.memory.count_files()
    print(json.dumps([clock.finish(0).peak_ram - before, peak_memory() - whole]))
"""


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("weights") / "file"
    with path.open("wb") as file:
        for _ in range(SIZE // MIB):
            file.write(bytes(MIB))
    return path


def measured(way: str, weights: Path) -> tuple[int, int]:
    """By how much the reported memory grew, and the whole process."""
    command = [sys.executable, "-c", MEASURE, way, str(weights), str(SIZE)]
    ran = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    reported, whole = json.loads(ran.stdout)
    return reported, whole


@linux
def test_weights_on_their_way_to_a_gpu_are_not_counted(weights: Path) -> None:
    reported, whole = measured("read", weights)
    assert whole > 0.9 * SIZE
    assert reported < 0.2 * SIZE


@linux
def test_what_the_process_holds_is_counted_even_if_only_for_a_moment(weights: Path) -> None:
    reported, _ = measured("hold", weights)
    assert 0.9 * SIZE < reported < 1.2 * SIZE


@linux
def test_weights_that_the_processor_uses_where_they_are_mapped_are_counted(weights: Path) -> None:
    reported, _ = measured("used in place", weights)
    assert 0.9 * SIZE < reported < 1.8 * SIZE  # with the code of libraries


@linux
def test_weights_that_are_converted_are_not_counted_twice(weights: Path) -> None:
    reported, whole = measured("converted", weights)
    assert whole > 0.9 * SIZE
    assert reported < 0.8 * SIZE  # the code of libraries alone


def test_each_clip_is_measured_by_itself() -> None:
    meter = MemoryMeter()
    with meter.watching():
        block = bytearray(SIZE)
        first = meter.peak
        del block
    with meter.watching():
        second = meter.peak
    assert 0 < second <= first if held_memory() is None else second < first - 0.9 * SIZE


def test_a_system_that_does_not_tell_has_all_that_was_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("artifex.jobs.memory.held_memory", lambda: None)
    meter = MemoryMeter()
    with meter.watching():
        assert meter.peak >= 0.9 * peak_memory()
