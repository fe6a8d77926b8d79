"""Turns exceptions into answers: the one place that maps errors to HTTP statuses."""

import logging
import math
import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, get_args

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError, WebSocketRequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.routing import Match
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket

from artifex import errors
from artifex.api.openai_errors import is_openai_path, openai_error
from artifex.api.refusals import Refusal
from artifex.api.share_links import loggable
from artifex.errors import ArtifexError, BadField, BadInput, NotFound
from artifex.jobs.state import Kind

_STATUS: tuple[tuple[type[ArtifexError], int], ...] = (
    (errors.NotFound, 404),
    (errors.Conflict, 409),
    (errors.TooLarge, 413),
    (errors.RequestReused, 422),
    (errors.BadInput, 400),
    (errors.NotSignedIn, 401),
    (errors.NotAllowed, 403),
    (errors.TooMany, 429),
    (errors.DatabaseUnreachable, 503),
    (errors.StorageFailed, 503),
    (errors.OutOfSpace, 507),
    (errors.NotWritable, 507),
)
"""The first match counts; other errors are 409."""

_OUR_AFFAIRS: tuple[tuple[type[ArtifexError], str], ...] = (
    (
        errors.OutOfSpace,
        "The server's disk is full; try again later, or ask whoever runs it to make room.",
    ),
    (errors.NotWritable, "The server cannot write its files; ask whoever runs it to look at its log."),
    (errors.DatabaseUnreachable, "The server's database does not answer; try again in a moment."),
)
"""Public messages for errors whose own message, which is logged, names folders, addresses or users of the server."""

_WORDS = {
    404: ("not_found", "There is nothing at this address; see /api/v1/openapi.json for what there is."),
    405: ("method_not_allowed", "This address does not take this method; the header Allow tells which it takes."),
}
_METHODS = ("DELETE", "GET", "HEAD", "PATCH", "POST", "PUT")
_MOST_FIELDS = 20
_NOT_FIELDS = ("body", "query", "path", "header", *get_args(Kind))
"""Parts of pydantic's ``loc`` that are no part of a field's name: the place, and the tag of a union."""


_PLAIN = {
    "extra_forbidden": "There is no such field; leave it out",
    "missing": "It is missing",
    "union_tag_not_found": "It is missing",
}
"""Messages for kinds of errors that pydantic describes in its own terms."""

_TYPE_NAME = re.compile(r"(?:constrained-)?(?:int|float|str|bool)|(?:tuple|list)\[.*|function-.*")
"""Parts of pydantic's ``loc`` that name the type tried for a field that may have several."""

_log = logging.getLogger(__name__)


def status_of(error: ArtifexError) -> int:
    if isinstance(error, Refusal):
        return error.status
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 409)


def answer(scope: Scope, error: ArtifexError) -> JSONResponse:
    """The response for an error, in the form that clients of this path expect."""
    headers = {"retry-after": str(max(1, math.ceil(error.retry_after)))} if isinstance(error, errors.TooMany) else {}
    if isinstance(error, errors.NotSignedIn):
        headers["www-authenticate"] = "Bearer"
    field = _field_of(scope, error)
    details = {"fields": [{"field": field, "message": error.message}]} if field else None
    return error_response(scope, status_of(error), error.code, public_words(error), details=details, headers=headers)


def public_words(error: ArtifexError) -> str:
    """An error's message, without what only those who run the server may know."""
    return next((words for kind, words in _OUR_AFFAIRS if isinstance(error, kind)), error.message)


def _field_of(scope: Scope, error: ArtifexError) -> str:
    """The field at fault, empty if none. OpenAI's clients use other field names, so there only BadField counts."""
    if not isinstance(error, BadInput):
        return ""
    return error.field if isinstance(error, BadField) or not is_openai_path(scope.get("path", "")) else ""


