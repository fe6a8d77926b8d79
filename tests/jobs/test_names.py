"""One name, one worker: of two that are started under the same, the second is refused, and disturbs nobody."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest

from artifex.errors import Busy
from artifex.jobs.queue import Pace, Queue, Slot
from artifex.jobs.transport.local import LocalTransport
from artifex.jobs.worker.names import Names
from artifex.jobs.worker.supervisor import Patience, Supervisor
from artifex.store.database import Database, open_database, sqlite_url
from tests.forks import COMMAND_LINE, Fork
from tests.jobs.floor import Floor, at_step, has_checkpoint, slowed, small_recipe
from tests.jobs.queues import submit

NAME = "here.cpu0"
BRISK = Pace(lease=1.0, heartbeat=0.2, claim=1.0, tick=0.2)
MOST_SECONDS = 60.0


def slot(holder: str, name: str = NAME) -> Slot:
    return Slot(name, "here", "cpu", ("generate",), holder=holder)


@pytest.fixture
def queue(database: Database) -> Queue:
    return Queue(database, pace=BRISK)


# ---- the queue -------------------------------------------------------------------------------------------------------


def test_a_name_has_one_holder(queue: Queue) -> None:
    queue.hold([slot("first")])
    with pytest.raises(Busy, match=r"name here .* --name"):
        queue.hold([slot("second")])
    queue.hold([slot("first")])
    queue.hold([slot("second", "there.cpu0")])


def test_all_names_are_had_or_none(queue: Queue) -> None:
    queue.hold([slot("first", "here.gpu1")])
    with pytest.raises(Busy, match=r"here\.gpu1"):
        queue.hold([slot("second", "here.gpu0"), slot("second", "here.gpu1")])
    queue.hold([slot("third", "here.gpu0")])


def test_of_many_at_once_one_has_the_name(queue: Queue) -> None:
    had: list[str] = []
    ready = threading.Barrier(8)

    def try_it(holder: str) -> None:
        ready.wait()
        with suppress(Busy):
            queue.hold([slot(holder)])
            had.append(holder)

    threads = [threading.Thread(target=try_it, args=(f"holder{number}",)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(had) == 1


def test_a_name_is_free_once_its_holder_is_silent(queue: Queue) -> None:
    queue.hold([slot("first")])
    time.sleep(BRISK.lease + 0.1)
    queue.hold([slot("second")])
    with pytest.raises(Busy):
        queue.hold([slot("first")])


def test_a_name_is_free_at_once_for_whoever_knows_that_its_holder_is_dead(queue: Queue) -> None:
    queue.hold([slot("killed")])
    queue.hold([slot("second")], before=["killed"])
    with pytest.raises(Busy):
        queue.hold([slot("killed")])


def test_a_name_that_was_let_go_of_is_free_at_once_and_paused_as_before(queue: Queue) -> None:
    queue.hold([slot("first")])
    queue.announce(slot("first"), "", {})
    queue.pause_slot(NAME, True)
    queue.let_go("first")
    queue.hold([slot("second")])
    queue.announce(slot("second"), "", {})
    assert [each["paused"] for each in queue.slots()] == [True]


def test_a_worker_of_a_former_version_has_its_name_while_it_lives(queue: Queue) -> None:
    queue.announce(slot(""), "", {})
    with pytest.raises(Busy):
        queue.hold([slot("new")])
    queue.withdraw(NAME)
    queue.hold([slot("new")])


def test_whoever_lost_its_name_changes_nothing_under_it(queue: Queue) -> None:
    queue.hold([slot("first")])
    queue.announce(slot("first"), "", {})
    queue.hold([slot("second")], before=["first"])
    queue.announce(slot("second"), "", {})
    made = submit(queue)
    assert queue.take(NAME, "first") is None
    claim = queue.take(NAME, "second")
    assert claim is not None
    queue.crashed(NAME, holder="first")
    queue.withdraw(NAME, "first")
    queue.let_go("first")
    with pytest.raises(Busy):
        queue.announce(slot("first"), "", {})
    queue.beat(claim)
    assert queue.get(made.id).state_name == "running"
    assert [each["alive"] for each in queue.slots()] == [True]


def test_a_process_that_was_ended_alone_leaves_its_name_to_its_supervisor(queue: Queue) -> None:
    queue.hold([slot("first")])
    queue.announce(slot("first"), "", {})
    queue.withdraw(NAME, "first")
    queue.announce(slot("first"), "", {})  # the process that follows
    with pytest.raises(Busy):
        queue.hold([slot("second")])
    queue.hold([slot("first")])


# ---- its folder ------------------------------------------------------------------------------------------------------


def test_a_folder_knows_whom_it_was_held_by(queue: Queue, tmp_path: Path) -> None:
    """Whoever is killed, at whatever moment, can start again at once; a copy of its folder cannot."""
    killed = Names(queue, [slot("")], tmp_path / "one")
    killed.take()
    copy = tmp_path / "copy"
    copy.mkdir()
    killed._locks.close()  # as the system does with those of a killed process
    again = Names(queue, [slot("")], tmp_path / "one")
    again.take()
    (copy / f"{NAME}.holder").write_bytes((tmp_path / "one" / f"{NAME}.holder").read_bytes())
    again._locks.close()
    Names(queue, [slot("")], tmp_path / "one").take()
    with pytest.raises(Busy):
        Names(queue, [slot("")], copy).take()


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_kill_while_the_name_is_taken_does_no_harm(queue: Queue, tmp_path: Path, when: str) -> None:
    class Killed(BaseException):
        pass

    class Dying(Queue):
        def hold(self, *arguments: object, **named: object) -> None:
            if when == "after":
                super().hold(*arguments, **named)  # pyright: ignore[reportArgumentType]
            raise Killed

    first = Names(queue, [slot("")], tmp_path)
    first.take()
    first._locks.close()
    second = Names(Dying(queue._database, pace=BRISK), [slot("")], tmp_path)
    with pytest.raises(Killed):
        second.take()
    second._locks.close()
    Names(queue, [slot("")], tmp_path).take()


# ---- workers ---------------------------------------------------------------------------------------------------------


@pytest.fixture(params=["sqlite", "postgresql"])
def floors(request: pytest.FixtureRequest, tmp_path: Path) -> list[Floor]:
    """Two machines, each with a folder of its own, on one database."""
    if request.param == "sqlite":
        url = sqlite_url(tmp_path / "shared" / "artifex.db")
    else:
        url = request.getfixturevalue("postgres").new_database()
    open_database(url).close()
    return [Floor(tmp_path / name, url) for name in ("one", "other")]


@contextmanager
def worker(floor: Floor, program: str = "") -> Iterator[Fork]:
    words = ["worker", "--name", "here", "--slots", "cpu"]
    process = Fork(COMMAND_LINE, words, floor.environment_with(program), pipes=(2,), leads=True)
    try:
        yield process
        if process.poll() is None:
            process.terminate()
            process.wait(40)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def test_a_second_worker_of_a_name_is_refused_and_disturbs_nobody(floors: list[Floor]) -> None:
    one, other = floors
    with worker(one, slowed(0.5)):
        made = one.order(small_recipe(steps=8))
        one.wait(made, at_step(1))
        with worker(other) as second:
            assert second.wait(30) == 3
            assert second.stderr is not None
            said = second.stderr.read()
            assert "--name" in said
            assert "here" in said
        assert one.finish(made).attempt == 1
    with worker(other):  # the first has left
        other.wait_until_alive(NAME)


def test_of_two_workers_started_at_once_one_does_all_the_work(floors: list[Floor]) -> None:
    one, other = floors
    made = [one.order(small_recipe(steps=2, seed=seed)) for seed in range(3)]
    with worker(one) as first, worker(other) as second:
        _wait(lambda: (first.poll(), second.poll()) in ((3, None), (None, 3)))
        assert [one.finish(each).attempt for each in made] == [1, 1, 1]
        assert [first.poll(), second.poll()].count(None) == 1


def test_a_killed_worker_is_back_at_once(floors: list[Floor]) -> None:
    one, _ = floors
    with worker(one, slowed(0.3)) as first:
        made = one.order(small_recipe(steps=8))
        one.wait(made, has_checkpoint)
        os.killpg(first.pid, signal.SIGKILL)
    with worker(one):
        one.wait(made, lambda row: row.attempt == 2, seconds=30)
        assert one.finish(made).attempt == 2
    assert len(one.files(made)) == 1


def test_a_worker_that_slept_leaves_its_name_to_the_one_that_has_it(floors: list[Floor]) -> None:
    one, _ = floors
    queue = Queue(one.database, pace=BRISK)
    ousted = threading.Event()
    supervisor = Supervisor(
        queue, [slot("")], LocalTransport(), {NAME: one.environment}, one.home / "slots", patience=Patience(grace=5)
    )
    supervisor.start(ousted.set)
    try:
        _wait(lambda: NAME in supervisor.processes())
        [mine] = supervisor.slots
        queue.hold([replace(mine, holder="another")], before=[mine.holder])  # as if it had slept for a minute
        assert ousted.wait(MOST_SECONDS)
        _wait(lambda: not supervisor.processes())
    finally:
        supervisor.stop()
    with pytest.raises(Busy):
        queue.announce(mine, "", {})


def _wait(until: Callable[[], bool]) -> None:
    end = time.monotonic() + MOST_SECONDS
    while not until():
        assert time.monotonic() < end
        time.sleep(0.05)
