"""Files as cameras, phones, broadcasters and bad connections leave them."""

import struct
from fractions import Fraction

import av
import numpy as np
import pytest
from av.video.reformatter import Colorspace

from artifex.errors import BadReference
from artifex.media.reading.conform import conformed, source_frames
from artifex.media.reading.frame_reader import FrameReader
from artifex.units import PixelSize
from tests.media.footage import Kind, write

H264 = Kind(".mp4", "libx264", options={"preset": "veryfast", "g": "12", "bf": "2"})
LOSSLESS = Kind(".mkv", "ffv1", "bgr0", tags=(0, 1, 13), full_range=True, options={"g": "5"})


@pytest.fixture(scope="module")
def pictures(draw):
    return draw(60, 160, 128)


@pytest.fixture(scope="module")
def h264(pictures, tmp_path_factory):
    return write(tmp_path_factory.mktemp("whole") / "clip.mp4", pictures, H264)


def test_variable_rate(pictures, tmp_path, read_number):
    steps = np.random.default_rng(3).integers(15, 120, 60)
    times = np.cumsum(steps).tolist()
    kind = Kind(".mkv", "libx264", options={"preset": "veryfast", "g": "12"})
    path = write(tmp_path / "vfr.mkv", pictures, kind, times, Fraction(1, 1000))
    with FrameReader(path) as reader:
        assert not reader.index.is_constant
        order = np.random.default_rng(4).permutation(60).tolist()
        assert [read_number(reader.frame(number)) for number in order] == order
        film = conformed(reader, Fraction(24))
        early = min(1000 / 24, 1000 * float(reader.index.frame_seconds)) / 8
        wanted = [np.searchsorted(times, times[0] + k * 1000 / 24 + early, side="right") - 1 for k in range(80)]
        assert [read_number(picture) for picture in film.frames(0, 80)] == wanted
        assert abs(film.frame_count / 24 - reader.index.seconds) < Fraction(1, 24)


@pytest.mark.parametrize(
    ("source", "target", "expected"),
    [
        (Fraction(60000, 1001), Fraction(30000, 1001), [0, 2, 4, 6, 8, 10, 12, 14]),
        (Fraction(30000, 1001), Fraction(60000, 1001), [0, 0, 1, 1, 2, 2, 3, 3]),
        (Fraction(24), Fraction(30), [0, 0, 1, 2, 3, 4, 4, 5]),
        (Fraction(24000, 1001), Fraction(24), [0, 1, 2, 3, 4, 5, 6, 7]),
        (Fraction(30), Fraction(24), [0, 1, 2, 3, 5, 6, 7, 8]),
    ],
)
def test_conforming_survives_rounded_times(source, target, expected, pictures, tmp_path):
    """Matroska rounds to milliseconds; the frames chosen must not jitter by it."""
    path = write(tmp_path / "clip.mkv", pictures[:24], Kind(".mkv", "ffv1", "bgr0", source))
    with FrameReader(path) as reader:
        assert source_frames(reader.index, target)[:8].tolist() == expected


