"""No page of a long library is found by reading through all of it, nor is it sorted first."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import event, insert

from artifex.store import changing, listing
from artifex.store.database import Database
from artifex.store.listing import Wanted
from artifex.store.tables.assets import assets
from tests.fakes.databases import sqlite_database

CURSOR = "1.5-" + "0" * 32


@pytest.fixture
def database() -> Iterator[Database]:
    with sqlite_database() as database:
        yield database


@pytest.fixture
def plan(database: Database) -> Callable[[Callable[[Any], object]], list[str]]:
    """How the statements of what is given to it are carried out."""
    steps: list[str] = []

    @event.listens_for(database.engine, "before_cursor_execute")
    def explain(connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
        if statement.split()[0] == "SELECT" and not many:
            steps.extend(row[3] for row in cursor.execute(f"explain query plan {statement}", parameters))

    def planned(question: Callable[[Any], object]) -> list[str]:
        steps.clear()
        with database.read() as connection:
            question(connection)
        return list(steps)

    return planned


@pytest.mark.parametrize("owner", [None, "ann"])
@pytest.mark.parametrize("order", ["newest", "oldest"])
@pytest.mark.parametrize(
    "wanted", [{}, {"kind": "video"}, {"model": "starter"}, {"favourite": True}, {"search": "a b"}, {"origin": "made"}]
)
def test_pages_are_read_in_the_order_of_an_index(
    plan: Any, wanted: dict[str, Any], order: Any, owner: str | None
) -> None:
    steps = plan(lambda connection: listing.page(connection, owner, Wanted(order=order, **wanted), CURSOR, 50))
    assert not [step for step in steps if "TEMP B-TREE" in step or step == "SCAN assets"], steps
    index = {"kind": "kind", "model": "model", "favourite": "favourite"}.get(next(iter(wanted), ""), "")
    if owner is None:
        assert any(f"ix_assets_{index or 'created'}" in step for step in steps), steps


def test_the_trash_is_found_without_the_library(plan: Any) -> None:
    steps = plan(lambda connection: changing.long_trashed(connection, 1.0))
    assert any("ix_assets_trashed" in step for step in steps), steps
    assert not [step for step in steps if step.startswith("SCAN assets") and "ix_assets_trashed" not in step], steps


@pytest.mark.parametrize("owner", [None, "ann"])
def test_a_summary_reads_an_index_and_no_rows(plan: Any, owner: str | None) -> None:
    steps = plan(lambda connection: listing.summary(connection, owner))
    assert any("COVERING INDEX ix_assets_summary" in step for step in steps), steps


def test_a_page_of_a_hundred_thousand_is_quick(database: Database) -> None:
    recipe = {"prompt": "a red circle moves right " * 20}
    plain = {"owner": "ann", "sha256": "0" * 64, "size": 1, "kind": "video", "media_type": "v", "recipe": recipe}
    with database.write() as connection:
        rows = [
            {
                **plain,
                "id": f"{number:032x}",
                "created_at": float(number),
                "search": recipe["prompt"],
                "model": f"model{number % 3}",
            }
            for number in range(100_000)
        ]
        connection.execute(insert(assets), rows)
    quick: list[dict[str, Any]] = [
        {},
        {"kind": "video"},
        {"model": "model1"},
        {"favourite": True},
        {"search": "red moves"},
    ]
    slow: dict[str, Any] = {"search": "no such word"}
    for wanted, seconds in (*((each, 0.2) for each in quick), (slow, 3.0)):
        took, found = min(_timed(database, wanted) for _ in range(5))  # whatever else the machine does meanwhile
        assert took < seconds, (wanted, took)
        assert found in (0, 50)


def _timed(database: Database, wanted: dict[str, Any]) -> tuple[float, int]:
    """Seconds that a page from the middle takes, and how much is on it."""
    began = time.perf_counter()
    with database.read() as connection:
        page = listing.page(connection, None, Wanted(**wanted), f"50000.0-{'f' * 32}", 50)
    return time.perf_counter() - began, len(page.assets)
