"""Attributes errors to a field of the request."""

from collections.abc import Iterator
from contextlib import contextmanager

from artifex.errors import BadField, BadInput


@contextmanager
def about(field: str) -> Iterator[None]:
    """Turn each BadInput in the block into a BadField with this field's name."""
    try:
        yield
    except BadField:
        raise
    except BadInput as error:
        raise BadField(field, error.message) from error
