"""The folder of rendered segments, which many processes use at once."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from artifex.jobs.films.keeping import in_use, is_kept, prune

USER = """
import sys, time
from pathlib import Path
from artifex.jobs.films.keeping import in_use
with in_use(Path(sys.argv[1])):
    print("uses", flush=True)
    time.sleep(600)
"""


def test_old_segments_are_removed_first(tmp_path: Path) -> None:
    for number in range(5):
        (tmp_path / f"{number}.mp4").write_bytes(bytes(100))
        os.utime(tmp_path / f"{number}.mp4", (number, number))
    prune(tmp_path, 250)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["3.mp4", "4.mp4"]


def test_what_killed_processes_had_begun_is_removed_a_day_later(tmp_path: Path) -> None:
    old, young = (tmp_path / f".artifex-{digit * 12}-one.mp4" for digit in "ab")
    for begun in (old, young):
        begun.write_bytes(bytes(100))
    os.utime(old, (0, time.time() - 90_000))
    prune(tmp_path, 0)
    assert list(tmp_path.iterdir()) == [young]


def test_segments_may_come_and_go_while_old_ones_are_removed(tmp_path: Path) -> None:
    def come_and_go() -> None:
        for number in range(200):
            (tmp_path / f"{number}.mp4").write_bytes(bytes(100))
        for number in range(200):
            (tmp_path / f"{number}.mp4").unlink(missing_ok=True)

    with _meanwhile(come_and_go):
        for _ in range(300):
            prune(tmp_path, 250)


def test_a_segment_that_is_removed_while_it_is_looked_for_is_none(tmp_path: Path) -> None:
    """And no empty file is created in its place."""
    file = tmp_path / "one.mp4"
    came_back: list[Path] = []

    def come_and_go() -> None:
        if file.exists():
            came_back.append(file)
        (tmp_path / "whole").write_bytes(b"whole")
        os.replace(tmp_path / "whole", file)
        file.unlink()

    end = time.monotonic() + 1
    with _meanwhile(come_and_go):
        while time.monotonic() < end:
            is_kept(file)
    assert not came_back


def test_what_a_render_uses_stays_until_it_ends(tmp_path: Path) -> None:
    old, reused, made = (tmp_path / f"{name}.mp4" for name in ("old", "reused", "made"))
    for file in (old, reused):
        file.write_bytes(bytes(100))
        os.utime(file, (1, 1))
    with in_use(tmp_path):
        assert is_kept(reused)
        made.write_bytes(bytes(100))
        with in_use(tmp_path):
            pass  # another render that ends earlier
        prune(tmp_path, 0)
        assert sorted(tmp_path.glob("*.mp4")) == [made, reused]
    prune(tmp_path, 0)
    assert list(tmp_path.glob("*.mp4")) == []


def test_a_render_of_another_process_counts_until_that_is_killed(tmp_path: Path) -> None:
    file = tmp_path / "one.mp4"
    with subprocess.Popen([sys.executable, "-c", USER, str(tmp_path)], stdout=subprocess.PIPE) as user:
        try:
            assert user.stdout is not None
            assert user.stdout.readline() == b"uses\n"
            file.write_bytes(bytes(100))
            prune(tmp_path, 0)
            assert file.exists()
        finally:
            user.kill()
    prune(tmp_path, 0)
    assert not file.exists()


@contextmanager
def _meanwhile(work: Callable[[], None]) -> Iterator[None]:
    """Repeat ``work`` in a thread until the block ends."""
    over = threading.Event()

    def run() -> None:
        while not over.is_set():
            work()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
