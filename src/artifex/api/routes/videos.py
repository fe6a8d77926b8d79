"""Routes compatible with OpenAI's videos API, below ``/v1``."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse

from artifex.api.feed import Feed
from artifex.api.service import Asks, Caller, Service, The
from artifex.api.sessions import session_check
from artifex.api.sse import EVENT_STREAM, sse
from artifex.api.videos import described, making
from artifex.api.videos.bodies import body_of
from artifex.api.videos.capabilities import (
    ModelEntry,
    OpenAIModels,
    VideoModelList,
    capabilities,
    model_entry,
    model_list,
)
from artifex.api.videos.contents import send_content
from artifex.api.videos.deleting import delete_video
from artifex.api.videos.extending import extend_video
from artifex.api.videos.shape import POLL_MS, Video, VideoDeleted, VideoList, find_video, job_id_of, video_of
from artifex.api.videos.submitting import sender_of
from artifex.errors import BadInput, NotFound
from artifex.jobs.queue import JobRow
from artifex.jobs.queue.reading import cursor_after

router = APIRouter(prefix="/v1", tags=["openai"])

_FILE: dict[int | str, dict[str, Any]] = {
    200: {"content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in ("video/mp4", "image/jpeg")}}
}


class NotSupported(BadInput):
    """A feature of OpenAI's API that this studio does not have."""

    code = "not_supported"


@router.post("/videos", operation_id="createVideo", openapi_extra=described.CREATE)
async def create(request: Request, the: The, asks: Asks) -> Video:
    """Queue a video. Unknown fields are ignored, and named in ``warnings``."""
    return await _made(request, the, asks, making.create)


# These routes precede the one with an id, which would match their last segment.
@router.get("/videos/models", operation_id="listVideoModels")
def video_models(the: The) -> VideoModelList:
    """The capabilities of each model."""
    return capabilities(the.settings.models)


@router.get("/models", operation_id="listModelsForOpenAI")
def models(the: The) -> OpenAIModels:
    """The installed models."""
    return model_list(the.settings.models)


@router.get("/models/{name}", operation_id="getModelForOpenAI")
def model(name: str, the: The) -> ModelEntry:
    """One of the installed models."""
    return model_entry(name, the.settings.models)


@router.post("/videos/edits", operation_id="editVideo", openapi_extra=described.EDIT)
async def edit(request: Request, the: The, asks: Asks) -> Video:
    """Make a video of this studio again, with another prompt."""
    return await _made(request, the, asks, making.edit)


@router.post("/videos/extensions", operation_id="extendVideo", openapi_extra=described.EXTEND)
async def extend(request: Request, the: The, asks: Asks) -> Video:
    """Continue a video where it ends."""
    return await _made(request, the, asks, extend_video)


@router.post("/videos/characters", operation_id="createCharacter")
def create_character() -> Response:
    """Characters are not supported."""
    raise NotSupported("This studio keeps no characters; give the picture as input_reference instead.")


@router.get("/videos/characters/{character_id}", operation_id="getCharacter")
def get_character(character_id: str) -> Response:
    """Characters are not supported."""
    raise NotFound("This studio keeps no characters.")


@router.get("/videos", operation_id="listVideos")
def list_videos(
    the: The,
    asks: Asks,
    after: Annotated[str | None, Query(max_length=64)] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    order: Literal["asc", "desc"] = "desc",
) -> VideoList:
    """Your videos, the newest first unless asked otherwise."""
    cursor = None if after is None else cursor_after(_find(the, asks, after))
    page = the.queue.page(asks.user_id, kind="generate", after=cursor, limit=limit, oldest_first=order == "asc")
    videos = [video_of(job) for job in page.jobs]
    return VideoList(
        data=videos,
        first_id=videos[0].id if videos else None,
        last_id=videos[-1].id if videos else None,
        has_more=page.next_cursor is not None,
    )


@router.get("/videos/{video_id}", operation_id="retrieveVideo")
def retrieve(video_id: str, the: The, asks: Asks, response: Response) -> Video:
    video = video_of(_find(the, asks, video_id))
    if (wait := POLL_MS.get(video.status)) is not None:
        response.headers["openai-poll-after-ms"] = str(wait)
    return video


@router.delete("/videos/{video_id}", operation_id="deleteVideo")
def delete(video_id: str, the: The, asks: Asks) -> VideoDeleted:
    """Delete a video and its files. An unfinished one is cancelled first."""
    asks.require_writer()
    delete_video(_find(the, asks, video_id), the)
    return VideoDeleted(id=video_id)


@router.post("/videos/{video_id}/remix", operation_id="remixVideo", openapi_extra=described.REMIX)
async def remix(video_id: str, request: Request, the: The, asks: Asks) -> Video:
    """Make a video again, with another prompt."""
    return await _made(request, the, asks, making.remix_of(video_id))


@router.head("/videos/{video_id}/content", include_in_schema=False)
@router.get("/videos/{video_id}/content", operation_id="downloadVideo", response_class=Response, responses=_FILE)
def content(
    video_id: str,
    request: Request,
    the: The,
    asks: Asks,
    variant: Literal["video", "thumbnail", "spritesheet"] = "video",
) -> Response:
    """The video file, or a thumbnail or sprite sheet of it."""
    return send_content(request, _find(the, asks, video_id), variant, the)


@router.get(
    "/videos/{video_id}/events",
    operation_id="streamVideoEvents",
    response_class=StreamingResponse,
    responses=EVENT_STREAM,
)
async def events(
    video_id: str,
    request: Request,
    the: The,
    asks: Asks,
    last_event_id: Annotated[int | None, Header(ge=0, le=2**62)] = None,
) -> Response:
    """The progress of the video's job, as server-sent events, until it is over."""
    feed = Feed(the.hub, the.snapshots, asks.sees, job_id_of(video_id), last_event_id)
    return await sse(feed, session_check(request.scope, the), reopened=last_event_id is not None)


async def _made(request: Request, the: Service, asks: Caller, make: making.Make) -> Video:
    """Read the body here, and run the rest, which may block on the database and the disk, in a thread."""
    asks.require_writer()
    async with body_of(request, the.config.limits, the.settings.uploads) as body:
        return await run_in_threadpool(make, body, the, asks, sender_of(request))


def _find(the: Service, asks: Caller, video_id: str) -> JobRow:
    """Raises NotFound."""
    return find_video(video_id, the.queue, asks.sees)
