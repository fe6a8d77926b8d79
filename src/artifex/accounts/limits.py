"""How often somebody may ask: token buckets by name, address or user, in this process's memory."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from artifex.errors import TooMany


@dataclass(slots=True)
class _Bucket:
    left: float
    filled_at: float


@dataclass(slots=True)
class TokenBuckets:
    """A bucket a key: it holds a minute's worth at first, each call takes one, and they come back evenly.

    At most ``most_keys`` are remembered. The one that was asked for longest ago is forgotten first, and by then it is
    mostly full again.
    """

    a_minute: float
    message: str
    """What is said to whoever finds a bucket empty."""
    most_keys: int = 10_000
    now: Callable[[], float] = time.monotonic
    """Seconds; a clock that no one can set back."""
    _buckets: OrderedDict[str, _Bucket] = field(default_factory=OrderedDict[str, _Bucket])
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def take(self, key: str, a_minute: float | None = None) -> None:
        """Take one from the bucket of ``key``, which holds ``a_minute`` where that is given.

        Raises TooMany, with the seconds until there is one again.
        """
        most = self.a_minute if a_minute is None else a_minute
        with self._turn:
            bucket = self._filled(key, most)
            if bucket.left < 1:
                raise TooMany(self.message, retry_after=(1 - bucket.left) * 60 / most if most > 0 else 60)
            bucket.left -= 1

    def _filled(self, key: str, most: float) -> _Bucket:
        now = self.now()
        bucket = self._buckets.setdefault(key, _Bucket(most, now))
        self._buckets.move_to_end(key)
        if len(self._buckets) > self.most_keys:
            self._buckets.popitem(last=False)
        bucket.left = min(most, bucket.left + (now - bucket.filled_at) * most / 60)
        bucket.filled_at = now
        return bucket