def test_edit_lists_cut_frames_off(h264, tmp_path, read_number):
    data = bytearray(h264.read_bytes())
    at = data.index(b"elst")
    duration, media_time = struct.unpack(">II", data[at + 12 : at + 20])
    tick = 12288 // 24
    data[at + 12 : at + 20] = struct.pack(">II", duration - 17 * 1000 // 24, media_time + 17 * tick)
    path = tmp_path / "edited.mp4"
    path.write_bytes(data)
    with FrameReader(path) as reader:
        assert reader.frame_count == 43
        seen = [read_number(picture) for picture in reader.frames()]
        assert seen == list(range(17, 17 + reader.frame_count))
        assert [read_number(reader.frame(number)) for number in (30, 2, 0, 25)] == [47, 19, 17, 42]


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_rotation_and_pixel_shape(degrees, pictures, tmp_path, read_number):
    kind = Kind(".mp4", "libx264rgb", "rgb24", options={"qp": "0"}, tags=(0, 1, 13), full_range=True)
    path = write(tmp_path / "turned.mp4", pictures[:6], kind, rotation=degrees, aspect=Fraction(4, 3))
    with FrameReader(path) as reader:
        picture = reader.frame(4)
        assert np.array_equal(picture, np.rot90(pictures[4], degrees // 90))
        assert reader.facts.size == PixelSize(width=picture.shape[1], height=picture.shape[0])
        assert reader.facts.pixel_aspect == (Fraction(3, 4) if degrees % 180 else Fraction(4, 3))
        assert reader.facts.rotation == degrees


def test_odd_sizes(draw, tmp_path):
    pictures = draw(4, 161, 129)
    with FrameReader(write(tmp_path / "odd.mkv", pictures, LOSSLESS)) as reader:
        assert all(np.array_equal(*pair) for pair in zip(reader.frames(), pictures, strict=True))


def test_ten_bits_are_kept(tmp_path):
    ramp = np.linspace(4000, 60000, 1024).astype(np.uint16)
    picture = np.repeat(np.broadcast_to(ramp, (64, 1024))[..., None], 3, axis=2)
    kind = Kind(".mkv", "ffv1", "yuv444p10le", options={"g": "1"})
    path = write(tmp_path / "deep.mkv", [picture] * 3, kind)
    with FrameReader(path, depth=16) as deep, FrameReader(path) as shallow:
        assert deep.facts.bits == 10
        seen = deep.frame(1)
        assert seen.dtype == np.uint16
        assert np.abs(seen.astype(int) - picture).max() <= 64
        assert len(np.unique(seen[0, :, 0])) > 500
        assert np.abs(shallow.frame(1).astype(int) - picture / 257).max() <= 2


@pytest.mark.parametrize(("encoder", "suffix"), [("libvpx-vp9", ".webm"), ("prores_ks", ".mov")])
def test_alpha(encoder, suffix, pictures, tmp_path, read_number):
    opacity = np.broadcast_to(np.linspace(0, 255, 160).astype(np.uint8), (128, 160))
    layers = [np.dstack([picture, opacity]) for picture in pictures[:20]]
    options = {"profile": "4"} if suffix == ".mov" else {"crf": "20", "b": "0", "cpu-used": "5", "auto-alt-ref": "0"}
    kind = Kind(suffix, encoder, "yuva444p10le" if suffix == ".mov" else "yuva420p", options=options)
    with FrameReader(write(tmp_path / f"alpha{suffix}", layers, kind)) as reader:
        assert reader.facts.has_alpha
        for number in (13, 2, 19):
            seen = reader.frame(number)
            assert seen.shape == (128, 160, 4)
            assert read_number(seen[..., :3]) == number
            assert np.abs(seen[..., 3].astype(int) - opacity).mean() < 2


def test_interlaced_footage_is_deinterlaced(tmp_path, psnr):
    """Two fields of a moving bar: woven together its edges are combs; the lower field, flagged as first, is kept."""
    moments = np.full((80, 128, 160, 3), 60, np.uint8)
    for moment in range(80):
        moments[moment, :, 2 * moment % 120 : 2 * moment % 120 + 40] = 200
    woven = moments[0::2].copy()
    woven[:, 1::2] = moments[1::2, 1::2]
    kind = Kind(".mp4", "libx264", options={"x264-params": "bff=1", "preset": "veryfast", "crf": "10", "g": "10"})
    path = write(tmp_path / "interlaced.mp4", woven, kind)
    with FrameReader(path) as reader:
        assert reader.facts.is_interlaced
        assert reader.frame_count == 40
        straight = list(reader.frames())
    assert min(psnr(*pair) for pair in zip(straight[1:-1], moments[3:-1:2], strict=True)) > 40
    assert max(psnr(*pair) for pair in zip(woven[1:-1], moments[3:-1:2], strict=True)) < 30
    with FrameReader(path) as reader:
        for number in (33, 10, 9, 39, 0, 11):
            assert np.array_equal(reader.frame(number), straight[number]), number


@pytest.mark.parametrize(("height", "matrix"), [(480, Colorspace.ITU601), (720, Colorspace.ITU709)])
def test_untagged_files_are_read_as_players_do(height, matrix, tmp_path):
    green = np.full((height, 64, 3), (0, 200, 0), np.uint8)
    kind = Kind(".mkv", "ffv1", "yuv444p", matrix=matrix, tags=(2, 2, 2))
    with FrameReader(write(tmp_path / "untagged.mkv", [green] * 2, kind)) as reader:
        assert np.abs(reader.frame(1).astype(int) - green).max() <= 2


def test_high_dynamic_range_becomes_bt709(tmp_path):
    """Grey at 203 nits, the reference white of HDR (ITU-R BT.2408), and a dark one, in PQ."""
    signal = np.array([0.15, 0.35, 0.58]) * 65535
    picture = np.repeat(signal, 32).astype(np.uint16)
    picture = np.repeat(np.broadcast_to(picture, (64, 96))[..., None], 3, axis=2)
    kind = Kind(".mkv", "ffv1", "yuv420p10le", matrix=Colorspace.BT2020, tags=(9, 9, 16))
    with FrameReader(write(tmp_path / "hdr.mkv", [picture] * 3, kind)) as reader:
        assert reader.facts.is_wide
        seen = [reader.frame(number)[32, [16, 48, 80]].astype(int) for number in (2, 0)]
    assert np.array_equal(seen[0], seen[1])
    assert (np.ptp(seen[0], axis=1) <= 3).all()  # grey stays grey
    dark, middle, white = seen[0][:, 0]
    assert dark < middle < white
    assert white > 150


def test_a_cut_file_gives_what_it_has(h264, tmp_path, read_number):
    data = h264.read_bytes()
    path = tmp_path / "moved.mp4"
    with av.open(str(h264)) as source, av.open(str(path), "w", options={"movflags": "+faststart"}) as target:
        stream = target.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.size:
                packet.stream = stream
                target.mux(packet)
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * 0.7)])
    with FrameReader(path) as reader:
        there = reader.frame_count
        assert 10 < there < 60
        assert there + reader.index.missing == 60
        assert read_number(reader.frame(there - 8)) == there - 8
        with pytest.raises(BadReference, match=f"ends after frame {there - 1} of 60; it is cut"):
            reader.frame(there + 3)
        seen = []
        with pytest.raises(BadReference, match=r"frame \d+"):
            seen.extend(read_number(picture) for picture in reader.frames())
        assert seen == list(range(len(seen)))
        assert len(seen) >= there - 4
        with pytest.raises(BadReference, match="no frame 999"):
            reader.frame(999)
        with pytest.raises(BadReference, match="no frame -1"):
            reader.frame(-1)


