"""Samples of the machine are right whichever thread takes them."""

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from artifex.api.samples import Samples
from tests.api.conftest import Studio


def test_the_load_is_known_to_a_thread_that_takes_its_first_sample(studio: Studio) -> None:
    service = studio.service
    samples = Samples(service.database, service.figures, service.settings.home)
    with ExitStack() as stay:
        for number in range(3):
            work(0.3)
            stay.enter_context(taken_by_a_new_thread(samples))
            assert samples.last(1)[0].cpu > 0, number


@contextmanager
def taken_by_a_new_thread(samples: Samples) -> Iterator[None]:
    """Take a sample. The thread stays meanwhile, or the next one would get its identity."""
    taken, enough = threading.Event(), threading.Event()

    def take() -> None:
        samples.take()
        taken.set()
        enough.wait()

    thread = threading.Thread(target=take)
    thread.start()
    try:
        assert taken.wait(30)
        yield
    finally:
        enough.set()
        thread.join()


def work(seconds: float) -> None:
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass
