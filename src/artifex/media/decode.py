"""Decodes clips into frames, and hashes them for comparison."""

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from av import VideoFrame
from av.video.frame import supported_np_pix_fmts
from numpy.typing import NDArray

from artifex.errors import BadReference
from artifex.media.colour import rgb_from_planes
from artifex.media.image import open_picture
from artifex.media.untrusted import open_media, sequence_files, video_stream

_T = TypeVar("_T")


def frames(path: Path) -> Iterator[NDArray[np.uint8]]:
    """Every frame of a video, or of a folder of PNG frames, as RGB [height, width, 3], upright.

    Raises BadReference when it is no clip, cut or damaged, or its size changes on the way; earlier frames have
    been given by then.
    """
    if path.is_dir():
        yield from map(open_picture, sequence_files(path))
        return
    size: tuple[int, ...] | None = None
    for picture in _decoded(path, rgb_from_planes):
        size = size or picture.shape
        if picture.shape != size:
            raise BadReference(f"{path} changes its size on the way; export it again.")
        yield picture


def frame_hashes(path: Path) -> list[str]:
    """The sha256 of each decoded frame: of its planes as the decoder gave them, before any conversion.

    Equal lists mean the same moving picture, whatever the container says around it. Raises BadReference
    as :func:`frames` does.
    """
    if path.is_dir():
        return [_hash("rgb24", picture) for picture in frames(path)]
    return list(_decoded(path, _hash_planes))


def _decoded(path: Path, read: Callable[[VideoFrame], _T]) -> Iterator[_T]:
    with open_media(path) as container:
        stream = video_stream(container, path)
        stream.thread_type = "AUTO"
        packet_count = 0
        for packet in container.demux(stream):
            packet_count += packet.size > 0
            for frame in stream.decode(packet):
                yield read(frame)
        # FFmpeg takes the end of the file for the end of the clip, even where the index lists more packets.
        if packet_count < len(stream.index_entries):
            raise BadReference(f"{path} ends after {packet_count} of its frames; it is cut or damaged.")


def _hash_planes(frame: VideoFrame) -> str:
    # Frames without an array form are odd-sized, or packed RGB with an unused byte whose value means nothing.
    is_odd = frame.width % 2 or frame.height % 2
    if is_odd or frame.format.name not in supported_np_pix_fmts:
        return _hash("rgb24", rgb_from_planes(frame))
    return _hash(frame.format.name, frame.to_ndarray())


def _hash(pixel_format: str, planes: NDArray[Any]) -> str:
    digest = hashlib.sha256(f"{pixel_format} {planes.shape}".encode())
    digest.update(np.ascontiguousarray(planes).data)
    return digest.hexdigest()
