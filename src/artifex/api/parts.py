"""Sends the parts of an asset: its file, thumbnail or poster."""

from typing import Any, Literal

from fastapi import Request
from starlette.responses import Response

from artifex.api.files import send_file
from artifex.api.service import Service
from artifex.errors import NotFound
from artifex.media.identify import SUFFIXES
from artifex.store.assets import AssetRow

Part = Literal["file", "thumbnail", "poster"]

BYTES: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}},
    206: {"description": "The part that was asked for."},
}
"""The OpenAPI ``responses`` of routes that send files."""


def send_part(request: Request, the: Service, row: AssetRow, part: Part, name: str) -> Response:
    """The response for GET and HEAD; ``name`` is for saving the file. Raises NotFound without such a part."""
    if part == "file":
        suffix = SUFFIXES.get(row.media_type, ".bin")
        return send_file(request, the.blobs.find(row.sha256), row.sha256, row.media_type, f"{name}{suffix}")
    sha256 = row.thumbnail if part == "thumbnail" else row.poster
    if sha256 is None:
        raise NotFound("This file has no such picture.")
    return send_file(request, the.blobs.find(sha256), sha256, "image/jpeg", f"{name}-{part}.jpg")
