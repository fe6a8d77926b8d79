"""Finds English, Korean and Russian words in a prompt."""

import re
import unicodedata

_HANGUL = re.compile("[가-힣]")


class Vocabulary:
    """Words and phrases of one subject."""

    def __init__(self, words: str) -> None:
        """Take words separated by commas; a star stands for any ending.

        Korean words are also found inside others, because particles and endings are attached to them.
        """
        self._pattern = re.compile("|".join(_pattern(normalised(word.strip())) for word in words.split(",")))

    def count(self, text: str) -> int:
        """How many different matches a text has, once passed through `normalised`."""
        return len(set(self._pattern.findall(text)))


def normalised(text: str) -> str:
    """Composed and case-folded, with one kind of hyphen and of space, and the Russian ё written as е."""
    text = unicodedata.normalize("NFC", text).casefold().replace("ё", "е")
    return re.sub(r"[\s_]+", " ", re.sub("[‐‑‒–—-]", "-", text))


def _pattern(word: str) -> str:
    escaped = re.escape(word).replace(r"\*", r"\w*").replace(r"\ ", "[ -]").replace(r"\-", "[ -]?")
    return escaped if _HANGUL.search(word) else rf"\b{escaped}\b"
