"""Colour lookup tables from .cube files, which are untrusted text.

The format is Adobe's "Cube LUT Specification" 1.0 (2013): keywords, then one line of three numbers for each entry, the
red index changing fastest. ``LUT_1D_INPUT_RANGE`` and ``LUT_3D_INPUT_RANGE`` of other programs are read as the domain.
"""

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from artifex.errors import BadReference
from artifex.grades import Triple
from artifex.media.looks.tetrahedral import looked_up
from artifex.media.untrusted import require_file

MAX_BYTES = 64 * 2**20
MOST_3D = 129
MOST_1D = 65_536
_LONGEST_LINE = 250
"""Characters; the specification's own limit."""
_LARGEST_VALUE = 65_504.0
_LEAST_DOMAIN = 1e-4
_HEADER_LINES = 1000
_MOST_LINES = 2 * (MOST_3D**3 + _HEADER_LINES)  # two, for lines that end with CR and LF
_BLOCK = 65_536
_SIZES = {"LUT_1D_SIZE": MOST_1D, "LUT_3D_SIZE": MOST_3D}
_RANGES = ("LUT_1D_INPUT_RANGE", "LUT_3D_INPUT_RANGE")


@dataclass(frozen=True, slots=True, eq=False)
class Cube:
    """``table`` is float32 [n, 3] (one curve for each channel) or [n, n, n, 3], indexed by red, green, blue.

    Its first entry is for inputs of ``domain_min`` and its last for ``domain_max``.
    """

    table: NDArray[np.float32]
    domain_min: Triple = (0.0, 0.0, 0.0)
    domain_max: Triple = (1.0, 1.0, 1.0)
    title: str = ""

    @property
    def is_per_channel(self) -> bool:
        return self.table.ndim == 2

    def applied(self, rgb: NDArray[np.floating]) -> NDArray[np.floating]:
        """Apply the table to pictures [..., 3]: tetrahedral (or linear) interpolation, inputs clipped to the domain."""
        low, high = (np.array(limit, rgb.dtype) for limit in (self.domain_min, self.domain_max))
        place = np.clip((rgb - low) / (high - low), 0, 1) * (len(self.table) - 1)
        if self.is_per_channel:
            entries = np.arange(len(self.table))
            channels = [np.interp(place[..., c], entries, self.table[:, c]) for c in range(3)]
            return np.stack(channels, axis=-1).astype(rgb.dtype)
        return looked_up(self.table, place)


def read_cube(path: Path) -> Cube:
    """Raises BadReference when there is no such file, it is over 64 MiB or no .cube table."""
    require_file(path, MAX_BYTES)
    try:
        return parse_cube(path.read_bytes(), path.name)
    except OSError as error:
        raise BadReference(
            f"{path} cannot be read ({(error.strerror or 'error').lower()}); check its rights."
        ) from error


def parse_cube(content: bytes, name: str = "The .cube file") -> Cube:
    """Raises BadReference that names the line."""
    if len(content) > MAX_BYTES:
        raise BadReference(f"{name} is larger than {MAX_BYTES // 2**20} MiB; give a smaller table.")
    if content.count(b"\n") + content.count(b"\r") > _MOST_LINES:
        raise BadReference(f"{name} has more than {_MOST_LINES:,} lines; give a smaller table.")
    lines = content.decode("utf-8-sig", errors="replace").replace("\r", "\n").split("\n")
    header = _Header(name)
    first = header.read(lines)
    values = _values(lines[first:], first, name)
    if len(values) != header.entry_count:
        raise BadReference(f"{name} has {len(values):,} lines of numbers; its size asks for {header.entry_count:,}.")
    return Cube(header.shaped(values), header.domain_min, header.domain_max, header.title)


