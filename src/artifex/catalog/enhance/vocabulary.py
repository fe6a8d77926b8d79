"""Finding words of English, Korean and Russian in a prompt."""

import re
import unicodedata

_HANGUL = re.compile("[가-힣]")


class Vocabulary:
    """Words and phrases of one subject."""

    def __init__(self, words: str) -> None:
        """Take words separated by commas; a star stands for any ending.

        Korean words are found inside others, because endings and particles grow onto them.
        """
        self._pattern = re.compile("|".join(_pattern(normalised(word.strip())) for word in words.split(",")))

    def count(self, text: str) -> int:
        """How many different words of it a text that went through `normalised` has."""
        return len(set(self._pattern.findall(text)))


def normalised(text: str) -> str:
    """Composed, case-folded, with one kind of hyphen, of space and of the Russian letter ye."""
    text = unicodedata.normalize("NFC", text).casefold().replace("ё", "е")
    return re.sub(r"[\s_]+", " ", re.sub("[‐‑‒–—-]", "-", text))


def _pattern(word: str) -> str:
    escaped = re.escape(word).replace(r"\*", r"\w*").replace(r"\ ", "[ -]").replace(r"\-", "[ -]?")
    return escaped if _HANGUL.search(word) else rf"\b{escaped}\b"
