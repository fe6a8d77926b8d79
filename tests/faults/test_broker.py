"""A broker that is away (F7), comes back empty (F8) or drops its connections (F9), and rings gone wrong (F10)."""

import time
from collections.abc import Callable

import pytest
import redis

from artifex.jobs.transport.celery_app import RING, celery_app, message_queue
from tests.fakes.valkey import Broker
from tests.faults.conftest import MODES
from tests.faults.evidence import gather_jobs
from tests.faults.runs import Run, runs
from tests.faults.studio import Studio

STEPS = 8
HEARD_SECONDS = 60.0


@pytest.fixture(scope="module")
def studio(open_studio: Callable[..., Studio]) -> Studio:
    """A studio whose slots poll rarely, so that rings matter."""
    return open_studio("distributed", poll=1.5)


def test_a_broker_that_is_away_stops_no_work_f7(studio: Studio, broker: Broker) -> None:
    proxy = studio.services.broker_proxy
    assert proxy is not None
    for run in runs("F7"):
        with run:
            proxy.refuse()
            ids = submit_quickly(studio, run)
            time.sleep(run.random.uniform(0.0, 0.5))
            proxy.allow()
            studio.finish(ids)
    require_rings_are_heard(studio, broker)
    assert studio.breaches() == []


def test_a_broker_that_lost_everything_costs_no_job_f8(studio: Studio, broker: Broker) -> None:
    for run in runs("F8"):
        with run:
            ids = submit_quickly(studio, run)
            time.sleep(run.random.uniform(0.0, 0.1))
            if run.random.random() < 0.2:
                broker.stop()
                broker.start()
            else:
                client(broker).flushall()
            studio.finish(ids)
    require_rings_are_heard(studio, broker)
    assert studio.breaches() == []


def test_a_reset_connection_does_not_end_listening_f9(studio: Studio, broker: Broker) -> None:
    proxy = studio.services.broker_proxy
    assert proxy is not None
    for run in runs("F9"):
        with run:
            time.sleep(run.random.uniform(0.0, 0.3))
            proxy.reset()
            studio.finish(submit_quickly(studio, run))
    require_rings_are_heard(studio, broker)
    assert studio.breaches() == []


@pytest.mark.parametrize("mode", MODES)
def test_rings_that_are_lost_doubled_and_late_run_a_job_once_f10(mode: str, open_studio: Callable[..., Studio]) -> None:
    studio = open_studio(mode, spoils_rings=True, poll=1.0, lease=60.0)
    for run in runs("F10"):
        with run:
            studio.finish([studio.submit(run.tag(number), run.chain(STEPS)) for number in range(2)])
    assert {job.attempt for job in gather_jobs(studio.database).values()} == {1}
    assert studio.breaches() == []


def submit_quickly(studio: Studio, run: Run) -> list[str]:
    began = time.monotonic()
    ids = [studio.submit(run.tag(number), run.chain(STEPS)) for number in range(2)]
    assert time.monotonic() - began < 10
    return ids


def require_rings_are_heard(studio: Studio, broker: Broker) -> None:
    """Each slot's message queue is emptied soon after a message was sent."""
    app = celery_app(broker.url)
    for slot in studio.slots:
        app.send_task(RING, args=[slot, ""], queue=message_queue(slot))
    studio.wait(lambda: not any(client(broker).llen(slot) for slot in studio.slots), "rings to be heard", HEARD_SECONDS)


def client(broker: Broker) -> redis.Redis:
    return redis.Redis.from_url(broker.url)
