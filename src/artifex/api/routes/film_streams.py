"""HTTP Live Streaming of a film's current version, with segments rendered on request."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path
from starlette.responses import Response

from artifex.api.films import checked_plan, viewed_sources
from artifex.api.routes.projects import ProjectId
from artifex.api.service import Asks, Caller, Service, The
from artifex.errors import Conflict
from artifex.jobs.films.streaming import FilmStream

router = APIRouter(prefix="/projects/{project_id}/stream/{version}", tags=["projects"])

Version = Annotated[int, Path(ge=0)]
Playlist = Literal["master", "pictures", "sound"]
Track = Literal["pictures", "sound"]

_PLAYLIST = "application/vnd.apple.mpegurl"
_PLAYED: dict[int | str, dict[str, Any]] = {200: {"content": {"video/mp4": {}}}}
_LISTED: dict[int | str, dict[str, Any]] = {200: {"content": {_PLAYLIST: {}}}}
_KEPT = {"cache-control": "private, max-age=600"}
"""A version never changes."""


@router.get("/{playlist}.m3u8", response_class=Response, responses=_LISTED, operation_id="getFilmPlaylist")
def read_playlist(project_id: ProjectId, version: Version, playlist: Playlist, the: The, asks: Asks) -> Response:
    """``master`` lists the others. 409 if the film has a newer version by now; start again with that."""
    stream = _stream(project_id, version, the, asks)
    written = {"master": stream.master, "pictures": stream.picture_list, "sound": stream.sound_list}[playlist]()
    return Response(written, media_type=_PLAYLIST, headers=_KEPT)


@router.get("/{track}/init.mp4", response_class=Response, responses=_PLAYED, operation_id="getFilmStreamHead")
def head(project_id: ProjectId, version: Version, track: Track, the: The, asks: Asks) -> Response:
    """The initialization segment of a track."""
    stream = _stream(project_id, version, the, asks)
    return _media(stream.picture_init() if track == "pictures" else stream.sound_init())


@router.get("/{track}/{number}.m4s", response_class=Response, responses=_PLAYED, operation_id="getFilmSegment")
def segment(
    project_id: ProjectId, version: Version, track: Track, number: Annotated[int, Path(ge=0)], the: The, asks: Asks
) -> Response:
    """A segment: a few seconds of the film, black where a shot is not made yet."""
    stream = _stream(project_id, version, the, asks)
    return _media(stream.pictures(number) if track == "pictures" else stream.sound(number))


def _stream(project_id: str, version: int, the: Service, asks: Caller) -> FilmStream:
    opened = the.films.desk.open(project_id, asks.sees)
    if opened.row.version != version:
        raise Conflict("The film was edited meanwhile; load its newest version.")
    name = (project_id, version, asks.user_id)
    sources = viewed_sources(opened.project, the)
    return the.films.streams.get(name, lambda: checked_plan(opened.project, the, asks, 0, None), sources)


def _media(content: bytes) -> Response:
    return Response(content, media_type="video/mp4", headers=_KEPT)
