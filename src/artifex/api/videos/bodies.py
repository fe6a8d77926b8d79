"""Reads a request's body: a form, as OpenAI's client sends it, or JSON."""

import hashlib
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

from fastapi import Request
from starlette.datastructures import UploadFile

from artifex.api.config import Limits
from artifex.api.forms import Form, read_form
from artifex.api.videos.unflatten import unflatten
from artifex.errors import BadInput


@asynccontextmanager
async def body_of(request: Request, limits: Limits, spool: Path) -> AsyncIterator[dict[str, Any]]:
    """The nested body; files in it are open until the block ends, large ones in the folder ``spool``.

    Raises BadInput, TooLarge, OutOfSpace, NotWritable.
    """
    if request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        form = await read_form(request, limits, limits.video_bytes, spool)
        try:
            yield unflatten([*form.fields, *_files(form)])
        finally:
            await form.close()
    else:
        yield await _json(request)


def fingerprint(body: dict[str, Any]) -> str:
    """A hash of the fields and files, whatever their encoding: a form's boundary changes with each attempt."""
    return hashlib.sha256(json.dumps(_plain(body), sort_keys=True).encode(errors="surrogatepass")).hexdigest()


def _files(form: Form) -> Iterator[tuple[str, UploadFile]]:
    """The files, without the empty placeholders that OpenAI's client sends beside ``video[id]``."""
    for name, file in form.files.items():
        if file.size or not any(field.startswith(f"{name}[") for field, _ in form.fields):
            yield name, file


async def _json(request: Request) -> dict[str, Any]:
    try:
        body: object = await request.json()
    except (ValueError, RecursionError) as error:
        raise BadInput("The body is not JSON; check its quotes, commas and brackets.") from error
    if not isinstance(body, dict):
        raise BadInput("The body must be a JSON object.")
    return cast("dict[str, Any]", body)


def _plain(value: object) -> object:
    if isinstance(value, UploadFile):
        return {"sha256": _sha256(value)}
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in cast("dict[str, object]", value).items()}
    if isinstance(value, list):
        return [_plain(item) for item in cast("list[object]", value)]
    return value


def _sha256(file: UploadFile) -> str:
    file.file.seek(0)
    digest = hashlib.file_digest(file.file, "sha256")  # pyright: ignore[reportArgumentType]  only read is used
    file.file.seek(0)
    return digest.hexdigest()
