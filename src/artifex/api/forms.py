"""Reads multipart forms with files, within limits on the number, size and names of their fields."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, cast

from fastapi import Request
from starlette.datastructures import Headers, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect

from artifex.api.config import Limits
from artifex.api.refusals import MediaTypeRefused
from artifex.errors import BadInput, TooLarge
from artifex.files import make_folder, told

_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Form:
    """A form. ``fields`` are in the order they came; only names that end in ``[]`` may repeat. Large files spill to
    disk; whoever reads the form closes them."""

    fields: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    files: dict[str, UploadFile] = field(default_factory=dict[str, UploadFile])

    async def close(self) -> None:
        for file in self.files.values():
            await file.close()


class _Parser(MultiPartParser):
    """Spools large files to ``spool`` instead of the system's temporary folder, which may be small or in memory."""

    def __init__(self, headers: Headers, stream: AsyncGenerator[bytes, None], limits: Limits, spool: Path) -> None:
        super().__init__(
            headers,
            stream,
            max_files=limits.form_files,
            max_fields=limits.form_fields,
            max_part_size=limits.form_part_bytes,
        )
        self._spool = spool

    def on_headers_finished(self) -> None:
        super().on_headers_finished()
        upload = self._current_part.file
        if upload is not None:
            upload.file.close()
            file = SpooledTemporaryFile[bytes](max_size=self.spool_max_size, dir=str(self._spool))
            self._files_to_close_on_error[-1] = file
            upload.file = cast("IO[bytes]", file)  # pyright: ignore[reportAttributeAccessIssue]


async def read_form(request: Request, limits: Limits, most_file_bytes: int, spool: Path) -> Form:
    """The form of a ``multipart/form-data`` body; its large files are unnamed files in the folder ``spool``.

    Raises:
        TooLarge: a file, a field, or the whole is beyond the limits.
        BadInput: the form is malformed, or repeats a name.
        MediaTypeRefused: the body is no form.
        SlowBody: the body came too slowly.
        OutOfSpace, NotWritable: a file cannot be written.
    """
    if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        raise MediaTypeRefused("This address takes multipart/form-data.")
    most = most_file_bytes + limits.form_part_bytes
    if int(request.headers.get("content-length", "0")) > most:
        raise _too_large(most)
    parser = _Parser(request.headers, _bounded(request, most), limits, make_folder(spool))
    try:
        parsed = await parser.parse()
    except MultiPartException as error:
        if error.message.startswith(("Too many", "Part exceeded")):
            raise TooLarge(f"The form is more than is taken: {error.message}") from error
        raise BadInput("The form cannot be read; check its boundary and the headers of its parts.") from error
    except HTTPException as error:
        raise BadInput("The form cannot be read.") from error
    except OSError as error:
        raise told(error, spool) from error
    return await _sorted_out(parsed.multi_items())


async def _sorted_out(items: list[tuple[str, UploadFile | str]]) -> Form:
    form, seen = Form(), set[str]()
    try:
        for name, value in items:
            _check_name(name, seen)
            if isinstance(value, str):
                form.fields.append((name, value))
            else:
                form.files[name] = value
    except BadInput:
        for _, value in items:
            if not isinstance(value, str):
                await value.close()
        raise
    return form


def _check_name(name: str, seen: set[str]) -> None:
    if not 0 < len(name) <= _LONGEST_NAME or "\0" in name:
        raise BadInput("The form has a field whose name is empty, too long or not text.")
    if name in seen and not name.endswith("[]"):
        raise BadInput(f"The form says {name[:60]!r} twice; say it once.")
    seen.add(name)


async def _bounded(request: Request, most: int) -> AsyncGenerator[bytes, None]:
    received = 0
    try:
        async for piece in request.stream():
            received += len(piece)
            if received > most:
                raise _too_large(most)
            yield piece
    except ClientDisconnect as error:
        raise BadInput("The connection ended before the body did.") from error


def _too_large(most: int) -> TooLarge:
    return TooLarge(f"The upload is larger than the {most:,} bytes that are taken here.")
