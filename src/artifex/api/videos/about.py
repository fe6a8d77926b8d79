"""What is refused because of one field, said of that field."""

from collections.abc import Iterator
from contextlib import contextmanager

from artifex.errors import BadField, BadInput


@contextmanager
def about(field: str) -> Iterator[None]:
    """Whatever is refused in the block is refused because of this field."""
    try:
        yield
    except BadField:
        raise
    except BadInput as error:
        raise BadField(field, error.message) from error
