"""Sends a finished video's file, thumbnail or sprite sheet."""

from pathlib import Path
from typing import Literal

from fastapi import Request
from starlette.responses import Response

from artifex.api.files import send_file
from artifex.api.service import Service
from artifex.api.videos.shape import video_id_of
from artifex.errors import NotFound
from artifex.files import make_folder
from artifex.jobs.queue import JobRow
from artifex.jobs.state import ENDS, Succeeded
from artifex.media.sandbox import Sandbox
from artifex.media.spritesheet import write_spritesheet
from artifex.store.assets import AssetRow

Variant = Literal["video", "thumbnail", "spritesheet"]


class NotReady(NotFound):
    """The video is not made yet, or was never finished."""

    code = "video_not_ready"


def send_content(request: Request, job: JobRow, variant: Variant, the: Service) -> Response:
    """Raises NotReady for an unfinished video, NotFound without such a picture, StorageFailed."""
    if not isinstance(job.state, Succeeded):
        over = job.state_name in ENDS
        raise NotReady("The video was not made." if over else "The video is still being made; ask for it again later.")
    asset = the.assets.get(job.state.result["asset_ids"][0], job.owner)
    name = video_id_of(job.id)
    match variant:
        case "video":
            suffix = Path(asset.name).suffix if asset.media_type != "video/mp4" else ".mp4"
            return send_file(request, the.blobs.find(asset.sha256), asset.sha256, asset.media_type, name + suffix)
        case "thumbnail":
            if asset.thumbnail is None:
                raise NotFound("There is no thumbnail of this video.")
            return send_file(
                request, the.blobs.find(asset.thumbnail), asset.thumbnail, "image/jpeg", f"{name}_thumbnail.jpg"
            )
        case "spritesheet":
            sheet = _spritesheet(asset, the)
            return send_file(request, sheet, f"{asset.sha256}-sheet", "image/jpeg", f"{name}_spritesheet.jpg")


def _spritesheet(asset: AssetRow, the: Service) -> Path:
    """The sprite sheet's file, made on first request."""
    sheet = make_folder(the.settings.clips / asset.sha256) / "spritesheet.jpg"
    if not sheet.exists():
        count: int = asset.facts["frame_count"]
        write_spritesheet(Sandbox().frames(the.blobs.path(asset.sha256), count), count, sheet)
    return sheet
