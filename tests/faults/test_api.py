"""The API dies around a commit, a ring or its answer (F4, F5), or a dispatching process dies at any statement (F6)."""

from tests.faults.chain import Chain
from tests.faults.points import OF_A_RING, Point
from tests.faults.runs import Run, runs
from tests.faults.studio import Studio

AROUND_A_COMMIT: tuple[Point, ...] = ("before commit", "after commit", *OF_A_RING)
DISPATCH_POINTS = 20
STEPS = 12


def test_an_api_that_dies_around_a_commit_loses_no_job_and_doubles_none_f4_f5(lean_studio: Studio) -> None:
    studio = lean_studio
    for run in runs("F4 F5"):
        with run:
            studio.orders.give(studio.api, run.random.choice(AROUND_A_COMMIT), run.random.randrange(1, 3))
            ask_and_finish(studio, run, 2)
    studio.orders.withdraw(studio.api)
    assert studio.breaches() == []


def test_whoever_dispatches_may_die_at_any_statement_f6(lean_studio: Studio) -> None:
    studio = lean_studio
    dispatchers = [*studio.hosts.terms, *studio.slots]
    for run in runs("F6"):
        with run:
            studio.orders.give(run.random.choice(dispatchers), "statement", run.seed % DISPATCH_POINTS + 1)
            ask_and_finish(studio, run, 3)
    for name in dispatchers:
        studio.orders.withdraw(name)
    assert studio.breaches() == []


def ask_and_finish(studio: Studio, run: Run, count: int) -> None:
    """Submit jobs, retrying with the same key until acknowledged, and wait for them to end."""
    studio.finish([studio.submit(run.tag(number), Chain(run.seed, STEPS)) for number in range(count)])
