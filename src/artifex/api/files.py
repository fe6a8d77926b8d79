"""Sends a file of the library: whole or one range of it, with its hash as ETag."""

import re
from pathlib import Path

from fastapi import Request
from starlette.responses import FileResponse, Response
from starlette.types import Receive, Scope, Send

_ONE_RANGE = re.compile(rb"bytes=(\d{1,18}-\d{0,18}|-\d{1,18})")


class _SteadyFile(FileResponse):
    """A file whose content never changes. Requests for several ranges at once get the whole file."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        kept = [
            (name, value)
            for name, value in scope["headers"]
            if name != b"range" or _ONE_RANGE.fullmatch(value.strip()) is not None
        ]
        await super().__call__({**scope, "headers": kept}, receive, send)


def send_file(request: Request, path: Path, sha256: str, media_type: str, name: str) -> Response:
    """The response for GET and HEAD: 200, 206, 304 or 416.

    Args:
        request: for its conditional headers.
        path: the file with the content.
        sha256: of the content.
        media_type: as detected from the content, never as a client claimed.
        name: for saving the file; chosen by the server, in ASCII.
    """
    headers = {
        "etag": f'"{sha256}"',
        "cache-control": "private, no-cache",
        "content-disposition": f'attachment; filename="{name}"',
        "content-security-policy": "default-src 'none'; sandbox",
        "x-content-type-options": "nosniff",
    }
    if _has_it(request.headers.get("if-none-match", ""), sha256):
        return Response(status_code=304, headers=headers)
    return _SteadyFile(path, media_type=media_type, headers=headers)


def _has_it(condition: str, sha256: str) -> bool:
    tags = {tag.strip().removeprefix("W/") for tag in condition.split(",")}
    return bool(tags & {f'"{sha256}"', "*"})
