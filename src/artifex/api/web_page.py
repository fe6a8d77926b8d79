"""Serves the web interface: one page and its files, which ``make web`` builds into ``page/``."""

import os
from pathlib import Path

from anyio.to_thread import run_sync
from fastapi import APIRouter
from starlette.datastructures import Headers
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

PAGE = Path(__file__).parent / "page"

router = APIRouter()

_RULES = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; "
    # The components set sizes and colours in style attributes, which no hash or nonce can name.
    "style-src 'self' 'unsafe-inline'; font-src 'self'; manifest-src 'self'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
_HEADERS = {
    "content-security-policy": _RULES,
    "referrer-policy": "no-referrer",
    "cache-control": "no-cache",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
_NOT_BUILT = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Artifex</title>
<h1>The web interface was not built</h1>
<p>Run <code>make web</code> in the project's folder and load this page again. The API is at
<a href="/api/v1/openapi.json">/api/v1</a> all the same.</p></html>
"""


@router.get("/", include_in_schema=False)
@router.head("/", include_in_schema=False)
def page() -> Response:
    """The page; places within it are behind the hash of the URL."""
    index = PAGE / "index.html"
    if not index.is_file():
        return HTMLResponse(_NOT_BUILT, 503, headers=_HEADERS)
    return FileResponse(index, headers=_HEADERS)


_PACKED = {"br": ".br", "gzip": ".gz"}
"""Content codings, best compression first, and the suffixes of the files that ``make web`` compressed with them."""


class PageFiles(StaticFiles):
    """Scripts, styles and pictures, whose names change with their content, so that browsers may cache them for ever."""

    def __init__(self) -> None:
        super().__init__(directory=PAGE / "assets", check_dir=False)
        self.config_checked = True  # a folder that was not built is no error: its files are not found

    async def get_response(self, path: str, scope: Scope) -> Response:
        accepted = {one.partition(";")[0].strip() for one in Headers(scope=scope).get("accept-encoding", "").split(",")}
        for encoding, ending in _PACKED.items():
            if encoding in accepted and await run_sync(os.path.isfile, PAGE / "assets" / f"{path}{ending}"):
                return _lasting(await super().get_response(f"{path}{ending}", scope), encoding)
        return _lasting(await super().get_response(path, scope))


def _lasting(answer: Response, encoding: str | None = None) -> Response:
    answer.headers["cache-control"] = "public, max-age=31536000, immutable"
    answer.headers["vary"] = "accept-encoding"
    if encoding is not None:
        answer.headers["content-encoding"] = encoding
    return answer