class _Header:
    def __init__(self, name: str) -> None:
        self._name = name
        self._kind = ""
        self._size = 0
        self.title = ""
        self.domain_min: Triple = (0.0, 0.0, 0.0)
        self.domain_max: Triple = (1.0, 1.0, 1.0)

    @property
    def entry_count(self) -> int:
        return self._size if self._kind == "LUT_1D_SIZE" else self._size**3

    def shaped(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        if self._kind == "LUT_1D_SIZE":
            return values
        n = self._size  # the file has red fastest, so blue is its first axis
        return np.ascontiguousarray(values.reshape(n, n, n, 3).transpose(2, 1, 0, 3))

    def read(self, lines: list[str]) -> int:
        """Read the keywords; return the index of the first line of numbers."""
        for index, line in enumerate(lines[:_HEADER_LINES]):
            words = _words(line)
            if not words:
                continue
            if not words[0][0].isalpha():
                break
            self._keyword(words, line, f"{self._name}, line {index + 1}")
        else:
            raise BadReference(f"{self._name} holds no table; give a .cube file.")
        if not self._kind:
            raise BadReference(f"{self._name}, line {index + 1}: numbers before LUT_1D_SIZE or LUT_3D_SIZE.")
        if any(high - low < _LEAST_DOMAIN for low, high in zip(self.domain_min, self.domain_max, strict=True)):
            raise BadReference(f"{self._name}: DOMAIN_MIN has to be below DOMAIN_MAX.")
        return index

    def _keyword(self, words: list[str], line: str, where: str) -> None:
        keyword = words[0].upper()
        if keyword == "TITLE":
            self.title = line.strip()[5:].strip().strip('"')[:_LONGEST_LINE]
        elif keyword in _SIZES:
            self._take_size(keyword, words, where)
        elif keyword == "DOMAIN_MIN":
            self.domain_min = _three(words[1:], where)
        elif keyword == "DOMAIN_MAX":
            self.domain_max = _three(words[1:], where)
        elif keyword in _RANGES:
            low, high, *_ = (*_numbers(words[1:], 2, where), 0.0)
            self.domain_min, self.domain_max = (low, low, low), (high, high, high)
        else:
            raise BadReference(f"{where}: {words[0]!r:.40} is no keyword of .cube files.")

    def _take_size(self, keyword: str, words: list[str], where: str) -> None:
        if self._kind:
            raise BadReference(
                f"{where}: a second size; tables with a 1D and a 3D part are not read, export one of them."
            )
        most = _SIZES[keyword]
        if len(words) != 2 or not words[1].isascii() or not words[1].isdigit() or not 2 <= int(words[1][:9]) <= most:
            raise BadReference(f"{where}: {keyword} has to be a whole number from 2 to {most:,}.")
        self._kind, self._size = keyword, int(words[1])


def _values(lines: list[str], offset: int, name: str) -> NDArray[np.float32]:
    """The numbers as float32 [entries, 3], block by block, since a large table's words take ten times its memory."""
    blocks = range(0, len(lines), _BLOCK)
    return np.concatenate([_block(lines[start : start + _BLOCK], offset + start, name) for start in blocks])


def _block(lines: list[str], offset: int, name: str) -> NDArray[np.float32]:
    rows = [(index, words) for index, line in enumerate(lines, offset + 1) if (words := _words(line))]
    try:
        values = np.array([words for _, words in rows], dtype=np.float64).reshape(-1, 3)
        is_good = len(values) == len(rows) and bool((np.abs(values) <= _LARGEST_VALUE).all())
    except ValueError:
        is_good, values = False, np.empty((0, 3))
    if not is_good:  # read again slowly, for the message
        for index, words in rows:
            _three(words, f"{name}, line {index}")
    return values.astype(np.float32)


def _words(line: str) -> list[str]:
    """The words of a line, none for a comment. A line that is too long is cut, since it is wrong anyway."""
    words = line[: _LONGEST_LINE + 1].split()
    return [] if not words or words[0].startswith("#") else words


def _three(words: list[str], where: str) -> Triple:
    red, green, blue = _numbers(words, 3, where)
    return red, green, blue


def _numbers(words: list[str], count: int, where: str) -> list[float]:
    try:
        values = [float(word) for word in words]
    except ValueError:
        values = []
    if len(values) != count or not all(math.isfinite(value) and abs(value) <= _LARGEST_VALUE for value in values):
        raise BadReference(f"{where}: {count} numbers are expected here, not {' '.join(words)!r:.60}.")
    return values
