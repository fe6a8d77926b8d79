"""Password hashing, with bounded memory."""

import ctypes
import sys
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from artifex.accounts.opaque import new_secret
from artifex.errors import BadInput, TooMany

SHORTEST, LONGEST = 8, 1024
"""Bytes of UTF-8. Longer passwords are refused before hashing, never truncated."""

_AT_ONCE = 2
_M_MMAP_THRESHOLD, _MAPPED = -3, 16 * 2**20
"""glibc's option of ``mallopt`` for the size from which on memory is mapped, and its value in bytes: less than a hash
takes."""
_WAIT_SECONDS = 5.0

_Result = TypeVar("_Result")


class Passwords:
    """Argon2id with 19 MiB, two passes and one lane, which OWASP recommends; two at a time, to bound memory.

    Hashes run in threads of their own, and their memory is returned to the system: glibc would else keep it in each
    thread's arena.
    """

    def __init__(self) -> None:
        _give_memory_back()
        self._hasher = PasswordHash((Argon2Hasher(memory_cost=19 * 1024, time_cost=2, parallelism=1),))
        self._threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="passwords")
        self._nobodys = self._hasher.hash(new_secret())

    def hash(self, password: str) -> str:
        """The hash to store for a new password. Raises BadInput for one too short or too long, TooMany."""
        data = _bytes(password)
        if len(data) < SHORTEST:
            raise BadInput(f"A password has at least {SHORTEST} characters; choose a longer one.")
        return self._in_turn(lambda: self._hasher.hash(data))

    def verify(self, password: str, stored: str | None) -> bool:
        """Whether ``password`` matches the hash ``stored``; without a hash it takes as long to say no.

        Raises BadInput for one too long, TooMany.
        """
        data = _bytes(password)
        right = self._in_turn(lambda: self._hasher.verify(data, stored or self._nobodys))
        return right and stored is not None

    def _in_turn(self, work: Callable[[], _Result]) -> _Result:
        waiting = self._threads.submit(work)
        try:
            return waiting.result(_WAIT_SECONDS)
        except TimeoutError:
            waiting.cancel()
            message = "Too many people sign in at this moment; try again in a few seconds."
            raise TooMany(message, _WAIT_SECONDS) from None


def _give_memory_back() -> None:
    """Fix the size from which on blocks are mapped, and unmapped when freed; glibc would raise it at the first free."""
    if sys.platform == "linux":
        set_option = getattr(ctypes.CDLL(None), "mallopt", None)  # other C libraries of Linux have none
        if set_option is not None:
            set_option(_M_MMAP_THRESHOLD, _MAPPED)


def _bytes(password: str) -> bytes:
    """Normalized (NFKC), the same however the keyboard composed it. Raises BadInput."""
    if len(password) <= LONGEST:
        try:
            data = unicodedata.normalize("NFKC", password).encode()
        except UnicodeEncodeError as error:
            raise BadInput("The password holds half a character; type it again.") from error
        if len(data) <= LONGEST:
            return data
    raise BadInput(f"A password has at most {LONGEST} bytes; choose a shorter one.")