def test_damage_is_told_with_the_frame_and_spares_the_rest(pictures, tmp_path, read_number):
    path = write(tmp_path / "clip.mkv", pictures, LOSSLESS)
    with av.open(str(path)) as container:
        spans = [(packet.pos or 0, packet.size) for packet in container.demux(video=0) if packet.size]
    data = bytearray(path.read_bytes())
    start, size = spans[27]
    data[start + size // 3 : start + size // 3 * 2] = bytes(size // 3)
    path.write_bytes(data)
    with FrameReader(path) as reader:
        assert [read_number(reader.frame(number)) for number in (0, 24, 30, 59)] == [0, 24, 30, 59]


@pytest.mark.parametrize("content", [b"words" * 900, b"\0\0\0\x18ftypisom\0\0\0\0isommp42", b"\x47" + bytes(187), b""])
def test_what_is_no_footage(content, tmp_path):
    path = tmp_path / "clip.mp4"
    path.write_bytes(content)
    with pytest.raises(BadReference):
        FrameReader(path)
    with pytest.raises(BadReference):
        FrameReader(tmp_path / "nowhere.mp4")


def test_a_transport_stream_that_begins_in_the_middle(pictures, tmp_path, read_number):
    kind = Kind(".ts", "libx264", options={"preset": "veryfast", "g": "15", "x264-params": "repeat-headers=1"})
    path = write(tmp_path / "tail.ts", pictures, kind)
    data = path.read_bytes()
    head = b"".join(data[at : at + 188] for at in range(0, 188 * 3, 188))
    path.write_bytes(head + data[len(data) // 188 // 3 * 188 :])
    with FrameReader(path) as reader:
        first = read_number(reader.frame(0))
        assert first % 15 == 0
        numbers = [read_number(picture) for picture in reader.frames()]
        assert numbers == list(range(first, 60))
        assert read_number(reader.frame(20)) == first + 20
