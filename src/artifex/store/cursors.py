"""Where a page of a list ended, for whoever asks for the next one."""

from artifex.errors import BadInput


def cursor_of(time: float, row_id: str) -> str:
    """Of a list in order of times, and of ids where those are equal."""
    return f"{time!r}-{row_id}"


def parse_cursor(cursor: str) -> tuple[float, str]:
    """The time and the id. Raises BadInput for what :func:`cursor_of` did not make."""
    time, _, row_id = cursor.rpartition("-")
    try:
        return float(time), row_id
    except ValueError as error:
        raise BadInput("The cursor is none of this list's; begin without one.") from error
