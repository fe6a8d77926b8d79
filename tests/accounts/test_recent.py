"""Who was found a moment ago is found again without the database, but not after a revocation."""

from itertools import count

from artifex.accounts.identity import Identity
from artifex.accounts.recent import Recent

ANN = Identity("0" * 32, "ann", "member")


def test_what_was_read_before_a_revocation_counts_no_more_after_it() -> None:
    """A request may have read the database just before, and note what it found just after."""
    recent = Recent(count().__next__)
    asked = recent.now()
    recent.forget()
    recent.note("token", asked, ANN)
    assert recent.get("token") is None
    recent.note("token", recent.now(), ANN)
    assert recent.get("token") == ANN
