"""Users cancel, pause and delete jobs at the moment when they are claimed, change or end (F24)."""

import threading
import time
from random import Random

from tests.faults.history import OK, SILENCE
from tests.faults.runs import Run, runs
from tests.faults.studio import Studio

DOORS = ("cancel", "cancel", "cancel", "pause", "resume", "delete")


def test_every_race_has_one_outcome_f24(studio: Studio) -> None:
    for run in runs("F24"):
        with run:
            ids = [studio.submit(run.tag(number), run.chain(run.random.choice((4, 12, 24)))) for number in range(2)]
            people = [person(studio, run, ids, run.random.getrandbits(32)) for _ in range(3)]
            for one in people:
                one.join()
            for job_id in ids:
                studio.client.do("resume", run.tag(0), job_id)
            studio.wait(lambda ids=ids: not studio.working(ids), "the jobs to come to rest")
    answers = {call.answer for call in studio.history.calls}
    assert answers <= {OK, "conflict", "not_found"}, answers - {SILENCE}
    assert studio.breaches() == []


def person(studio: Studio, run: Run, ids: list[str], seed: int) -> threading.Thread:
    """A thread that calls random operations on the same jobs at random moments."""
    chance = Random(seed)

    def knock() -> None:
        for _ in range(3):
            time.sleep(chance.uniform(0.0, 0.12))
            number = chance.randrange(len(ids))
            studio.client.do(chance.choice(DOORS), run.tag(number), ids[number])

    thread = threading.Thread(target=knock)
    thread.start()
    return thread
