"""A whole studio of real processes, which tests break and then check for broken guarantees."""

import os
import signal
import time
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import ColumnElement, func, select

from artifex.jobs.queue import Queue
from artifex.jobs.state import ENDS
from artifex.settings import Settings
from artifex.store.blobs import open_blobs
from artifex.store.database import open_database, sqlite_url
from artifex.store.objects import open_objects
from artifex.store.tables.jobs import jobs
from tests.fakes.ports import free_port
from tests.fakes.proxy import Proxy
from tests.faults.chain import Chain
from tests.faults.clients import Client
from tests.faults.evidence import gather, leftover_files, sweep_all
from tests.faults.history import History, breaches
from tests.faults.hosts import Hosts
from tests.faults.pace import PACE
from tests.faults.points import Orders
from tests.faults.terms import Terms

MOST_SECONDS = 60.0
"""Timeout of all waits, long enough for a busy machine."""
_KEPT = (*ENDS, "paused", "draft")
"""States that a job does not leave by itself."""


@dataclass(frozen=True)
class Services:
    """External services of a studio; an embedded one needs none.

    Its processes reach database and broker through the proxies, the test itself directly.
    """

    database_url: str = ""
    proxied_database_url: str = ""
    database_proxy: Proxy | None = None
    broker_url: str = ""
    broker_proxy: Proxy | None = None
    objects_url: str = ""
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    """Additional environment variables of its processes."""


class Studio:
    """Host processes by name, and a client that records all answers."""

    def __init__(self, root: Path, services: Services, *hosts: Terms) -> None:
        """The first host serves the API."""
        self.root, self.services = root, services
        self.home = root / "home"
        self.settings = Settings(self.home, objects_url=services.objects_url)
        self.database = open_database(services.database_url or sqlite_url(self.settings.database_file))
        self.queue = Queue(self.database, pace=PACE)
        self.orders = Orders(root)
        self.history = History()
        self.api = hosts[0].host
        self.client = Client(hosts[0].port or 0, self.history)
        self.slots = [slot.name for terms in hosts for slot in terms.all_slots()]
        self.hosts = Hosts({terms.host: terms for terms in hosts}, self._environment())

    def start(self) -> None:
        self.hosts.start()
        self.wait_whole()

    def wait_whole(self) -> None:
        """Wait until the API answers and all slots are alive."""
        self.wait(self._is_whole, "the studio to be whole")

    def signal_slot(self, name: str, number: int) -> None:
        """Send a signal to the slot's process, if it runs."""
        for slot in self.queue.slots():
            if slot["name"] == name:
                with suppress(ProcessLookupError):
                    os.kill(slot["facts"]["pid"], number)

    def continue_slots(self) -> None:
        """Withdraw all orders and continue stopped slots."""
        for slot in self.slots:
            self.orders.withdraw(slot)
            self.signal_slot(slot, signal.SIGCONT)

    def submit(self, tag: str, chain: Chain) -> str:
        """Submit with one idempotency key until acknowledged; returns the job's id."""
        return self.client.insist(tag, chain, time.monotonic() + MOST_SECONDS)

    def finish(self, ids: Collection[str]) -> None:
        """Wait until these jobs have ended."""
        self.wait(lambda: not self._count(jobs.c.id.in_(ids), jobs.c.state.not_in(ENDS)), f"the jobs {ids} to end")

    def working(self, ids: Collection[str]) -> int:
        """How many of these jobs will still change by themselves."""
        return self._count(jobs.c.id.in_(ids), jobs.c.state.not_in(_KEPT))

    def running(self, job_id: str, step: int = 1) -> str:
        """Wait until a running job reaches a step or ends; returns its slot, or "" if it ended."""
        slot = ""

        def is_there() -> bool:
            nonlocal slot
            row = self.queue.get(job_id)
            slot = getattr(row.state, "slot", "") if row.state_name == "running" and row.step >= step else ""
            return slot != "" or row.state_name in ENDS

        self.wait(is_there, f"the job {job_id} to run")
        return slot

    def wait(self, until: Callable[[], bool], what: str, seconds: float = MOST_SECONDS) -> None:
        end = time.monotonic() + seconds
        while not until():
            assert time.monotonic() < end, f"waited {seconds} s for {what}; logs are in {self.root}"
            time.sleep(0.01)

    def breaches(self) -> list[str]:
        """Broken guarantees, checked after all jobs have ended and garbage was swept."""
        self.wait_whole()
        self.wait(lambda: not self._count(jobs.c.state.not_in(_KEPT)), "all jobs to end")
        objects, blobs = open_objects(self.settings), open_blobs(self.settings)
        sweep_all(self.database, objects, blobs)
        # A slot cleans up after the queue has recorded the end of its job.
        self.wait(lambda: not any(leftover_files(self.home)), "the slots to clear away")
        return breaches(self.history, gather(self.database, objects, blobs, self.home))

    def close(self) -> None:
        self.hosts.close()
        self.database.close()

    def _count(self, *conditions: ColumnElement[bool]) -> int:
        with self.database.read() as connection:
            return connection.scalar(select(func.count()).select_from(jobs).where(*conditions)) or 0

    def _is_whole(self) -> bool:
        alive = {
            slot["name"] for slot in self.queue.slots() if slot["alive"] and psutil.pid_exists(slot["facts"]["pid"])
        }
        return alive.issuperset(self.slots) and self.client.is_served()

    def _environment(self) -> dict[str, str]:
        return {
            "ARTIFEX_HOME": str(self.home),
            "ARTIFEX_DATABASE": self.services.proxied_database_url,
            "ARTIFEX_OBJECTS": self.services.objects_url,
            "ARTIFEX_BROKER": self.services.broker_url,
            "OMP_NUM_THREADS": "1",
            "CUDA_VISIBLE_DEVICES": "",
            **self.services.environment,
        }


def embedded(root: Path, services: Services, slots: int = 2, **terms: Any) -> Studio:
    """One machine: API and workers in one host, with SQLite."""
    return Studio(root, services, Terms(str(root), "one", slots, free_port(), **terms))


def distributed(root: Path, services: Services, slots: int = 1, **terms: Any) -> Studio:
    """The API on one machine, and workers on two others with ``slots`` slots each."""
    api = Terms(str(root), "api", 0, free_port(), **terms)
    return Studio(root, services, api, *(Terms(str(root), name, slots, **terms) for name in ("left", "right")))
