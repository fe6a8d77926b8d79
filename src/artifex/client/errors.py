"""Turns a server's error answers into the exceptions of :mod:`artifex.errors`."""

from collections.abc import Iterator, Mapping
from typing import Any, cast

from artifex.errors import ArtifexError, BadInput, CannotRun, LeaseLost, ServerFailed, TooMany


def error_of(status: int, body: object, headers: Mapping[str, str]) -> ArtifexError:
    """The exception for an error answer.

    Args:
        status: of the answer, 400 or above.
        body: its JSON; None where it is not JSON.
        headers: with names in lower case. The request's id becomes a note on the error.
    """
    code, message = _told(body)
    if message is None:
        error: ArtifexError = ServerFailed(
            f"The server answered with status {status} and nothing that can be read; check that its address is a "
            "studio's, or look into its log."
        )
    elif code == TooMany.code:
        error = TooMany(message, retry_after(headers) or 1.0)
    else:
        error = error_named(code, message, ServerFailed if status >= 500 else BadInput)
    if "x-request-id" in headers:
        error.add_note(f"Request {headers['x-request-id']}.")
    return error


def error_named(code: str, message: str, otherwise: type[ArtifexError] = CannotRun) -> ArtifexError:
    """The error with this code; an ``otherwise`` for a code that this version does not know."""
    return _CODES.get(code, otherwise)(message)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds the server asks to wait; None where it does not say."""
    try:
        return min(max(float(headers["retry-after"]), 0.0), 120.0)
    except (KeyError, ValueError):
        return None


def _told(body: object) -> tuple[str, str | None]:
    told = cast("Mapping[str, Any]", body).get("error") if isinstance(body, Mapping) else None
    if not isinstance(told, Mapping):
        return "", None
    fields = cast("Mapping[str, Any]", told)
    return str(fields.get("code")), str(fields.get("message"))


def _all(error: type[ArtifexError]) -> Iterator[type[ArtifexError]]:
    yield error
    for narrower in error.__subclasses__():
        yield from _all(narrower)


_CODES = {error.code: error for error in _all(ArtifexError) if error not in (TooMany, LeaseLost)}
