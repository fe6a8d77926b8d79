"""Parses ``--prompt-at``: when another prompt takes over, and over how many frames."""

import re
from fractions import Fraction
from typing import Any

from artifex.catalog.prompt_track import FIELD, MarkWish
from artifex.errors import BadInput, in_field

_FORM = re.compile(
    r"\s*(?P<at>[0-9]{1,6}(?:\.[0-9]{1,6})?)(?P<seconds>s)?(?:\+(?P<crossfade>[0-9]{1,6}))?\s*:(?P<text>.*)",
    re.ASCII | re.DOTALL,
)


def parse_prompt_at(text: str) -> MarkWish:
    """Parse ``22:TEXT``, ``1.5s:TEXT`` or ``22+8:TEXT``. Raises BadInput."""
    found = _FORM.fullmatch(text)
    if found is None or ("." in found["at"] and not found["seconds"]):
        with in_field(FIELD):
            raise BadInput(
                f"--prompt-at {text[:60]!r} is not understood; give a frame or a time and the prompt, "
                "like 22:TEXT, 1.5s:TEXT or 22+8:TEXT."
            )
    at = Fraction(found["at"]) if found["seconds"] else int(found["at"])
    return MarkWish(at, found["text"].strip(), int(found["crossfade"] or 0))


def as_field(wish: MarkWish) -> dict[str, Any]:
    """The mark as the server's API takes it."""
    when = {"frame": wish.at} if isinstance(wish.at, int) else {"seconds": float(wish.at)}
    return {**when, "prompt": wish.prompt, "crossfade": wish.crossfade}
