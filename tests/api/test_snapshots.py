"""A snapshot is read once for all who wait for one, and not kept in memory."""

import asyncio
import gc
import time
from types import SimpleNamespace
from typing import Any

import pytest

from artifex.api.feed import Feed
from artifex.api.figures import Figures
from artifex.api.hub import Hub
from artifex.api.snapshots import Snapshot, Snapshots
from artifex.jobs.queue import Queue

OWNERS = "anna", "bert", None
SEQ = 987654321
"""Tells the snapshots of these tests from those of others in this process."""


class Counting(Queue):
    """An empty queue that counts how often its jobs are read."""

    reads = 0

    def last_event(self) -> int:
        return SEQ

    def page(self, *_asked: Any, **_named: Any) -> Any:
        self.reads += 1
        time.sleep(0.05)
        return SimpleNamespace(jobs=[], next_cursor=None)


@pytest.fixture
def queue() -> Counting:
    return object.__new__(Counting)


def held() -> int:
    gc.collect()
    return sum(type(each) is Snapshot and each.seq == SEQ for each in gc.get_objects())


def test_readers_who_come_at_once_share_a_snapshot_and_none_is_held_after(queue: Counting) -> None:
    snapshots = Snapshots(queue)

    async def all_at_once() -> None:
        since = time.monotonic()
        await asyncio.gather(*(snapshots.of_owner(owner, since) for _ in range(20) for owner in OWNERS))

    asyncio.run(all_at_once())
    assert queue.reads == len(OWNERS)
    assert held() == 0, snapshots


def test_a_snapshot_is_not_held_while_its_reader_waits_for_events(queue: Counting) -> None:
    async def waiting() -> None:
        feed = Feed(Hub(queue, Figures(), 1.0, 2**20), Snapshots(queue), "anna")
        with feed.listening() as texts:
            assert f'"seq":{SEQ}' in await anext(texts)
            following = asyncio.ensure_future(anext(texts))
            await asyncio.sleep(0.01)
            left = held()
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)
        assert left == 0

    asyncio.run(waiting())
