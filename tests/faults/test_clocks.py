"""Clocks of all hosts are moved forward and back by an hour while jobs run (F18)."""

import time
from collections.abc import Callable

import pytest

from tests.faults.clock import set_clock
from tests.faults.conftest import MODES
from tests.faults.runs import runs
from tests.faults.studio import Studio

HOUR = 3600.0
LEASE = 60.0
"""Long enough that only a clock change could end it."""


@pytest.mark.parametrize("mode", MODES)
def test_no_clock_takes_a_job_from_its_worker_f18(mode: str, open_studio: Callable[..., Studio]) -> None:
    studio = open_studio(mode, lease=LEASE)
    for run in runs("F18"):
        with run:
            ids = [studio.submit(run.tag(number), run.chain()) for number in range(2)]
            for _ in range(3):
                terms = run.random.choice(list(studio.hosts.terms.values()))
                set_clock(terms.clock, run.random.choice((-HOUR, 0.0, HOUR)))
                time.sleep(run.random.uniform(0.0, 0.08))
            studio.finish(ids)
    for terms in studio.hosts.terms.values():
        set_clock(terms.clock, 0.0)
    assert {studio.queue.get(call.job_id).attempt for call in studio.history.acknowledged("submit")} == {1}
    assert studio.breaches() == []
