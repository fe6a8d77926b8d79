"""Progress reports continue after one of them fails."""

import time
from collections.abc import Callable

from artifex.jobs.queue import Progress
from artifex.jobs.worker.teller import Teller


def test_what_could_not_be_told_keeps_nothing_else_from_it() -> None:
    told: list[int] = []

    def tell(progress: Progress, _draw: Callable[[], str] | None) -> None:
        told.append(progress.step)
        if progress.step == 1:
            raise ValueError("as of a picture that no encoder takes")

    with Teller(tell) as teller:
        teller.give(Progress("denoise", 1, 4))
        time.sleep(0.2)
        teller.give(Progress("denoise", 2, 4))
    assert told == [1, 2]
