"""A database that is away, slow or locked (F11), under many concurrent writers (F12; ``benchmarks.load`` measures their
waits), or whose power is cut (F15)."""

import shutil
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from tests.fakes.postgres import PostgresServer
from tests.faults.cut import finish_what_was_cut
from tests.faults.history import OK, Call, History
from tests.faults.pace import PACE
from tests.faults.runs import Run, runs
from tests.faults.studio import Studio

LONGEST_SECONDS = PACE.lease / 2
CLIENTS = 8


def test_a_database_that_is_away_costs_no_job_f11(studio: Studio) -> None:
    for run in runs("F11"):
        with run:
            ids = [studio.submit(run.tag(number), run.chain()) for number in range(2)]
            time.sleep(run.random.uniform(0.0, 0.2))
            take_away(studio, run)
            studio.finish([*ids, studio.submit(run.tag(2), run.chain(4))])
    assert studio.breaches() == []


def take_away(studio: Studio, run: Run) -> None:
    """Make the database unavailable for less than half a lease, so that no worker loses its job."""
    seconds = run.random.uniform(0.05, LONGEST_SECONDS)
    proxy = studio.services.database_proxy
    if proxy is None:
        with closing(sqlite3.connect(studio.settings.database_file, isolation_level=None, timeout=30)) as other:
            other.execute("begin exclusive")
            time.sleep(seconds)
            other.execute("rollback")
        return
    match run.seed % 4:
        case 0:
            proxy.stall()
            time.sleep(seconds)
            proxy.flow()
        case 1:
            proxy.refuse()
            time.sleep(seconds)
            proxy.allow()
        case 2:
            proxy.reset()
        case _:
            proxy.cut_answers_after(run.random.randrange(2000))
            time.sleep(seconds)


def test_many_writers_at_once_are_all_answered_f12(open_studio: Callable[..., Studio]) -> None:
    studio = open_studio("embedded")

    def write(run: Run, client: int, cancels: bool) -> None:
        call = studio.client.submit(run.tag(client), run.chain(2))
        if cancels:
            studio.client.do("cancel", run.tag(client), call.job_id)

    for run in runs("F12"):
        with run:
            cancels = [run.random.random() < 0.85 for _ in range(CLIENTS)]
            writers = [threading.Thread(target=write, args=(run, *one)) for one in enumerate(cancels)]
            for writer in writers:
                writer.start()
            for writer in writers:
                writer.join()
    assert {call.answer for call in studio.history.calls} <= {OK, "conflict"}
    assert studio.breaches() == []


def test_a_power_cut_leaves_everything_that_was_promised_f15(
    open_studio: Callable[..., Studio], tmp_path: Path
) -> None:
    """Each cut is a copy of the whole library at some moment; everything acknowledged until then must be completed in
    the copy."""
    studio = open_studio("embedded")
    for run in runs("F15"):
        with run:
            ids = [studio.submit(run.tag(number), run.chain(16)) for number in range(2)]
            time.sleep(run.random.uniform(0.0, 0.3))
            cut, known = tmp_path / f"cut{run.seed}", list[Call]()
            with studio.hosts.frozen(studio.api):
                known.extend(studio.history.calls)
                shutil.copytree(studio.home, cut)
            tear_log(cut / "artifex.db-wal", run)
            assert finish_what_was_cut(cut, studio.slots, History(known)) == []
            shutil.rmtree(cut)
            studio.finish(ids)
    assert studio.breaches() == []


def tear_log(log: Path, run: Run) -> None:
    """Append random bytes to the log, like a torn last write that SQLite had not reported as committed."""
    if log.exists():
        with log.open("ab") as file:
            file.write(run.random.randbytes(run.random.randrange(10_000)))
    log.with_name("artifex.db-shm").unlink(missing_ok=True)


def test_a_crash_of_postgresql_costs_no_job_f15(open_studio: Callable[..., Studio], postgres: PostgresServer) -> None:
    studio = open_studio("distributed")
    for run in runs("F15 PostgreSQL", share=5):
        with run:
            ids = [studio.submit(run.tag(number), run.chain()) for number in range(2)]
            time.sleep(run.random.uniform(0.0, 0.3))
            postgres.crash()
            studio.finish([*ids, studio.submit(run.tag(2), run.chain(4))])
    assert studio.breaches() == []
