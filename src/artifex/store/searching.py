"""Finding assets by words: what is written beside each of them, and how a search is put to the database."""

import unicodedata
from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement

from artifex.store.tables.assets import assets

_LONGEST = 20_000
_PROMPTS = ("prompt", "written_prompt")


def search_text(name: str, *recipes: Mapping[str, Any] | None) -> str:
    """What an asset is found by: its name, and the prompts it was made with or says it was.

    One spelling of every letter, written here, for SQLite knows capitals of English only, and databases differ in what
    else they know. At most 20,000 characters.
    """
    prompts = [recipe.get(prompt) or "" for recipe in recipes if recipe for prompt in _PROMPTS]
    return _spelling("\n".join((name, *prompts)))[:_LONGEST]


def has_words(search: str) -> list[ColumnElement[bool]]:
    """That every word of a search occurs. The longest first: it is the rarest, and ends the comparison soonest."""
    words = sorted(set(_spelling(search).split()), key=len, reverse=True)
    return [assets.c.search.contains(word, autoescape=True) for word in words]


def _spelling(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().replace("\0", " ")
