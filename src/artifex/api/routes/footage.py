"""What a timeline shows of files: the waveform of a sound, a strip of frames of a video."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from artifex.api.files import send_file
from artifex.api.parts import BYTES
from artifex.api.routes.media import AssetId
from artifex.api.service import Asks, The
from artifex.errors import NotFound

router = APIRouter(prefix="/media", tags=["media"])


@router.get("/{asset_id}/peaks", response_class=Response, responses=BYTES, operation_id="getMediaPeaks")
def get_peaks(asset_id: AssetId, request: Request, the: The, asks: Asks) -> Response:
    """The waveform of a sound, or of a video's sound, in at most 256 kB: ``AXPK``, then as little-endian numbers the
    version (1) and the channels (2) in two bytes each, bins a second and the number of bins in four; then for each bin
    a signed byte for the lowest and the highest sample of left, and of right. 127 is full scale."""
    row = the.assets.get(asset_id, asks.sees)
    if row.kind != "audio" and not (row.kind == "video" and row.facts.get("sound")):
        raise NotFound("This file has no sound.")
    file = the.films.footage.waveform(row.sha256, the.blobs.find)
    return send_file(request, file, f"{row.sha256}-peaks", "application/octet-stream", f"{asset_id}-peaks.bin")


@router.get("/{asset_id}/strip", response_class=Response, responses=BYTES, operation_id="getMediaStrip")
def get_strip(asset_id: AssetId, request: Request, the: The, asks: Asks) -> Response:
    """A JPEG with frames of a video side by side, each 54 pixels high, from the middles of 12 equal parts of it; of
    all its frames if it has fewer."""
    row = the.assets.get(asset_id, asks.sees)
    if row.kind != "video":
        raise NotFound("This file is no video.")
    file = the.films.footage.strip(row.sha256, int(row.facts["frame_count"]), the.blobs.find)
    return send_file(request, file, f"{row.sha256}-strip", "image/jpeg", f"{asset_id}-strip.jpg")
