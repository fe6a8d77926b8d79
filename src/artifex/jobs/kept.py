"""A cache for values that are expensive to make."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar
from weakref import WeakValueDictionary

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Kept(Generic[Key, Value]):
    """An LRU cache of ``most`` values, of which at most ``at_once`` are made at the same time. Thread-safe."""

    def __init__(self, most: int, at_once: int) -> None:
        self._most = most
        self._values: OrderedDict[Key, Value] = OrderedDict()
        self._lock = threading.Lock()
        self._turns = threading.Semaphore(at_once)
        self._of_keys: WeakValueDictionary[Key, threading.Lock] = WeakValueDictionary()

    def get(self, key: Key, make: Callable[[], Value]) -> Value:
        """The cached value, or that of ``make``, whose exceptions are passed on and not cached. While another thread
        makes the same key's value, waits for it."""
        with self._lock:
            of_key = self._of_keys.setdefault(key, threading.Lock())
        with of_key:
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
