"""Encodes and decodes real mp4 files, as a viewer gets them: H.264, 4:2:0, BT.709."""

from io import BytesIO

import av
import numpy as np
from av.video.reformatter import Colorspace
from numpy.typing import NDArray

from training.starter.domain import FRAME_RATE


def encode(frames: NDArray[np.uint8], crf: int = 16) -> bytes:
    """Frames [T, H, W, 3] to the bytes of an mp4 file."""
    file = BytesIO()
    with av.open(file, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=FRAME_RATE, options={"crf": str(crf), "threads": "1"})
        stream.height, stream.width, stream.pix_fmt = frames.shape[1], frames.shape[2], "yuv420p"
        for image in frames:
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(image), format="rgb24")
            frame = frame.reformat(format="yuv420p", dst_colorspace=Colorspace.ITU709)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return file.getvalue()


def decode(file: bytes) -> NDArray[np.uint8]:
    """The frames [T, H, W, 3] of an mp4 file."""
    with av.open(BytesIO(file)) as container:
        images = [
            frame.reformat(format="rgb24", src_colorspace=Colorspace.ITU709) for frame in container.decode(video=0)
        ]
    return np.stack([image.to_ndarray() for image in images]).astype(np.uint8)
