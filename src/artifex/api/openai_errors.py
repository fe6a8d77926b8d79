"""Errors in the form of OpenAI's API, and the header that tells its clients not to retry."""

from collections.abc import Mapping

from pydantic import BaseModel
from starlette.responses import JSONResponse

_TYPES = {401: "authentication_error", 403: "permission_error", 404: "not_found_error", 429: "rate_limit_error"}
_WORTH_REPEATING = (408, 429, 500, 502, 503, 504)


class OpenAIErrorBody(BaseModel):
    message: str
    type: str
    param: str | None
    """The field at fault, if any."""

    code: str


class OpenAIErrorAnswer(BaseModel):
    """The body of every answer below ``/v1/`` with a status of 400 or above."""

    error: OpenAIErrorBody


def is_openai_path(path: str) -> bool:
    """Whether a path belongs to the OpenAI-compatible routes."""
    return path.startswith("/v1/")


def openai_error(
    status: int,
    code: str,
    message: str,
    *,
    param: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """``{"error": {message, type, param, code}}``; OpenAI's clients retry a 409 unless ``x-should-retry`` forbids it.

    Args:
        status: of the response.
        code: ours, like ``not_found``.
        message: one or two sentences.
        param: the field at fault, if any.
        headers: further headers.
    """
    kind = _TYPES.get(status, "invalid_request_error" if status < 500 else "server_error")
    body = {"error": {"message": message, "type": kind, "param": param, "code": code}}
    own = {} if status in _WORTH_REPEATING else {"x-should-retry": "false"}
    return JSONResponse(body, status_code=status, headers={**own, **(headers or {})})
