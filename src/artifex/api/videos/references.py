"""The references of a video: files that come with the request, or from the library."""

import base64
import binascii
import shutil
from pathlib import Path

from starlette.datastructures import UploadFile

from artifex.api.service import Caller, Service
from artifex.api.videos.about import about
from artifex.api.videos.fields import Given, LoraField, VideoFields
from artifex.api.videos.shape import PREFIX, find_video
from artifex.errors import BadField, BadInput, Conflict, TooLarge
from artifex.files import passing_file
from artifex.jobs.asking import Material
from artifex.jobs.queue import JobRow
from artifex.jobs.state import Succeeded
from artifex.media.identify import Kind
from artifex.media.sandbox import Sandbox
from artifex.recipe import Lora, Role
from artifex.store.assets import GRACE_SECONDS, AssetRow
from artifex.store.fetch import Fetcher
from artifex.units import PixelSize, show_bytes


def materials_of(fields: VideoFields, the: Service, asks: Caller) -> dict[Role, Material]:
    """The pictures and clips that the fields refer to. Raises BadField, TooLarge, StorageFailed."""
    given: dict[Role, Material] = {}
    if fields.image is not None:
        given["image"] = _material(fields.image, "image", the, asks)
    if fields.video is not None:
        given["video"] = _material(fields.video, "video", the, asks)
    return given


def loras_of(fields: VideoFields, the: Service, asks: Caller) -> tuple[Lora, ...]:
    """Raises BadField, NotFound."""
    return tuple(_lora(lora, the, asks) for lora in fields.loras)


def material_of(asset: AssetRow) -> Material:
    return Material(asset.sha256, asset.name or asset.id, PixelSize(asset.facts["width"], asset.facts["height"]))


def result_of(video: JobRow, the: Service, asks: Caller) -> AssetRow:
    """The file of a finished video. Raises NotFound, Conflict."""
    if not isinstance(video.state, Succeeded):
        raise Conflict("The video is not finished; wait until it is completed.")
    return the.assets.get(video.state.result["asset_ids"][0], asks.sees)


def _of_library(file_id: str, the: Service, asks: Caller) -> AssetRow:
    if file_id.startswith(PREFIX):
        return result_of(find_video(file_id, the.queue, asks.sees), the, asks)
    return the.assets.get(file_id, asks.sees)


def _lora(field: LoraField, the: Service, asks: Caller) -> Lora:
    with about("lora"):
        asset = the.assets.get(field.asset, asks.sees)
    if asset.kind != "lora":
        raise BadField("lora", f"The file {field.asset:.40} is no LoRA.")
    return Lora(asset.name or asset.id, asset.sha256, field.scale, field.scale)


def _material(given: Given, kind: Kind, the: Service, asks: Caller) -> Material:
    with about(given.field):
        if given.file_id is None:
            return _take_in(given, kind, the)
        asset = _of_library(given.file_id, the, asks)
        _require_kind(asset.kind, kind)
        return material_of(asset)


def _take_in(given: Given, kind: Kind, the: Service) -> Material:
    """Examine a file that came with the request, and store its content for as long as a job needs it.

    It is not added to the library, where each retry of the request would add it again.
    """
    most = the.config.limits.image_bytes if kind == "image" else the.config.limits.video_bytes
    with passing_file(the.settings.uploads, "reference", GRACE_SECONDS) as path:
        _write(given, path, most, the)
        found = Sandbox().examine(path, given.field)
        _require_kind(found.kind, kind)
        size = PixelSize(found.facts["width"], found.facts["height"])
        return Material(the.assets.store_file(path).sha256, given.field, size)


def _write(given: Given, path: Path, most: int, the: Service) -> None:
    if given.upload is not None:
        _copy(given.upload, path, most)
    elif given.url is not None and given.url.startswith("data:"):
        path.write_bytes(_data(given.url, most))
    elif given.url is not None:
        Fetcher().fetch(given.url, path, most)


def _copy(upload: UploadFile, path: Path, most: int) -> None:
    if upload.size is not None and upload.size > most:
        raise TooLarge(f"The file is larger than {show_bytes(most)}; give a smaller one.")
    upload.file.seek(0)
    with path.open("wb") as file:
        shutil.copyfileobj(upload.file, file)


def _data(url: str, most: int) -> bytes:
    head, comma, text = url.partition(",")
    if not comma or not head.endswith(";base64"):
        raise BadInput("The data: URL is not understood; write it like data:image/png;base64,....")
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadInput("The data: URL holds no Base64.") from error
    if len(data) > most:
        raise TooLarge(f"The picture is larger than {show_bytes(most)}; give a smaller one.")
    return data


def _require_kind(found: str, wanted: str) -> None:
    if found != wanted:
        raise BadInput(f"This is of the kind {found}; give one of the kind {wanted}.")
