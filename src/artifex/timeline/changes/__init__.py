"""What an edit changed, as small plain data: for undo, for the journal and for the answers to clients.

change       the data: steps and shifts                    difference   the change between two projects
items        a project as items with paths                 applying     a change applied or inverted
"""

from artifex.timeline.changes.applying import applied, inverse
from artifex.timeline.changes.change import Change, Shift, Step, parse_change
from artifex.timeline.changes.difference import difference

__all__ = ["Change", "Shift", "Step", "applied", "difference", "inverse", "parse_change"]
