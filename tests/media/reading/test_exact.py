"""Every frame that is asked for is the one that is given, whatever the file."""

from fractions import Fraction

import numpy as np
import pytest

from artifex.media.reading.conform import conformed
from artifex.media.reading.frame_reader import FrameReader
from tests.media.footage import Kind, write

NTSC_24, NTSC_30, NTSC_60 = (Fraction(n, 1001) for n in (24000, 30000, 60000))
COUNT = 120
SEEKS = 91  # of each kind, 1,001 in all

X265 = "log-level=none:pools=1:frame-threads=1"
KINDS = {
    "h264 mp4": Kind(".mp4", "libx264", rate=NTSC_24, options={"preset": "veryfast", "bf": "3"}),
    "h264 mp4 open groups": Kind(
        ".mp4", "libx264", options={"preset": "veryfast", "x264-params": "open-gop=1:keyint=20:bframes=3"}
    ),
    "hevc mp4": Kind(
        ".mp4", "libx265", rate=Fraction(25), options={"preset": "ultrafast", "x265-params": f"{X265}:keyint=24"}
    ),
    "hevc mkv 10 bit": Kind(
        ".mkv", "libx265", "yuv420p10le", Fraction(50), {"preset": "ultrafast", "x265-params": f"{X265}:bframes=4"}
    ),
    "prores mov": Kind(".mov", "prores_ks", "yuv422p10le", Fraction(24), {"profile": "0"}),
    "ffv1 mkv": Kind(".mkv", "ffv1", "bgr0", NTSC_30, {"g": "12"}, tags=(0, 1, 13), full_range=True),
    "vp9 webm": Kind(".webm", "libvpx-vp9", rate=NTSC_60, options={"deadline": "realtime", "cpu-used": "8"}),
    "vp8 webm": Kind(
        ".webm",
        "libvpx",
        rate=Fraction(30),
        options={"b": "400k", "auto-alt-ref": "1", "lag-in-frames": "16", "cpu-used": "4", "g": "40"},
    ),
    "av1 mp4": Kind(".mp4", "libsvtav1", rate=Fraction(30), options={"preset": "8", "crf": "30"}),
    "h264 ts": Kind(".ts", "libx264", rate=NTSC_30, options={"preset": "veryfast", "g": "30", "bf": "2"}),
    "h264 mkv one group": Kind(".mkv", "libx264", rate=NTSC_24, options={"preset": "veryfast", "g": "999"}),
}


@pytest.fixture(scope="module")
def pictures(draw):
    return draw(COUNT, 160, 128)


@pytest.fixture(scope="module", params=KINDS)
def written(request, pictures, tmp_path_factory):
    kind = KINDS[request.param]
    return write(tmp_path_factory.mktemp("exact") / f"clip{kind.suffix}", pictures, kind), kind


def test_random_frames_and_ranges(written, read_number):
    path, kind = written
    asked = np.random.default_rng(7).integers(0, COUNT, SEEKS).tolist()
    with FrameReader(path) as reader:
        assert reader.frame_count == COUNT
        assert reader.index.missing == 0
        assert reader.index.is_constant
        assert abs(reader.facts.frame_rate - kind.rate) < Fraction(1, 50)
        assert [read_number(reader.frame(number)) for number in asked] == asked
        assert [read_number(picture) for picture in reader.frames(40, 60)] == list(range(40, 60))
        assert [read_number(reader.frame(number)) for number in range(70, 50, -1)] == list(range(70, 50, -1))


def test_all_frames_in_order_and_both_ends(written, read_number):
    path, kind = written
    with FrameReader(path) as reader:
        assert [read_number(reader.frame(number)) for number in (COUNT - 1, 0, COUNT - 1)] == [119, 0, 119]
        assert [read_number(picture) for picture in reader.frames()] == list(range(COUNT))
        index = reader.index
    with FrameReader(path, index=index) as again:
        same_rate = conformed(again, kind.rate)
        assert same_rate.numbers.tolist() == list(range(COUNT))
        assert read_number(same_rate.frame(77)) == 77
