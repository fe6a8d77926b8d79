"""Errors of HTTP itself, which have no counterpart among the studio's errors."""

from typing import ClassVar

from artifex.errors import ArtifexError


class Refusal(ArtifexError):
    """A request refused before it reaches a route; ``status`` is the response's."""

    status: ClassVar[int]


class MethodRefused(Refusal):
    code = "method_not_allowed"
    status = 405


class SlowBody(Refusal):
    """A request body that stalls or trickles."""

    code = "request_timeout"
    status = 408

    def __init__(self) -> None:
        super().__init__("The body came too slowly; send it again.")


class AddressTooLong(Refusal):
    code = "uri_too_long"
    status = 414


class MediaTypeRefused(Refusal):
    code = "unsupported_media_type"
    status = 415


class HeadersTooLarge(Refusal):
    code = "request_header_fields_too_large"
    status = 431
