"""Who was let in a moment ago, so that a page's many requests do not read the database for each of them."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from artifex.accounts.identity import Identity

FRESH_SECONDS = 5.0
"""How long somebody who was put out by another process may still be let in; by this process it is no time at all."""
_MOST = 10_000


@dataclass(frozen=True, slots=True)
class Recent:
    """Proofs and whom they belong to, for :data:`FRESH_SECONDS`. May be asked from any thread, and never waits."""

    now: Callable[[], float] = time.monotonic
    _known: dict[str, tuple[float, Identity]] = field(default_factory=dict[str, tuple[float, Identity]])

    def get(self, bearer: str) -> Identity | None:
        since, who = self._known.get(bearer, (float("-inf"), None))
        return who if self.now() - since < FRESH_SECONDS else None

    def note(self, bearer: str, asked: float, who: Identity) -> None:
        """``asked``: when the database was about to be read, by this clock."""
        if len(self._known) >= _MOST:
            self._known.clear()
        self._known[bearer] = asked, who

    def forget(self) -> None:
        """Something was taken from somebody."""
        self._known.clear()
