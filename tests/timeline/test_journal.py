"""The journal: its entries lead to the project and the history that there were."""

import json
import random
from dataclasses import replace

import pytest

from artifex.errors import BadInput
from artifex.timeline.changes import applied, difference
from artifex.timeline.commands import parse_command, perform
from artifex.timeline.history import History
from artifex.timeline.journal import Entry, restored
from artifex.timeline.project import Project
from tests.timeline.films import command, counter, film, with_film

MOST_CLIPS = 9


@with_film
def test_what_is_restored_is_what_was_there(dice: random.Random) -> None:
    new_id, whole = counter(), film(dice)
    tracks = [
        replace(track, clips=track.clips[:MOST_CLIPS], transitions=track.transitions[: MOST_CLIPS - 1])
        for track in whole.tracks
    ]
    project, history = Project("p", "film", replace(whole, tracks=tuple(tracks))), History()
    entries = [snapshot(project)]
    for _ in range(6):
        chance = dice.random()
        if chance < 0.2 and history.can_undo:
            history, change = history.undone()
            project = applied(project, change)
            entries.append(Entry("undo"))
        elif chance < 0.3 and history.can_redo:
            history, change = history.redone()
            project = applied(project, change)
            entries.append(Entry("redo"))
        elif chance < 0.4:
            entries.append(snapshot(project))
        else:
            try:
                after = perform(project, parse_command(command(dice, project.timeline), new_id), new_id)
            except BadInput:
                continue
            change = difference(project, after)
            project, history = after, history.with_change(change)
            entries.append(Entry("change", json.loads(json.dumps(change.to_data()))))
        assert restored(entries) == (project, history)


def test_nothing_can_be_restored_from_nothing() -> None:
    with pytest.raises(BadInput, match="holds no project"):
        restored(())


def snapshot(project: Project) -> Entry:
    return Entry("snapshot", json.loads(json.dumps(project.to_data())))
