"""Frames by their numbers: each clip carries its frame numbers drawn into the picture."""

import random
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from artifex.errors import BadReference
from artifex.media.colour import planes_from_rgb
from artifex.media.frame_reader import FrameReader, Run
from artifex.media.opener import Here, Opener
from artifex.media.sandbox import Sandbox

COUNT = 90
SIDE = 16
BITS = 8


def numbered(number: int) -> NDArray[np.uint8]:
    """128x64, grey, with the number as eight black or white blocks."""
    picture = np.full((64, 128, 3), 110, np.uint8)
    for bit in range(BITS):
        picture[24:40, bit * SIDE : (bit + 1) * SIDE] = 255 * (number >> bit & 1)
    return picture


def read_number(picture: NDArray[np.uint8]) -> int:
    blocks = picture[28:36, :, 1].reshape(8, BITS, SIDE)[:, :, 4:12].mean(axis=(0, 2))
    return sum(int(block > 127) << bit for bit, block in enumerate(blocks))


def write(
    path: Path, encoder: str, rate: Fraction, pixel_format: str, options: dict[str, str], times: list[int] | None = None
) -> Path:
    """``times``: when each frame is shown, in thousandths of a second; steadily if None."""
    with av.open(str(path), "w") as container:
        untyped: Any = container
        stream = untyped.add_stream(encoder, rate=rate, options=options)
        stream.width, stream.height, stream.pix_fmt = 128, 64, pixel_format
        base = Fraction(1, 1000) if times else 1 / rate
        stream.codec_context.time_base = base
        for number in range(COUNT):
            frame = planes_from_rgb(numbered(number), pixel_format)
            frame.pts, frame.time_base = times[number] if times else number, base
            untyped.mux(stream.encode(frame))
        untyped.mux(stream.encode(None))
    return path


NTSC = Fraction(24000, 1001)
KINDS: dict[str, tuple[str, str, Fraction, str, dict[str, str]]] = {
    "h264 with b-frames": ("mp4", "libx264", Fraction(24), "yuv420p", {"bf": "3", "g": "40", "preset": "veryfast"}),
    "h264 open gop, 23.976": ("mp4", "libx264", NTSC, "yuv420p", {"x264-params": "open-gop=1:bframes=3:keyint=24"}),
    "h264 one gop, 29.97": ("mov", "libx264", Fraction(30000, 1001), "yuv420p", {"g": "1000", "bf": "2"}),
    "hevc": ("mp4", "libx265", Fraction(25), "yuv420p", {"x265-params": "log-level=none:keyint=30"}),
    "hevc 10 bit": ("mkv", "libx265", Fraction(50), "yuv420p10le", {"x265-params": "log-level=none"}),
    "av1": ("mp4", "libsvtav1", Fraction(30), "yuv420p", {"preset": "8", "crf": "30"}),
    "vp9": ("webm", "libvpx-vp9", Fraction(60000, 1001), "yuv420p", {"deadline": "realtime", "cpu-used": "8"}),
    "prores": ("mov", "prores_ks", Fraction(24), "yuv422p10le", {}),
    "ffv1": ("mkv", "ffv1", Fraction(16), "bgr0", {"g": "12"}),
    "mpeg4": ("mp4", "mpeg4", Fraction(12), "yuv420p", {"bf": "2", "g": "20"}),
}


@pytest.fixture(scope="module")
def make_clip(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    folder = tmp_path_factory.mktemp("numbered")

    def make(kind: str) -> Path:
        suffix, encoder, rate, pixel_format, options = KINDS[kind]
        return write(folder / f"clip.{suffix}", encoder, rate, pixel_format, options)

    return make


@pytest.mark.parametrize("kind", KINDS)
def test_a_hundred_random_frames_are_the_ones_asked_for(make_clip: Callable[[str], Path], kind: str) -> None:
    drawn = random.Random(kind)
    with FrameReader(make_clip(kind)) as reader:
        assert reader.frame_count == COUNT
        for number in [drawn.randrange(COUNT) for _ in range(100)]:
            assert read_number(reader.frame(number)) == number


@pytest.mark.parametrize("kind", ["h264 with b-frames", "ffv1"])
def test_frames_in_order_are_decoded_once(make_clip: Callable[[str], Path], kind: str) -> None:
    with FrameReader(make_clip(kind)) as reader:
        assert [read_number(reader.frame(number)) for number in range(COUNT)] == list(range(COUNT))


def test_a_variable_rate_counts_frames_as_they_come(tmp_path: Path) -> None:
    drawn = random.Random(1)
    times = [0]
    while len(times) < COUNT:
        times.append(times[-1] + drawn.randrange(15, 140))
    clip = write(tmp_path / "vfr.mkv", "libx264", Fraction(24), "yuv420p", {"bf": "2"}, times)
    with FrameReader(clip) as reader:
        for number in [drawn.randrange(COUNT) for _ in range(60)]:
            assert read_number(reader.frame(number)) == number


def openers() -> Iterator[Opener]:
    yield Here()
    yield Sandbox()


@pytest.mark.parametrize("opener", list(openers()), ids=["here", "sandbox"])
def test_runs_at_any_pace(make_clip: Callable[[str], Path], opener: Opener) -> None:
    clip = make_clip("h264 with b-frames")
    runs = [Run(Fraction(10), Fraction(1), 4), Run(Fraction(80), Fraction(-3, 2), 4), Run(Fraction(5), Fraction(0), 2)]
    runs += [Run(Fraction(87), Fraction(1), 5), Run(Fraction(7, 2), Fraction(1, 2), 3)]
    seen = [read_number(picture) for picture in opener.runs(clip, runs)]
    assert seen == [10, 11, 12, 13, 80, 78, 77, 75, 5, 5, 87, 88, 89, 89, 89, 3, 4, 4]


def test_a_frame_that_is_not_there_is_told_of(make_clip: Callable[[str], Path]) -> None:
    with FrameReader(make_clip("ffv1")) as reader, pytest.raises(BadReference, match="90 frames; there is no frame 90"):
        reader.frame(COUNT)


def test_a_clip_that_is_cut_fails_at_the_frame(tmp_path: Path, make_clip: Callable[[str], Path]) -> None:
    whole = make_clip("ffv1").read_bytes()
    cut = tmp_path / "cut.mkv"
    cut.write_bytes(whole[: len(whole) // 2])
    with FrameReader(cut) as reader:
        assert 10 < reader.frame_count < COUNT
        assert read_number(reader.frame(5)) == 5
    cut.write_bytes(b"no video at all" * 100)
    with pytest.raises(BadReference), FrameReader(cut):
        pass
