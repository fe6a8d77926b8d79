"""The format of the program's log, which escapes control characters so that input cannot forge lines."""

import logging
import os
import sys
from dataclasses import dataclass

from artifex.errors import BadInput

FORMAT = "[%(asctime)s] [%(levelname)s] [%(module)s.%(funcName)s] %(message)s"
LEVEL_VARIABLE = "ARTIFEX_LOG"

_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
_CODES = {code: f"\\x{code:02x}" for code in (*range(0x20), *range(0x7F, 0xA0))}
_MARKS = "\u061c\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_TAGS = {code: f"\\U{code:08x}" for code in range(0xE0000, 0xE0080)}
"""Invisible tag characters of Unicode."""
_ESCAPED = _CODES | _TAGS | {ord(mark): f"\\u{ord(mark):04x}" for mark in _MARKS}


class OneLine(logging.Formatter):
    """Formats a record as one line: line breaks, control characters and changes of writing direction are escaped.

    Only the traceback of an error follows, on lines of its own.
    """

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the name in logging.Formatter
        return super().formatMessage(record).translate(_ESCAPED)

    def formatException(self, ei: object) -> str:  # noqa: N802 - the name in logging.Formatter
        text = super().formatException(ei)  # pyright: ignore[reportArgumentType]  its own tuple, handed on
        return "\n".join(f"  | {line.translate(_ESCAPED)}" for line in text.splitlines())


def set_up_logs() -> None:
    """Log to standard error from the level that ``ARTIFEX_LOG`` names, or from INFO. Raises BadInput for no level."""
    asked = os.environ.get(LEVEL_VARIABLE, "").strip().upper() or "INFO"
    if asked not in _LEVELS:
        raise BadInput(f"{LEVEL_VARIABLE} is {asked!r:.40}; choose {', '.join(_LEVELS[:-1])} or {_LEVELS[-1]}.")
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(OneLine(FORMAT))
    logging.basicConfig(level=asked, handlers=[handler], force=True)
    for name in ("uvicorn.access", "uvicorn.error", "httpx2", "httpcore2", "engineio", "socketio", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)


@dataclass(slots=True)
class Outage:
    """Logs the first of a run of failures and their end: each of them would fill the log within an hour."""

    log: logging.Logger
    what: str
    """What fails, at the beginning of a sentence."""
    _lasts: bool = False

    def failed(self, reason: str) -> None:
        if not self._lasts:
            self.log.warning("%s waits: %s", self.what, reason, stacklevel=2)
        self._lasts = True

    def over(self) -> None:
        """To be told of every success."""
        if self._lasts:
            self.log.info("%s goes on.", self.what, stacklevel=2)
        self._lasts = False
