"""Rate limits: token buckets by name, address or user, in this process's memory."""

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
    """One bucket per key: it begins with a minute's tokens, each call takes one, and they refill evenly.

    At most ``most_keys`` buckets are kept. The least recently used is dropped first; by then it is mostly full again.
    """

    a_minute: float
    message: str
    """The message of TooMany when a bucket is empty."""
    most_keys: int = 10_000
    now: Callable[[], float] = time.monotonic
    """A monotonic clock, in seconds."""
    _buckets: OrderedDict[str, _Bucket] = field(default_factory=OrderedDict[str, _Bucket])
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def take(self, key: str, a_minute: float | None = None) -> None:
        """Take a token from the bucket of ``key``, which holds ``a_minute`` if given.

        Raises TooMany, with the seconds until the next token.
        """
        most = self.a_minute if a_minute is None else a_minute
        with self._turn:
            bucket = self._filled(key, most)
            if bucket.left < 1:
                raise TooMany(self.message, retry_after=(1 - bucket.left) * 60 / most if most > 0 else 60)
            bucket.left -= 1

    def give_back(self, key: str) -> None:
        """Undo a ``take``."""
        with self._turn:
            if (bucket := self._buckets.get(key)) is not None:
                bucket.left += 1  # the next take cuts off what is too much

    def _filled(self, key: str, most: float) -> _Bucket:
        now = self.now()
        bucket = self._buckets.setdefault(key, _Bucket(most, now))
        self._buckets.move_to_end(key)
        if len(self._buckets) > self.most_keys:
            self._buckets.popitem(last=False)
        bucket.left = min(most, bucket.left + (now - bucket.filled_at) * most / 60)
        bucket.filled_at = now
        return bucket
