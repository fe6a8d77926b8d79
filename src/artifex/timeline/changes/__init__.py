"""What an edit changed, as small plain data: the ground of undo, of the journal, and of telling others.

items        a project as items, each with a path and JSON        change       what lies between two projects
shifts       many clips that only moved, said in one line          applying     from one to the other and back
"""

from artifex.timeline.changes.applying import applied, inverse
from artifex.timeline.changes.change import Change, Shift, Step, parse_change
from artifex.timeline.changes.difference import difference

__all__ = ["Change", "Shift", "Step", "applied", "difference", "inverse", "parse_change"]
