"""The desk: edits survive crashes, can be undone without limit, and are not lost when two users edit at once."""

import os
import random
import time
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from artifex.errors import Conflict, NotFound
from artifex.jobs.films.desk import Desk, Opened
from artifex.store.database import Database, open_database
from artifex.store.projects import Projects
from artifex.timeline.commands import parse_command, perform
from artifex.timeline.project import Project
from tests.fakes.databases import ready_sqlite
from tests.forks import Fork

OWNER = "somebody"
EDITOR = """
import sys
from pathlib import Path
from artifex.jobs.films.desk import Desk
from artifex.store.database import open_database, sqlite_url
from artifex.store.projects import Projects
desk = Desk(Projects(open_database(sqlite_url(Path(sys.argv[1])))))
for number in range(int(sys.argv[3]), 100_000):
    desk.edit(sys.argv[2], None, [{"edit": "add_marker", "frame": number}])
    print(number, flush=True)
"""


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return open_database(ready_sqlite(tmp_path / "artifex.db"))


def desk_of(database: Database) -> Desk:
    return Desk(Projects(database))


def begin(desk: Desk) -> str:
    return desk.create(OWNER, "Film", Fraction(24), 1280, 720).row.id


def marker(frame: int) -> dict[str, Any]:
    return {"edit": "add_marker", "id": f"m{frame}", "frame": frame}


def frames_of(desk: Desk, project: str) -> list[int]:
    return [each.frame for each in desk.open(project).project.timeline.markers]


def test_another_process_sees_every_edit_and_can_undo_all(database: Database) -> None:
    first, second = desk_of(database), desk_of(database)
    project = begin(first)
    for frame in range(450):  # spans two snapshots
        first.edit(project, OWNER, [marker(frame)])
    assert second.open(project, OWNER).project == first.open(project, OWNER).project
    for left in reversed(range(450)):
        second.undo(project, OWNER)
        if left % 90 == 0:
            assert frames_of(desk_of(database), project) == list(range(left))
    with pytest.raises(Conflict, match="nothing to undo"):
        second.undo(project, OWNER)
    second.redo(project, OWNER)
    assert frames_of(first, project) == [0]
    first.edit(project, OWNER, [marker(7)])
    with pytest.raises(Conflict, match="nothing to redo"):
        second.redo(project, OWNER)


def test_random_edits_undone_and_done_again_are_the_same(database: Database) -> None:
    drawn, desk = random.Random(3), desk_of(database)
    project = begin(desk)
    expected = [desk.open(project).project]
    at = 0
    for step in range(120):
        if at and drawn.random() < 0.4:
            desk.undo(project, OWNER)
            at -= 1
        elif at + 1 < len(expected) and drawn.random() < 0.5:
            desk.redo(project, OWNER)
            at += 1
        else:
            expected = [*expected[: at + 1], perform(expected[at], parse_command(marker(1000 + step)))]
            desk.edit(project, OWNER, [marker(1000 + step)])
            at += 1
        assert desk.open(project).project == expected[at]
    assert desk_of(database).open(project).project == expected[at]


def test_of_two_who_edit_the_same_version_one_is_told(database: Database) -> None:
    first, second = desk_of(database), desk_of(database)
    project = begin(first)
    first.edit(project, OWNER, [marker(1)], version=0)
    with pytest.raises(Conflict, match="changed elsewhere"):
        second.edit(project, OWNER, [marker(2)], version=0)
    second.edit(project, OWNER, [marker(2)], version=1)
    assert frames_of(first, project) == [1, 2]


def test_an_edit_of_the_current_version_is_made_after_one_that_was_quicker(database: Database) -> None:
    """As when two commands place files in a film at once, or a take is finished while somebody cuts."""
    first, second = desk_of(database), desk_of(database)
    project = begin(first)

    def interrupted(opened: Opened) -> Project:
        if opened.row.version < 2:  # others are quicker, twice
            second.edit(project, OWNER, [marker(opened.row.version)])
        return perform(opened.project, parse_command(marker(9)))

    first.change(project, OWNER, interrupted)
    assert frames_of(first, project) == [0, 1, 9]


