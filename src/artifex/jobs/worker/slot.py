"""The process of one slot: ``python -m artifex.jobs.worker.slot``, started by a supervisor.

It waits for a ring or polls, does one job at a time, and exits when its stdin ends.
"""

import argparse
import json
import logging
import os
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from artifex.errors import ArtifexError, CannotRun
from artifex.jobs.queue import Claim, Queue, Slot
from artifex.jobs.resident import ResidentModels
from artifex.jobs.winners import KeptWinners
from artifex.jobs.worker.doorbell import Doorbell
from artifex.jobs.worker.execute import WORK, Attempt, DeviceLost, Workshop, slot_facts
from artifex.jobs.worker.lease import Lease
from artifex.jobs.worker.pulse import Pulse, Pulses
from artifex.logs import Outage, set_up_logs
from artifex.settings import Settings, read_settings
from artifex.store.assets import Assets
from artifex.store.blobs import open_blobs
from artifex.store.database import open_database, sqlite_url
from artifex.store.objects import open_objects

DEVICE_LOST = 75
"""Exit code: the device failed, but a new process may be able to use it."""

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class SlotLoop:
    """Claims and does jobs one at a time until it is asked to leave."""

    workshop: Workshop
    doorbell: Doorbell
    poll_seconds: float
    attempt: Attempt | None = None
    _over: threading.Event = field(default_factory=threading.Event)
    _search: Outage = field(init=False)
    _life_sign: Outage = field(init=False)

    def __post_init__(self) -> None:
        self._search = Outage(_log, f"Slot {self.workshop.slot.name}")
        self._life_sign = Outage(_log, f"The life sign of slot {self.workshop.slot.name}")

    def run(self) -> int:
        """Returns the exit code."""
        self.workshop.sweep()
        self._announce()
        threading.Thread(target=self._keep_announcing, name="presence", daemon=True).start()
        try:
            while not self.doorbell.leaving:
                claim = self._take()
                if claim is None:
                    self.doorbell.wait(self.poll_seconds)
                else:
                    self._work(claim)
        except DeviceLost:
            _log.error("The device of slot %s failed; the slot starts again.", self.workshop.slot.name)
            return DEVICE_LOST
        self._withdraw()
        return 0

    def pulse(self) -> Pulse:
        attempt = self.attempt
        if attempt is None:
            return Pulse()
        claim, report = attempt.lease.claim, attempt.report
        if report is None:
            return Pulse(claim.job.id, claim.token, unheeded=attempt.lease.unheeded)
        expected, longest = report.expected_step, report.longest_step  # read before `idle`, whose limits they are
        return Pulse(claim.job.id, claim.token, report.idle, attempt.lease.unheeded, longest, expected)

    def _take(self) -> Claim | None:
        try:
            claim = self.workshop.queue.take(self.workshop.slot.name, self.workshop.slot.holder)
        except CannotRun as error:
            self._search.failed(error.message)
            return None
        self._search.over()
        return claim

    def _work(self, claim: Claim) -> None:
        self.attempt = Attempt(self.workshop, Lease(self.workshop.queue, claim), lambda: self.doorbell.leaving)
        try:
            self.attempt.run()
        finally:
            self.attempt = None
        self._announce()  # its resident model may have changed

    def _keep_announcing(self) -> None:
        while not self._over.wait(self.workshop.queue.pace.heartbeat):
            self._announce()

    def _announce(self) -> None:
        shop = self.workshop
        try:
            shop.queue.announce(shop.slot, shop.models.resident, slot_facts(shop.slot))
            self._life_sign.over()
        except CannotRun as error:
            self._life_sign.failed(error.message)

    def _withdraw(self) -> None:
        self._over.set()
        try:
            self.workshop.queue.withdraw(self.workshop.slot.name, self.workshop.slot.holder)
        except CannotRun:
            _log.warning("Slot %s leaves without a word; the database is away.", self.workshop.slot.name)


def database_url(settings: Settings) -> str:
    return settings.database_url or sqlite_url(settings.database_file)


def open_workshop(settings: Settings, slot: Slot) -> Workshop:
    """Open the resources of a slot's process. Raises BadInput, DatabaseUnreachable, StorageFailed."""
    database = open_database(database_url(settings))
    blobs = open_blobs(settings)
    return Workshop(
        settings,
        slot,
        Queue(database),
        open_objects(settings),
        blobs,
        Assets(database, blobs),
        ResidentModels(settings.models, KeptWinners(settings.attention)),
        WORK,
    )


def main(arguments: list[str], open_shop: Callable[[Settings, Slot], Workshop] = open_workshop) -> int:
    """Returns the exit code."""
    parser = argparse.ArgumentParser(prog="artifex.jobs.worker.slot")
    parser.add_argument("--slot", required=True, help="the slot as JSON: name, host, device, kinds, experts, holder")
    parser.add_argument("--poll", type=float, default=2.0, help="seconds between two looks for work")
    asked = parser.parse_args(arguments)
    set_up_logs()
    life_signs = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # so that nothing a library prints is taken for a heartbeat
    data = json.loads(asked.slot)
    kinds = tuple(data["kinds"])
    slot = Slot(data["name"], data["host"], data["device"], kinds, data["experts"], data["holder"])
    doorbell = Doorbell(sys.stdin.buffer)
    doorbell.listen()
    try:
        loop = SlotLoop(open_shop(read_settings(), slot), doorbell, asked.poll)
    except ArtifexError as error:
        _log.error("Slot %s cannot start: %s", slot.name, error.message)
        return 3
    pulses = Pulses(life_signs, loop.pulse)
    pulses.start()
    return loop.run()


if __name__ == "__main__":
    code = main(sys.argv[1:])
    logging.shutdown()
    os._exit(code)  # everything is on disk; an orderly teardown of torch only costs time
