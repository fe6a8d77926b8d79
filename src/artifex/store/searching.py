"""Finding assets by words: the search text stored with each, and the query on it."""

import unicodedata
from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement

from artifex.store.tables.assets import assets

_LONGEST = 20_000
_PROMPTS = ("prompt", "written_prompt")


def search_text(name: str, *recipes: Mapping[str, Any] | None) -> str:
    """The text that an asset is found by: its name, and the prompts it was made with or claims to be.

    Normalized and case-folded here, since SQLite folds only ASCII letters, and databases differ in the rest. At most
    20,000 characters.
    """
    prompts = [recipe.get(prompt) or "" for recipe in recipes if recipe for prompt in _PROMPTS]
    return _spelling("\n".join((name, *prompts)))[:_LONGEST]


def has_words(search: str) -> list[ColumnElement[bool]]:
    """Conditions that every word of a search occurs; the longest, likely the rarest, first, to reject rows early."""
    words = sorted(set(_spelling(search).split()), key=len, reverse=True)
    return [assets.c.search.contains(word, autoescape=True) for word in words]


def _spelling(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().replace("\0", " ")