def test_an_edit_of_an_older_version_is_rebased(database: Database) -> None:
    """Onto edits, an undo and a redo of somebody else; what it makes is one step of undo like any other."""
    first, second = desk_of(database), desk_of(database)
    project = begin(first)
    for frame in (1, 2):
        first.edit(project, OWNER, [marker(frame)])
    first.undo(project, OWNER)
    first.redo(project, OWNER)
    edited = second.edit(project, OWNER, [{"edit": "add_marker", "frame": 5}], version=1, rebase=True)
    assert (edited.opened.row.version, frames_of(first, project)) == (5, [1, 2, 5])
    second.undo(project, OWNER)
    assert frames_of(first, project) == [1, 2]


def test_a_cut_is_rebased_where_it_cuts_the_same(database: Database) -> None:
    """Also though the second half of what it cuts gets an id of its own."""
    desk = desk_of(database)
    project = begin(desk)
    desk.edit(project, OWNER, [title("a", "One", 0), title("b", "Two", 48)])
    desk.edit(project, OWNER, [{"edit": "set_clip", "clip": "a", "name": "first"}])
    desk.edit(project, OWNER, [{"edit": "razor", "frame": 60}], version=1, rebase=True)
    assert [clip.start for clip in desk.open(project).project.timeline.track("v1").clips] == [0, 48, 60]


def title(clip: str, text: str, at: int) -> dict[str, Any]:
    source = {"kind": "title", "text": text, "size": 0.1, "colour": "#ffffff"}
    return {
        "edit": "overwrite",
        "at": at,
        "clips": [{"track": "v1", "clip": {"id": clip, "duration": 24, "source": source}}],
    }


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ({"edit": "set_clip", "clip": "a", "name": "theirs"}, {"edit": "set_clip", "clip": "a", "name": "ours"}),
        ({"edit": "lift_clips", "clips": ["a"]}, {"edit": "set_clip", "clip": "a", "name": "ours"}),
        (title("c", "Between", 30), title("d", "Between", 40)),  # the second would cut the first one
        (title("c", "After", 72), {"edit": "ripple_delete", "clips": ["a"]}),  # which would move that one too
    ],
)
def test_an_edit_is_not_rebased_onto_one_of_the_same_thing(
    database: Database, theirs: dict[str, Any], ours: dict[str, Any]
) -> None:
    desk = desk_of(database)
    project = begin(desk)
    desk.edit(project, OWNER, [title("a", "One", 0), title("b", "Two", 48)])
    desk.edit(project, OWNER, [theirs])
    before = desk.open(project).project
    with pytest.raises(Conflict, match="changed elsewhere"):
        desk.edit(project, OWNER, [ours], version=1, rebase=True)
    assert desk.open(project).project == before


@pytest.mark.parametrize("version", [-1, 2])
def test_an_edit_of_a_version_that_never_was_is_refused(database: Database, version: int) -> None:
    desk = desk_of(database)
    project = begin(desk)
    desk.edit(project, OWNER, [marker(1)])
    with pytest.raises(Conflict, match="changed elsewhere"):
        desk.edit(project, OWNER, [marker(2)], version=version, rebase=True)


def test_an_edit_that_changes_nothing_is_none(database: Database) -> None:
    desk = desk_of(database)
    project = begin(desk)
    name = {"edit": "rename_project", "name": "Film"}
    assert desk.edit(project, OWNER, [name]).opened.row.version == 0


def test_nobody_opens_what_belongs_to_another(database: Database) -> None:
    desk = desk_of(database)
    project = begin(desk)
    for act in (desk.open, desk.delete):
        with pytest.raises(NotFound):
            act(project, "somebody else")
    with pytest.raises(NotFound):
        desk.edit(project, "somebody else", [marker(1)])
    desk.delete(project, OWNER)
    with pytest.raises(NotFound):
        desk.open(project, OWNER)


@pytest.mark.parametrize("seed", range(int(os.environ.get("ARTIFEX_KILLS", "5"))))
def test_no_edit_that_was_told_of_is_lost_by_a_kill(tmp_path: Path, database: Database, seed: int) -> None:
    project = begin(desk_of(database))
    told, drawn = -1, random.Random(seed)
    for _ in range(3):
        editor = Fork(EDITOR, [str(tmp_path / "artifex.db"), project, str(told + 1)], os.environ, pipes=(1,))
        told = max(told, int(editor.stdout.readline()))
        time.sleep(drawn.uniform(0, 0.4))
        editor.kill()
        told = max([told, *(int(line) for line in editor.stdout if line.endswith("\n"))])
        editor.wait()
        there = frames_of(desk_of(database), project)
        assert there == list(range(len(there)))
        assert told < len(there) <= told + 2  # at most one that was not acknowledged
        told = len(there) - 1
