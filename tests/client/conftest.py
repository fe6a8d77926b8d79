"""A server that can be told to misbehave, and both clients of it behind one face."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest

from artifex.client import AsyncClient, Client, JobEvent
from tests.fakes.studio import FakeStudio

Ask = Callable[[Callable[[Any], Any]], Any]
"""Opens a client, asks it something, and returns the answer (for an iterator: all of it)."""


@pytest.fixture
def studio() -> Iterator[FakeStudio]:
    with FakeStudio() as studio:
        yield studio


@pytest.fixture(params=["blocking", "awaiting"])
def ask(request: pytest.FixtureRequest, studio: FakeStudio) -> Ask:
    """Every test runs over both clients."""

    def blocking(question: Callable[[Client], Any]) -> Any:
        with Client(studio.url) as client:
            answer = question(client)
            return list(answer) if isinstance(answer, Iterator) else answer

    async def awaiting(question: Callable[[AsyncClient], Any]) -> Any:
        async with AsyncClient(studio.url) as client:
            answer = question(client)
            return await _all(answer) if isinstance(answer, AsyncIterator) else await answer

    return blocking if request.param == "blocking" else lambda question: asyncio.run(awaiting(question))


async def _all(events: AsyncIterator[JobEvent]) -> list[JobEvent]:
    return [event async for event in events]
