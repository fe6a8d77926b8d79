"""Cursors for paging: the position where a page of a list ended."""

from artifex.errors import BadInput


def cursor_of(time: float, row_id: str) -> str:
    """The cursor after a row, in a list ordered by time, then by id."""
    return f"{time!r}-{row_id}"


def parse_cursor(cursor: str) -> tuple[float, str]:
    """The time and the id. Raises BadInput for a malformed cursor."""
    time, _, row_id = cursor.rpartition("-")
    try:
        return float(time), row_id
    except ValueError as error:
        raise BadInput("The cursor is none of this list's; begin without one.") from error
