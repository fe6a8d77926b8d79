"""A segment that was written without knowing its place is, moved there, the one that would have been written."""

from fractions import Fraction

import pytest

from artifex.media.hls.fragments import moved
from artifex.media.hls.video_segment import Place, write_segment


@pytest.mark.parametrize("rate", [Fraction(24), Fraction(30000, 1001), Fraction(25, 2)])
def test_moved_segments_are_those_written_in_place(rate, draw, tmp_path):
    pictures, init = draw(9, 160, 128), tmp_path / "init.mp4"
    write_segment(pictures, Place(0, 0, rate), init, tmp_path / "first.m4s")
    for number, first_frame in ((1, 9), (7, 12345), (400, 10**6)):
        write_segment(pictures, Place(number, first_frame, rate), init, tmp_path / "there.m4s")
        content = moved((tmp_path / "first.m4s").read_bytes(), init.read_bytes(), number, first_frame / rate)
        assert content == (tmp_path / "there.m4s").read_bytes()


@pytest.mark.parametrize("content", [b"", b"no fragment at all", bytes(4) + b"moof" + bytes(60)])
def test_what_is_no_segment_is_told(content, tmp_path, draw):
    write_segment(draw(2, 160, 128), Place(0, 0, Fraction(24)), tmp_path / "init.mp4", tmp_path / "first.m4s")
    with pytest.raises(ValueError, match="moof"):
        moved(content, (tmp_path / "init.mp4").read_bytes(), 1, Fraction(1))
