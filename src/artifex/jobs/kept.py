"""What was made at some cost and is likely to be asked for again."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Kept(Generic[Key, Value]):
    """The ``most`` that were asked for last; no more than ``at_once`` are made at the same time. For any number of
    threads."""

    def __init__(self, most: int, at_once: int) -> None:
        self._most = most
        self._values: OrderedDict[Key, Value] = OrderedDict()
        self._lock = threading.Lock()
        self._turns = threading.Semaphore(at_once)

    def get(self, key: Key, make: Callable[[], Value]) -> Value:
        """The one that is kept, or else what ``make`` gives. Raises what that raises, and keeps nothing then."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key]
        with self._turns:
            made = make()
        with self._lock:
            self._values[key] = made
            while len(self._values) > self._most:
                self._values.popitem(last=False)
        return made
