"""Shorter intervals and timeouts for the studios of these tests: minutes become seconds."""

from artifex.jobs.queue import Pace
from artifex.jobs.worker.supervisor import Patience

PACE = Pace(lease=2.0, heartbeat=0.4, claim=1.0, tick=0.25)
PATIENCE = Patience(silence=25.0, cancel=10.0, idle=60.0, terminate=0.5, grace=5.0, restart=0.05, longest_restart=0.2)
EVENT_SECONDS = 0.05
