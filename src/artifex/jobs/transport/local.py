"""Rings slots that this process supervises."""

from collections.abc import Callable


class LocalTransport:
    """Rings slots of this machine; ignores others."""

    def __init__(self) -> None:
        self._doorbells: dict[str, Callable[[str], None]] = {}

    def answer(self, slot: str, ring: Callable[[str], None]) -> None:
        """Register ``ring(job_id)`` for this slot; it must return at once."""
        self._doorbells[slot] = ring

    def ring(self, slot: str, job: str) -> None:
        doorbell = self._doorbells.get(slot)
        if doorbell is not None:
            doorbell(job)

    def knows(self, slot: str) -> bool:
        return slot in self._doorbells
