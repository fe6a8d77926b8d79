"""Slots that die (F2), that are stopped and continue (F3), and that die at any fault point."""

import signal
import time

import pytest

from tests.faults.pace import PACE
from tests.faults.points import OF_A_TRANSACTION, OF_CONTENT, Point
from tests.faults.runs import Run, runs
from tests.faults.studio import Studio

STEPS = 40
HOLDING_POINTS: tuple[Point, ...] = ("before commit", "after commit", "before keep", "after keep", "after put")


@pytest.fixture(scope="module", params=("embedded", "distributed"))
def studio(open_studio, request) -> Studio:
    return open_studio(request.param, slots=3 if request.param == "embedded" else 2)


def test_a_killed_slot_costs_no_job_f2(studio: Studio) -> None:
    for run in runs("F2"):
        with run:
            ids = submit(studio, run, 2)
            slot = studio.running(ids[0], run.random.randrange(1, STEPS))
            if slot:
                studio.signal_slot(slot, signal.SIGKILL)
            studio.finish(ids)
    assert studio.breaches() == []


def test_a_slot_that_was_held_for_longer_than_its_lease_ends_nothing_f3(studio: Studio) -> None:
    for run in runs("F3"):
        with run:
            ids = submit(studio, run, 3)
            slot = studio.running(ids[0], run.random.randrange(1, STEPS))
            if slot:
                hold(studio, run, slot)
                time.sleep(PACE.lease + PACE.tick + run.random.uniform(0.0, 0.8))
                studio.continue_slots()
            studio.finish(ids)
    assert studio.breaches() == []


def test_a_slot_may_die_at_any_point(studio: Studio) -> None:
    points = (*OF_A_TRANSACTION, *OF_CONTENT)
    for run in runs("points of a slot"):
        with run:
            point = points[run.seed % len(points)]
            most = 30 if point in OF_A_TRANSACTION else 4
            slot = run.random.choice(studio.slots)
            studio.orders.give(slot, point, run.random.randrange(1, most))
            studio.finish(submit(studio, run, 2))
            studio.orders.withdraw(slot)
    assert studio.breaches() == []


def submit(studio: Studio, run: Run, count: int) -> list[str]:
    return [studio.submit(run.tag(number), run.chain(STEPS)) for number in range(count)]


def hold(studio: Studio, run: Run, slot: str) -> None:
    """Stop a slot anywhere, or where it matters most: in an open transaction, or with a file that is not recorded."""
    if run.random.random() < 0.5:
        studio.signal_slot(slot, signal.SIGSTOP)
    else:
        studio.orders.give(slot, run.random.choice(HOLDING_POINTS), 1, "stop")
