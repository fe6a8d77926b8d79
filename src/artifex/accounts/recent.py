"""Cache of recently authenticated users, so that a page's many requests do not each read the database."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from artifex.accounts.identity import Identity

FRESH_SECONDS = 5.0
"""How long access that another process revoked may still work; what this process revokes ends at once."""
_MOST = 10_000


@dataclass(slots=True)
class Recent:
    """Users by bearer, for :data:`FRESH_SECONDS`. May be used from any thread, and never blocks."""

    now: Callable[[], float] = time.monotonic
    _known: dict[str, tuple[float, Identity]] = field(default_factory=dict[str, tuple[float, Identity]])
    _forgotten: float = float("-inf")
    """When access was last revoked: what was read before may be noted only afterwards."""

    def get(self, bearer: str) -> Identity | None:
        since, who = self._known.get(bearer, (float("-inf"), None))
        return who if since > self._forgotten and self.now() - since < FRESH_SECONDS else None

    def note(self, bearer: str, asked: float, who: Identity) -> None:
        """``asked``: when reading the database began, by this clock."""
        if len(self._known) >= _MOST:
            self._known.clear()
        self._known[bearer] = asked, who

    def forget(self) -> None:
        """Drop everything, for somebody's access was revoked."""
        self._forgotten = self.now()
        self._known.clear()
