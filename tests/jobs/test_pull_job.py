"""A pull job in a real slot process: paused midway, resumed, and deleted."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from artifex.catalog.shelf import Shelf
from artifex.jobs.pulls import forget_received
from artifex.jobs.queue import JobRow
from tests.fakes.hub import FakeHub
from tests.jobs.floor import Floor
from tests.models.conftest import FAMILIES, REPOSITORY
from tests.models.paper import paper_files

PAPER = f"import artifex.catalog\nartifex.catalog.__path__.append({FAMILIES!r})\n"
MIB = 2**20


@pytest.fixture
def floor(tmp_path: Path) -> Floor:
    return Floor(tmp_path)


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeHub]:
    with FakeHub({REPOSITORY: paper_files()}) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.endpoint)
        monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
        yield hub


def is_receiving(row: JobRow) -> bool:
    return row.state_name == "running" and row.stage == "download" and row.step >= 1


def pause(floor: Floor, hub: FakeHub) -> JobRow:
    """Start a pull, and pause it once part of the model is downloaded."""
    hub.seconds_a_piece = 0.02
    job = floor.ask("pull", model="paper")
    row = floor.wait(job, is_receiving)
    assert row.step_count == -(-sum(map(len, paper_files().values())) // MIB)
    floor.queue.pause(job.id)
    return floor.wait_for(job, "paused")


def test_a_pull_stops_when_paused_and_goes_on_from_what_it_has(floor: Floor, hub: FakeHub) -> None:
    with floor.slot(program=PAPER, fresh=True):
        job = pause(floor, hub)
        received = hub.bytes_sent
        whole = sum(map(len, paper_files().values()))
        assert 0 < received < whole
        hub.seconds_a_piece = 0.0
        floor.queue.resume(job.id)
        floor.finish(job)
    assert hub.bytes_sent <= whole + MIB // 4, "what was here was not fetched again, but for what was on its way"
    assert "paper" in Shelf(floor.settings.models).installed()


def test_what_a_paused_pull_received_goes_with_it(floor: Floor, hub: FakeHub) -> None:
    shelf = Shelf(floor.settings.models)
    with floor.slot(program=PAPER, fresh=True):
        job = pause(floor, hub)
    assert (shelf.root / "paper").is_dir()
    other = floor.ask("pull", model="paper")
    forget_received(job, floor.queue, shelf)
    assert (shelf.root / "paper").is_dir(), "another job goes on with it"
    floor.queue.cancel(other.id)
    floor.queue.delete(job.id)
    forget_received(job, floor.queue, shelf)
    assert not (shelf.root / "paper").exists()
