"""A stand-in for many workers: takes jobs from the queue and reports progress of each several times a second."""

import time
from dataclasses import dataclass
from pathlib import Path

from artifex.jobs.queue import Claim, Progress, Queue, Slot
from artifex.settings import Settings
from artifex.store.database import connect, sqlite_url

_STEPS = 1000


@dataclass(frozen=True, slots=True)
class Worked:
    """How many jobs were taken, and how many progress reports (moves) they had in all."""

    jobs: int
    moves: int
    seconds: float


def work(home: Path, jobs: int, moves_a_second: float, seconds: float) -> Worked:
    """Take jobs and report their progress; gives them back at the end, as a worker does at shutdown."""
    database = connect(sqlite_url(Settings(home).database_file))
    queue = Queue(database)
    slots = [Slot(f"bench.gpu{number}", "bench", "stand-in", ("generate",)) for number in range(jobs)]
    for slot in slots:
        queue.announce(slot, "starter", {})
    claims = [claim for slot in slots if (claim := queue.take(slot.name)) is not None]
    moves = _move_on(queue, claims, slots, moves_a_second, seconds)
    for claim in claims:
        queue.stopped(claim, "shutdown")
    for slot in slots:
        queue.withdraw(slot.name)
    database.close()
    return Worked(len(claims), moves, seconds)


def _move_on(queue: Queue, claims: list[Claim], slots: list[Slot], moves_a_second: float, seconds: float) -> int:
    """Report progress evenly, of one job after the other; returns the number of reports."""
    pause = 1 / (moves_a_second * len(claims))
    began, moves = time.monotonic(), 0
    signs = began + queue.pace.heartbeat
    while (now := time.monotonic()) < began + seconds:
        if now >= signs:
            signs += queue.pace.heartbeat
            for claim, slot in zip(claims, slots, strict=True):
                queue.announce(slot, "starter", {})
                queue.beat(claim)
        due = began + moves * pause
        if now < due:
            time.sleep(due - now)
        step = moves // len(claims) + 1
        queue.progress(claims[moves % len(claims)], Progress("denoise", step, _STEPS, eta=float(_STEPS - step)))
        moves += 1
    return moves
