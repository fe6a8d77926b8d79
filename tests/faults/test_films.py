"""Power cuts during editing and rendering: no acknowledged edit is lost, no finished segment is rendered again."""

import random
import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from artifex.media.decode import frames
from tests.faults.editing import FilmClient, random_edit
from tests.faults.runs import Run, runs
from tests.faults.studio import Studio
from tests.media.numbered import COUNT, read_number, write_numbered

pytestmark = pytest.mark.timeout(3600)
"""For fifty runs of one test; a hang within a run is reported after a minute."""
EDITS = 30
LONGEST_EDIT = 0.03
"""Seconds after sending an edit within which the power is cut: while it is read, made, written or answered."""
SEGMENTS = 8
USUAL_EDITS, USUAL_RENDERS = 2, 1
"""The default number of runs."""


@pytest.fixture(scope="module")
def studio(open_studio: Callable[..., Studio]) -> Studio:
    return open_studio("embedded", slots=1, kinds=("render",))


def test_no_edit_that_was_told_is_lost_by_a_power_cut(studio: Studio) -> None:
    for run in runs("edits of a film", usual=USUAL_EDITS):
        with run, film_client(studio) as client:
            states = cut_while_editing(studio, client, run)
            for expected in reversed(states[:-1]):
                client.step("undo")
                assert client.project() == expected
            for expected in states[1:]:
                client.step("redo")
                assert client.project() == expected


def test_a_render_that_was_cut_short_makes_no_finished_segment_again(studio: Studio, tmp_path: Path) -> None:
    clip = write_numbered(tmp_path / "numbered.mp4").read_bytes()
    for run in runs("render of a film", usual=USUAL_RENDERS):
        with run, film_client(studio) as client:
            shutil.rmtree(studio.settings.segments, ignore_errors=True)
            shown = cut_film(client, client.upload(clip), run.random)
            job = client.ask("render", width=512, height=256, encoding="h264")["id"]
            kept = cut_while_rendering(studio, run)
            studio.finish([job])
            assert studio.queue.get(job).state_name == "succeeded"
            inodes = {file: file.stat().st_ino for file in kept}
            assert inodes == kept, "a finished segment was rendered again"
            assert len(finished(studio)) == SEGMENTS
            studio.wait_whole()  # the worker may finish before the server is back
            assert rendered_numbers(client, job, tmp_path) == shown


def film_client(studio: Studio) -> FilmClient:
    return FilmClient(studio.client.port)


def cut_while_editing(studio: Studio, client: FilmClient, run: Run) -> list[dict[str, Any]]:
    """The project before the first and after each edit, from the server; the power is cut during one edit."""
    states = [client.project()]
    fatal, delay = run.random.randrange(EDITS), run.random.uniform(0, LONGEST_EDIT)
    for number in range(EDITS):
        cut = threading.Timer(delay, studio.hosts.kill_all, (studio.api,))
        if number == fatal:
            cut.start()
        client.edit(random_edit(states[-1], run.random))
        states.append(client.project())
        if number == fatal:
            cut.join()
    return states


def cut_film(client: FilmClient, asset: str, chance: random.Random) -> list[int]:
    """Edit a film of SEGMENTS cuts; returns the numbers of the clip's frames that it shows."""
    client.ask("place", asset=asset)
    [placed] = client.project()["timeline"]["tracks"][0]["clips"]
    shown: list[int] = []
    pieces: list[dict[str, Any]] = []
    for _ in range(SEGMENTS):
        count = chance.randrange(20, 40)
        start = chance.randrange(COUNT - count)
        shown += range(start, start + count)
        piece = {"start": 0, "duration": count, "source": placed["source"], "source_start": str(start)}
        pieces.append({"edit": "append", "clips": [{"track": "v1", "clip": piece}]})
    client.ask("edits", commands=[{"edit": "lift_clips", "clips": [placed["id"]]}, *pieces])
    return shown


def cut_while_rendering(studio: Studio, run: Run) -> dict[Path, int]:
    """Cut the power once some segments are rendered; returns them with a value that identifies each file."""
    wanted = run.random.randrange(1, SEGMENTS)
    studio.wait(lambda: len(finished(studio)) >= wanted, "segments of the film")
    time.sleep(run.random.uniform(0, 0.1))
    cut = run.random.choice((studio.hosts.kill_all, studio.hosts.kill))
    cut(studio.api)
    return {file: file.stat().st_ino for file in finished(studio)}


def finished(studio: Studio) -> list[Path]:
    return sorted(studio.settings.segments.glob("[0-9a-f]*.mp4"))


def rendered_numbers(client: FilmClient, job: str, folder: Path) -> list[int]:
    film = folder / "film.mp4"
    film.write_bytes(client.film_of(job))
    return [read_number(picture[::4, ::4]) for picture in frames(film)]
