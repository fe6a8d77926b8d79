"""The queue: the database's table of jobs, and everything that may be done to one.

Who asks is checked by the door that calls; ``owner=None`` means "anybody's". Every change of a job is one transaction
with the event that tells of it, and all writers take turns, so a function here looks at a row and then changes it
without anything coming between.

There is no scheduler process: whoever has news (a new job, a slot that became idle, time that passed) gives the queued
jobs to idle slots in its own transaction. A slot is given one job at a time and then rung; if the ring is lost it finds
the job when it looks by itself.

    records   what goes in and comes out        submit, doors, edit   what people do
    rows      rows to typed states              leases, slots         what workers do
    outbox    a change and its event            waiting, dispatch     what time and news bring
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
