"""A cache of the frames decoded last, so that a step back does not decode from the last key frame again."""

from collections import OrderedDict

from av import VideoFrame

_LEAST_FRAMES = 4


class FrameCache:
    """Decoded frames by number, up to ``most_bytes``, but always up to four."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._frames: OrderedDict[int, VideoFrame] = OrderedDict()

    def put(self, number: int, frame: VideoFrame) -> None:
        self._frames[number] = frame
        self._frames.move_to_end(number)
        size = sum(plane.buffer_size for plane in frame.planes)
        while len(self._frames) > max(_LEAST_FRAMES, self._most_bytes // max(1, size)):
            self._frames.popitem(last=False)

    def get(self, number: int) -> VideoFrame | None:
        frame = self._frames.get(number)
        if frame is not None:
            self._frames.move_to_end(number)
        return frame
