"""The fonts of this machine; a text is drawn with the first one that has all its letters."""

import hashlib
import os
import re
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import islice
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, features

from artifex.errors import BadField, BadReference
from artifex.media.untrusted import require_file

_MOST_FONT_BYTES = 64 * 2**20
_ABSENT = "\U0010fffe"
"""A code point that no font has: a font draws it like every letter that it lacks."""
_TRIED_SIZE = 32.0
_MOST_KNOWN = 500
"""For how many texts the font is remembered."""
_NOWHERE = Path(os.devnull) / "nowhere"
"""A path that cannot exist: the font of a text that is not remembered."""
_MOST_NAMED = 5
"""How many missing letters an error names."""
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
"""Plain fonts of Linux, Windows and macOS, which are tried first, before decorative ones."""
_STYLED = re.compile(r"bold|italic|oblique|light|thin|black|condensed|mono|serif|display", re.IGNORECASE)
_BOXES = re.compile(r"lastresort|blank|fallback", re.IGNORECASE)
"""Fonts that draw boxes, or nothing, for any letter."""
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
    "\ufff0-\ufff8\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""Invisible code points: directional marks, joiners, variation selectors; those that HarfBuzz hides."""


@dataclass(frozen=True, slots=True)
class Font:
    """``path`` is a TrueType or OpenType file; None is Pillow's own. ``sha256`` is of its content."""

    path: Path | None
    sha256: str


@dataclass(frozen=True, slots=True)
class Fonts:
    """Pillow's own font, and those in folders. May be used by several threads."""

    folders: Sequence[Path]
    _known: dict[frozenset[str], Path | None] = field(default_factory=dict[frozenset[str], Path | None])
    _hashes: dict[tuple[Path, int], str] = field(default_factory=dict[tuple[Path, int], str])

    def for_text(self, text: str) -> Font:
        """The first font that has all letters. Raises BadField, which names the letters that none has."""
        letters = frozenset(_needed(text))
        path = self._known.get(letters, _NOWHERE)
        if path is not None and not path.exists():
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            path = self._known[letters] = self._found(text)
        return Font(path, self._sha256(path))

    def _found(self, text: str) -> Path | None:
        """Searches the folders anew each time, so that a font installed meanwhile is found."""
        fewest = "".join(_needed(text))
        for path in (None, *_in_order(self.folders)):
            missing = _missing(text, path, len(fewest))
            if not missing:
                return path
            fewest = min(fewest, missing, key=len)
        raise BadField("text", _refusal(fewest))

    def _sha256(self, path: Path | None) -> str:
        if path is None:
            return hashlib.sha256(load_font(None, _TRIED_SIZE).font_bytes).hexdigest()
        key = path, path.stat().st_mtime_ns
        if key not in self._hashes:
            self._hashes[key] = hashlib.sha256(path.read_bytes()).hexdigest()
        return self._hashes[key]


@cache
def machine_fonts() -> Fonts:
    """The fonts in this system's font folders."""
    return Fonts(tuple(_system_folders()))


def missing_letters(text: str, path: Path | None, most: int | None = None) -> str:
    """The letters of ``text`` that a font lacks, each once; the first ``most`` of them. Raises BadReference for a file
    that is no font."""
    font = load_font(path, _TRIED_SIZE)
    absent = _drawn(_ABSENT, font)
    return "".join(islice((letter for letter in _needed(text) if _drawn(letter, font) == absent), most))


def writable(text: str) -> str:
    """``text`` as it is drawn: in Unicode's NFC, and without invisible code points where Pillow has no Raqm to apply
    them."""
    whole = unicodedata.normalize("NFC", text)
    return whole if features.check("raqm") else _UNSEEN.sub("", whole)


def load_font(path: Path | None, size: float) -> ImageFont.FreeTypeFont:
    """Raises BadReference for a file that is no font."""
    if path is None:
        return _own(size)
    require_file(path, _MOST_FONT_BYTES)
    try:
        return _loaded(path, size, path.stat().st_mtime_ns)
    except (OSError, ValueError) as error:
        raise BadReference(f"{path} is not a font; give a .ttf or .otf file.") from error


@lru_cache(maxsize=8)
def _own(size: float) -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(size)
    assert isinstance(font, ImageFont.FreeTypeFont)
    return font


@lru_cache(maxsize=8)
def _loaded(path: Path, size: float, _changed_at: int) -> ImageFont.FreeTypeFont:
    """``_changed_at`` is part of the cache's key, so that a replaced font is loaded anew."""
    return ImageFont.truetype(str(path), size)


def _missing(text: str, path: Path | None, most: int) -> str:
    try:
        return missing_letters(text, path, most)
    except (BadReference, OSError, ValueError):
        return text  # a font that cannot be opened, or drawn at this size, has no letters


def _needed(text: str) -> dict[str, None]:
    """The letters that a font needs for the text, each once, without spaces (every font has one) and line breaks."""
    return {
        letter: None
        for letter in unicodedata.normalize("NFC", text)
        if letter != " " and letter.splitlines() != [""] and _UNSEEN.match(letter) is None
    }


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
    home = _home()
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


def _home() -> Path:
    try:
        return Path.home()
    except RuntimeError:
        return Path("/")  # a service may run as a user without a home


def _refusal(missing: str) -> str:
    letters = ", ".join(repr(letter) for letter in missing[:_MOST_NAMED])
    more = " and others" if len(missing) > _MOST_NAMED else ""
    return (
        f"No font on this machine can write all of the text: {letters}{more} would be missing. Install a font that has "
        "all of it (on Debian, fonts-noto-cjk for Korean, Japanese, Chinese, Russian and Greek), or write it otherwise."
    )