def error_response(
    scope: Scope,
    status: int,
    code: str,
    message: str,
    *,
    details: dict[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """A response ``{"error": ...}``, in OpenAI's form below ``/v1/``."""
    if is_openai_path(scope.get("path", "")):
        param = details["fields"][0]["field"] if details and details.get("fields") else None
        return openai_error(status, code, message, param=param, headers=headers)
    body = {"error": {"code": code, "message": message, "details": details}}
    return JSONResponse(body, status_code=status, headers=dict(headers or {}))


def internal_error(scope: Scope) -> JSONResponse:
    """The answer to an unexpected exception: only the request id, under which the log has the traceback."""
    number = scope.get("state", {}).get("request_id", "")
    message = f"Something went wrong here that should not; the server's log tells more under the request id {number}."
    return error_response(scope, 500, "internal", message)


def install_error_answers(app: FastAPI) -> None:
    """Make the app turn what routes raise into answers."""
    app.add_exception_handler(ArtifexError, _on_refusal)
    app.add_exception_handler(RequestValidationError, _on_invalid_request)
    app.add_exception_handler(HTTPException, _on_http_exception)
    app.add_exception_handler(WebSocketRequestValidationError, _on_invalid_socket)
    elsewhere = app.router.default

    async def nothing_here(scope: Scope, receive: Receive, send: Send) -> None:
        """Without this, a WebSocket to an unknown address is refused as if it were forbidden."""
        if scope["type"] == "websocket":
            raise NotFound(_WORDS[404][1])
        await elsewhere(scope, receive, send)

    app.router.default = nothing_here


async def _on_refusal(request: Request, error: Exception) -> Response:
    assert isinstance(error, ArtifexError)
    if status_of(error) >= 500:
        _log.warning("%s %r: %s", request.method, loggable(request.url.path), error.message)
    return answer(request.scope, error)


async def _on_invalid_request(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    fields = [_field(each) for each in error.errors()[:_MOST_FIELDS]]
    return error_response(request.scope, 400, BadInput.code, _words(fields[0]), details={"fields": fields})


async def _on_invalid_socket(_socket: WebSocket, error: Exception) -> None:
    assert isinstance(error, WebSocketRequestValidationError)
    field = _field(error.errors()[0])
    raise BadField(field["field"], _words(field))  # the layer outside answers it


def _words(field: Mapping[str, str]) -> str:
    where = f"The field {field['field']} is not right" if field["field"] else "The request is not right"
    return f"{where}: {field['message']}."


def _field(error: Mapping[str, Any]) -> dict[str, str]:
    """One error of pydantic, without the value that was sent, which may be long or secret."""
    parts = [str(part) for part in error["loc"] if part not in _NOT_FIELDS]
    path = [part for part in parts if not _TYPE_NAME.fullmatch(part)]
    message = _PLAIN.get(error["type"], str(error["msg"]).removeprefix("Value error, "))
    if error["type"] in ("union_tag_invalid", "union_tag_not_found"):  # pydantic blames what holds the field
        path.append(error["ctx"]["discriminator"].strip("'"))
    if error["type"] == "union_tag_invalid":
        message = f"Give one of {error['ctx']['expected_tags']}"
    return {"field": ".".join(path)[:200], "message": message.rstrip(".")[:300]}


async def _on_http_exception(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    phrase = HTTPStatus(error.status_code).phrase
    code, message = _WORDS.get(error.status_code, (phrase.lower().replace(" ", "_"), f"{error.detail}."))
    if error.status_code == 400:
        code = BadInput.code
    headers = _allowed(request) if error.status_code == 405 else error.headers
    return error_response(request.scope, error.status_code, code, message, headers=headers)


def _allowed(request: Request) -> dict[str, str]:
    """The methods of all routes of this address; the exception knows only those of the first."""

    def takes(method: str) -> bool:
        scope = {**request.scope, "method": method}
        return any(route.matches(scope)[0] is Match.FULL for route in request.app.routes)

    return {"allow": ", ".join(filter(takes, _METHODS))}
