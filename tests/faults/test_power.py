"""Power cuts of whole machines (F1)."""

from tests.faults.runs import runs
from tests.faults.studio import Studio

STEPS = 40


def test_a_killed_worker_costs_no_job_f1(lean_studio: Studio) -> None:
    """The supervisor and all its slots are killed at once."""
    studio = lean_studio
    for run in runs("F1"):
        with run:
            ids = [studio.submit(run.tag(number), run.chain(STEPS)) for number in range(2)]
            slot = studio.running(ids[0], run.random.randrange(1, STEPS))
            studio.hosts.kill_all(slot.partition(".")[0] or run.random.choice(list(studio.hosts.terms)))
            studio.finish(ids)
    assert studio.breaches() == []
