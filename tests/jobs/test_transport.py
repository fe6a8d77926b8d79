"""Rings, sent directly and over a broker that comes and goes."""

import os
import queue
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from artifex.errors import BadInput
from artifex.jobs.transport.celery import CeleryTransport
from artifex.jobs.transport.listener import Listener
from artifex.jobs.transport.local import LocalTransport
from artifex.jobs.worker.host import open_doorbells
from artifex.settings import Settings
from tests.fakes.valkey import Broker, running_broker

Heard = queue.Queue[tuple[str, str]]


@pytest.fixture(scope="module")
def broker() -> Iterator[Broker]:
    with running_broker() as broker:
        yield broker


@pytest.fixture(scope="module")
def heard(broker: Broker) -> Iterator[Heard]:
    """The rings that a worker host with the slot far.gpu0 receives."""
    rings: Heard = queue.Queue()
    listener = Listener(broker.url, ["far.gpu0"], lambda slot, job: rings.put((slot, job)))
    listener.start(CeleryTransport(broker.url, LocalTransport()))
    yield rings
    listener.stop()


def test_a_slot_of_this_machine_is_rung_directly() -> None:
    rung: list[str] = []
    local = LocalTransport()
    local.answer("here.cpu0", rung.append)
    transport = CeleryTransport("redis://127.0.0.1:1/0", local)
    transport.ring("here.cpu0", "a")
    local.ring("here.cpu0", "b")
    local.ring("elsewhere.cpu0", "c")
    assert rung == ["a", "b"]


def test_a_ring_reaches_another_machine_over_the_broker(broker: Broker, heard: Heard) -> None:
    CeleryTransport(broker.url, LocalTransport()).ring("far.gpu0", "job")
    assert heard.get(timeout=30) == ("far.gpu0", "job")


def test_a_missing_broker_neither_delays_nor_raises() -> None:
    transport = CeleryTransport("redis://127.0.0.1:1/0", LocalTransport())
    began = time.monotonic()
    for number in range(5000):
        transport.ring("far.gpu0", str(number))
    assert time.monotonic() - began < 5  # a millisecond per ring


def test_rings_are_heard_again_after_the_broker_was_restarted_empty(broker: Broker, heard: Heard) -> None:
    transport = CeleryTransport(broker.url, LocalTransport())
    transport.ring("far.gpu0", "before")
    assert heard.get(timeout=30) == ("far.gpu0", "before")
    broker.stop()
    transport.ring("far.gpu0", "meanwhile")
    time.sleep(3)
    broker.start()
    assert ring_until_heard(transport, heard) < 60


@pytest.mark.parametrize("url", ["rubbish", "http://127.0.0.1:6379/0", "redis://127.0.0.1:port/0"])
def test_an_address_that_is_no_brokers_is_refused(url: str, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="ARTIFEX_BROKER is not understood"):
        open_doorbells(Settings(tmp_path, broker_url=url))


def test_a_broker_that_is_away_is_told_before_a_job_waits(caplog: pytest.LogCaptureFixture) -> None:
    CeleryTransport("redis://127.0.0.1:1/0", LocalTransport())
    deadline = time.monotonic() + 20
    while "Ringing slots over the broker waits: Error 111" not in caplog.text and time.monotonic() < deadline:
        time.sleep(0.1)
    assert "Connection refused. Slots look for work by themselves." in caplog.text


def test_what_hears_the_broker_logs_like_the_rest_of_the_program() -> None:
    listener = subprocess.Popen(
        [sys.executable, "-m", "artifex.jobs.transport.consumer", "far.gpu0"],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "ARTIFEX_BROKER": "redis://127.0.0.1:1/0"},
        text=True,
    )
    assert listener.stderr is not None
    first = listener.stderr.readline()
    listener.kill()
    lines = [first, *listener.communicate()[1].splitlines()]
    assert re.match(r"\[[-0-9 :,]+\] \[ERROR\] \[consumer\.\w+\] consumer: Cannot connect to ", first)
    assert all(line.startswith("[") for line in lines)


class _Belated(Listener):
    """A listener whose process starts while it is being stopped."""

    def _begin(self) -> "subprocess.Popen[bytes]":
        self._stopping.wait()
        time.sleep(0.2)
        return super()._begin()


def test_a_listener_that_has_only_begun_can_be_stopped() -> None:
    url = "redis://127.0.0.1:1/0"
    listener = _Belated(url, ["far.gpu0"], lambda _slot, _job: None)
    listener.start(CeleryTransport(url, LocalTransport()))
    stopping = threading.Thread(target=listener.stop, daemon=True)
    stopping.start()
    stopping.join(20)
    assert not stopping.is_alive()


def ring_until_heard(transport: CeleryTransport, heard: Heard) -> float:
    """Ring every second; returns the seconds until one arrives."""
    began = time.monotonic()
    while time.monotonic() - began < 60:
        transport.ring("far.gpu0", "after")
        try:
            if heard.get(timeout=1) == ("far.gpu0", "after"):
                return time.monotonic() - began
        except queue.Empty:
            continue
    return time.monotonic() - began
