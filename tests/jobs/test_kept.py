"""The cache for values that are expensive to make, as threads use it."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from artifex.jobs.kept import Kept


def test_what_several_threads_want_at_once_is_made_once() -> None:
    kept, made, others = Kept[str, int](2, 4), list[str](), threading.Barrier(4)

    def make() -> int:
        made.append("one")
        time.sleep(0.2)
        return len(made)

    def get(_: int) -> int:
        others.wait()
        return kept.get("one", make)

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(get, range(4))) == [1] * 4


def test_one_value_does_not_wait_for_another() -> None:
    kept, both = Kept[int, int](2, 2), threading.Barrier(2)

    def make() -> int:
        both.wait(10)
        return 1

    with ThreadPoolExecutor(2) as threads:
        assert list(threads.map(lambda key: kept.get(key, make), range(2))) == [1, 1]


def test_what_fails_is_tried_again_and_what_was_used_last_stays() -> None:
    kept = Kept[str, int](2, 1)
    with pytest.raises(ZeroDivisionError):
        kept.get("a", lambda: 1 // 0)
    assert [kept.get(key, lambda: 1) for key in "aba"] == [1] * 3
    assert [kept.get(key, lambda: 2) for key in "cab"] == [2, 1, 2]
