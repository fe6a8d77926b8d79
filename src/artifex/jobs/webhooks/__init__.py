"""Webhooks for finished jobs, signed and retried as in the Standard Webhooks specification."""

from artifex.jobs.webhooks.deliverer import Deliverer
from artifex.jobs.webhooks.endpoints import EVENTS, Delivery, Endpoint, Endpoints
from artifex.jobs.webhooks.letters import prune_deliveries
from artifex.jobs.webhooks.posting import Poster
from artifex.jobs.webhooks.signing import sign
from artifex.jobs.webhooks.targets import require_target

__all__ = [
    "EVENTS",
    "Deliverer",
    "Delivery",
    "Endpoint",
    "Endpoints",
    "Poster",
    "prune_deliveries",
    "require_target",
    "sign",
]
