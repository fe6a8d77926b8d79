"""The journal: cut off at any byte, at most the last edit is lost."""

import random
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from artifex.errors import BadInput, NotWritable
from artifex.timeline import journal as journals
from artifex.timeline.changes import difference
from artifex.timeline.commands import parse_command, perform
from artifex.timeline.history import History, redo, undo
from artifex.timeline.journal import Entry, JournalFile, read_journal, restored
from artifex.timeline.project import Project
from tests.timeline.films import command, counter, film, with_film

State = tuple[Project, History]


def edited(dice: random.Random, path: Path, steps: int, most: int = 9) -> list[tuple[int, State]]:
    """A journal of random edits, undos and redos; how long it was after each, and the state then."""
    new_id = counter()
    whole = film(dice, linked=most > 1)
    tracks = [
        replace(track, clips=track.clips[:most], transitions=track.transitions[: most - 1]) for track in whole.tracks
    ]
    project, history = Project("p", "film", replace(whole, tracks=tuple(tracks))), History()
    journal = JournalFile(path)
    journal.snapshot(project)
    states = [(path.stat().st_size, (project, history))]
    for _ in range(steps):
        chance = dice.random()
        if chance < 0.2 and history.can_undo:
            project, history = undo(project, history)
            journal.append(Entry("undo"))
        elif chance < 0.3 and history.can_redo:
            project, history = redo(project, history)
            journal.append(Entry("redo"))
        elif chance < 0.4:
            journal.snapshot(project)
        else:
            try:
                after = perform(project, parse_command(command(dice, project.timeline), new_id), new_id)
            except BadInput:
                continue
            change = difference(project, after)
            project, history = after, history.with_change(change)
            journal.change(change)
        states.append((path.stat().st_size, (project, history)))
    journal.close()
    return states


def test_cut_at_every_byte(tmp_path: Path) -> None:
    states = edited(random.Random(7), tmp_path / "film.journal", 12, most=1)
    content = (tmp_path / "film.journal").read_bytes()
    whole = 0
    for length in range(states[0][0], len(content) + 1):
        if whole + 1 < len(states) and length == states[whole + 1][0]:
            whole += 1
        read = read_journal(content[:length])
        assert read.whole_bytes == states[whole][0]
        assert len(read.entries) == whole + 1
        if length in (states[whole][0], len(content)) or length % 997 == 0:
            assert restored(read.entries) == states[whole][1]
    assert whole == len(states) - 1


@with_film
def test_what_is_restored_is_what_was_there(dice: random.Random) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "film.journal"
        states = edited(dice, path, 6)
        content = path.read_bytes()
        length = dice.randrange(states[0][0], len(content) + 1)
        expected = [state for size, state in states if size <= length][-1]
        path.write_bytes(content[:length])
        reopened = JournalFile(path)
        assert restored(reopened.journal.entries) == expected
        reopened.snapshot(expected[0])
        reopened.close()
        assert restored(read_journal(path.read_bytes()).entries) == expected


def test_a_damaged_middle_is_kept_beside(tmp_path: Path) -> None:
    path = tmp_path / "film.journal"
    states = edited(random.Random(3), path, 12)
    content = bytearray(path.read_bytes())
    content[states[2][0] + 40] ^= 1
    path.write_bytes(content)
    reopened = JournalFile(path)
    reopened.close()
    assert restored(reopened.journal.entries) == states[2][1]
    assert (tmp_path / "film.journal.damaged").read_bytes() == content
    assert path.stat().st_size == states[2][0]


def test_every_changed_byte_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "film.journal"
    states = edited(random.Random(5), path, 3)
    content = path.read_bytes()
    for at in range(states[0][0], len(content), 3):
        changed = bytearray(content)
        changed[at] ^= 0x20
        assert len(read_journal(bytes(changed)).entries) < len(states)


def test_an_entry_that_could_not_be_written_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "film.journal"
    project = Project("p", "film", film(random.Random(1)))
    journal = JournalFile(path)
    journal.snapshot(project)
    before = path.read_bytes()

    def full(_: int) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as broken:
        broken.setattr(journals.os, "fsync", full)
        with pytest.raises(NotWritable):
            journal.append(Entry("undo"))
    assert path.read_bytes() == before
    journal.snapshot(project)
    journal.close()
    assert len(read_journal(path.read_bytes()).entries) == 2


def test_a_snapshot_is_wanted_now_and_then(tmp_path: Path) -> None:
    journal = JournalFile(tmp_path / "film.journal")
    assert journal.wants_snapshot
    journal.snapshot(Project("p", "film", film(random.Random(1))))
    for _ in range(journals.SNAPSHOT_EVERY - 1):
        assert not journal.wants_snapshot
        journal.append(Entry("undo"))
    assert journal.wants_snapshot
    journal.close()
    assert JournalFile(tmp_path / "film.journal").wants_snapshot


def test_nothing_can_be_restored_from_nothing() -> None:
    assert read_journal(b"") == journals.Journal((), 0)
    assert read_journal(b"hello\nworld\n").entries == ()
    with pytest.raises(BadInput, match="holds no project"):
        restored(())
