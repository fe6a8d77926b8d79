"""The fonts of this machine, of which a text is drawn with the first that has all its letters."""

import hashlib
import os
import re
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, features

from artifex.errors import BadField, BadReference
from artifex.media.untrusted import require_file

_MOST_FONT_BYTES = 64 * 2**20
_ABSENT = "\U0010fffe"
"""A code point that no font has, so what is drawn for it is what is drawn for every letter that a font lacks."""
_TRIED_SIZE = 32.0
_MOST_KNOWN = 500
"""Texts whose font is remembered."""
_MOST_NAMED = 5
"""Letters that a refusal names."""
_SUFFIXES = (".ttf", ".otf", ".ttc")
_FIRST = (
    "NotoSans-Regular",
    "DejaVuSans",
    "LiberationSans-Regular",
    "NotoSansCJK-Regular",
    "NotoSansKR-Regular",
    "NanumGothic",
    "segoeui",
    "malgun",
    "Arial",
    "AppleSDGothicNeo",
    "Arial Unicode",
)
"""Plain fonts of Linux, Windows and macOS; without an order, ornaments would come before letters."""
_STYLED = re.compile(r"bold|italic|oblique|light|thin|black|condensed|mono|serif|display", re.IGNORECASE)
_BOXES = re.compile(r"lastresort|blank|fallback", re.IGNORECASE)
"""Fonts that draw boxes, or nothing, for any letter."""


@dataclass(frozen=True, slots=True)
class Font:
    """``path`` is a TrueType or OpenType file; None is Pillow's own. ``sha256`` is of its content."""

    path: Path | None
    sha256: str


@dataclass(frozen=True, slots=True)
class Fonts:
    """Pillow's own font, and those in folders. For any number of threads."""

    folders: Sequence[Path]
    _known: dict[frozenset[str], Font] = field(default_factory=dict[frozenset[str], Font])
    _hashes: dict[Path, str] = field(default_factory=dict[Path, str])

    def for_text(self, text: str) -> Font:
        """The first font that has all letters. Raises BadField, which names the letters that none has."""
        letters = frozenset(_needed(text))
        known = self._known.get(letters)
        if known is not None and (known.path is None or known.path.exists()):
            return known
        # Looked for anew each time, so that a font that is installed meanwhile is found.
        fewest = "".join(_needed(text))
        for path in (None, *_in_order(self.folders)):
            missing = self._missing(text, path)
            if not missing:
                return self._kept(letters, Font(path, self._sha256(path)))
            fewest = min(fewest, missing, key=len)
        raise BadField("text", _refusal(fewest))

    def _kept(self, letters: frozenset[str], font: Font) -> Font:
        if len(self._known) >= _MOST_KNOWN:
            self._known.clear()
        self._known[letters] = font
        return font

    def _missing(self, text: str, path: Path | None) -> str:
        try:
            return missing_letters(text, path)
        except (BadReference, OSError, ValueError):
            return text  # a font that cannot be opened, or drawn at any size, has no letters

    def _sha256(self, path: Path | None) -> str:
        if path is None:
            return hashlib.sha256(load_font(None, _TRIED_SIZE).font_bytes).hexdigest()
        if path not in self._hashes:
            self._hashes[path] = hashlib.sha256(path.read_bytes()).hexdigest()
        return self._hashes[path]


@cache
def machine_fonts() -> Fonts:
    """Those where this system keeps them."""
    return Fonts(tuple(_system_folders()))


def missing_letters(text: str, path: Path | None) -> str:
    """The letters of ``text`` that a font lacks, each once. Raises BadReference for a file that is no font."""
    font = load_font(path, _TRIED_SIZE)
    absent = _drawn(_ABSENT, font)
    return "".join(letter for letter in _needed(text) if _drawn(letter, font) == absent)


def writable(text: str) -> str:
    """``text`` as it is drawn: letters and their accents in one, and, where nothing here could follow them, without
    the invisible signs that say in which direction it is read."""
    whole = unicodedata.normalize("NFC", text)
    return whole if features.check("raqm") else "".join(letter for letter in whole if not _is_unseen(letter))


@lru_cache(maxsize=8)
def load_font(path: Path | None, size: float) -> ImageFont.FreeTypeFont:
    """Raises BadReference for a file that is no font."""
    if path is None:
        font = ImageFont.load_default(size)
        assert isinstance(font, ImageFont.FreeTypeFont)
        return font
    require_file(path, _MOST_FONT_BYTES)
    try:
        return ImageFont.truetype(str(path), size)
    except (OSError, ValueError) as error:
        raise BadReference(f"{path} is not a font; give a .ttf or .otf file.") from error


def _needed(text: str) -> dict[str, None]:
    """Its letters, each once; every font has the space, and none has line breaks."""
    return {
        letter: None
        for letter in unicodedata.normalize("NFC", text)
        if letter != " " and letter.splitlines() != [""] and not _is_unseen(letter)
    }


def _is_unseen(letter: str) -> bool:
    """Signs that are followed, not drawn: directions, joiners, and choices between forms of a letter."""
    return unicodedata.category(letter) == "Cf" or "\ufe00" <= letter <= "\ufe0f"


def _drawn(letter: str, font: ImageFont.FreeTypeFont) -> tuple[tuple[int, int], bytes]:
    left, top, right, bottom = (round(side) for side in font.getbbox(letter))
    page = Image.new("L", (max(1, right - left), max(1, bottom - top)))
    ImageDraw.Draw(page).text((-left, -top), letter, 255, font)
    return page.size, page.tobytes()


def _in_order(folders: Sequence[Path]) -> list[Path]:
    """Well-known plain fonts, then other plain ones, then the rest; each by name."""
    found = {
        path
        for folder in folders
        for path in folder.rglob("*")
        if path.suffix.lower() in _SUFFIXES and not _BOXES.search(path.stem)
    }
    return sorted(found, key=lambda path: (_rank(path.stem), path.stem, str(path)))


def _rank(stem: str) -> int:
    if stem in _FIRST:
        return _FIRST.index(stem)
    return len(_FIRST) + (_STYLED.search(stem) is not None)


def _system_folders() -> Iterator[Path]:
    home = Path.home()
    if sys.platform == "win32":
        yield Path(os.environ.get("WINDIR", r"C:\Windows")) / "Fonts"
        yield Path(os.environ.get("LOCALAPPDATA", home / "AppData" / "Local")) / "Microsoft" / "Windows" / "Fonts"
    elif sys.platform == "darwin":
        yield from (Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library" / "Fonts")
    else:
        shared = os.environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share"
        yield from (Path(folder) / "fonts" for folder in shared.split(":") if folder)
        yield Path(os.environ.get("XDG_DATA_HOME") or home / ".local" / "share") / "fonts"
        yield home / ".fonts"


def _refusal(missing: str) -> str:
    letters = ", ".join(repr(letter) for letter in missing[:_MOST_NAMED])
    more = " and others" if len(missing) > _MOST_NAMED else ""
    return (
        f"No font on this machine can write all of the text: {letters}{more} would be missing. Install a font that has "
        "all of it (on Debian, fonts-noto-cjk for Korean, Japanese, Chinese, Russian and Greek), or write it otherwise."
    )
