"""The job queue: the database's table of jobs, and every operation on it.

Callers authorise the request; ``owner=None`` matches jobs of any owner. A job's state change and the event that reports
it are one transaction. Writers are serialised, so a function here can read a row and then change it without a race.

There is no scheduler process: whoever causes a change (a new job, a slot that becomes idle, a clock tick) dispatches
queued jobs to idle slots in the same transaction. A slot is given one job at a time and is then rung, that is, told to
look at the database; if the ring is lost, the slot finds the job at its next poll.

    records   input and output types            submit, doors, edit   operations of users
    rows      rows to typed states              leases, slots, names  operations of workers
    outbox    a change and its event            waiting, dispatch     clock ticks and dispatch
"""

from artifex.jobs.queue.leases import DEVICE_ERROR
from artifex.jobs.queue.queue import Queue
from artifex.jobs.queue.records import (
    MAX_ATTEMPTS,
    USUAL_PACE,
    Changes,
    Claim,
    Event,
    JobRow,
    Key,
    NewJob,
    Pace,
    Page,
    Produced,
    Progress,
    Slot,
    StopWanted,
)

__all__ = [
    "DEVICE_ERROR",
    "MAX_ATTEMPTS",
    "USUAL_PACE",
    "Changes",
    "Claim",
    "Event",
    "JobRow",
    "Key",
    "NewJob",
    "Pace",
    "Page",
    "Produced",
    "Progress",
    "Queue",
    "Slot",
    "StopWanted",
]
