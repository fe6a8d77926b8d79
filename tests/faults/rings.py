"""Rings over a bad network: lost, doubled, late and therefore out of order."""

import random
import threading
from collections.abc import Callable

LATEST_SECONDS = 2.0


def spoiled(ring: Callable[[str, str], None]) -> Callable[[str, str], None]:
    """Deliver each ring zero to three times, half of them late."""
    chance = random.Random()

    def ring_badly(slot: str, job: str) -> None:
        for _ in range(chance.randrange(4)):
            if chance.random() < 0.5:
                ring(slot, job)
            else:
                late = threading.Timer(chance.uniform(0.0, LATEST_SECONDS), ring, (slot, job))
                late.daemon = True
                late.start()

    return ring_badly
