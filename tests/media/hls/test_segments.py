"""Segments that were encoded apart play as one film: every frame in its place, and the sound without seams."""

import re
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import av
import numpy as np
import pytest

from artifex.errors import BadField, NotWritable
from artifex.media.encodings.encoding import Encoding
from artifex.media.encodings.presets import PRESETS
from artifex.media.encodings.sound import SoundStream
from artifex.media.hls.codec_names import codec_name
from artifex.media.hls.playlist import Segment, media_playlist
from artifex.media.hls.sound_segment import FRAME, SoundSpan, write_sound_segment
from artifex.media.hls.stream import Rendition, write_stream
from artifex.media.hls.video_segment import PREVIEW, Place, write_segment
from artifex.media.reading.frame_reader import FrameReader

RATE = Fraction(30000, 1001)
SAMPLE_RATE = 48000
COUNT = 100
LENGTH = 32


@pytest.fixture(scope="module")
def pictures(draw):
    return draw(COUNT, 160, 128)


@pytest.fixture(scope="module")
def signal():
    t = np.arange(int(COUNT / RATE * SAMPLE_RATE) + 1) / SAMPLE_RATE
    left, right = 0.4 * np.sin(2 * np.pi * 440 * t), 0.3 * np.sin(2 * np.pi * (300 * t + 200 * t**2))
    return (np.stack([left, right], axis=1) * np.minimum(t * 5, 1)[:, None]).astype(np.float32)


def samples_of(signal):
    def samples_at(start, count):
        wanted = np.zeros((count, 2), np.float32)
        first, last = max(0, start), min(len(signal), start + count)
        if first < last:
            wanted[first - start : last - start] = signal[first:last]
        return wanted

    return samples_at


def played(playlist, kind):
    with av.open(str(playlist)) as container:
        stream = getattr(container.streams, kind)[0]
        return [(Fraction(frame.pts * frame.time_base), frame) for frame in container.decode(stream)]


@pytest.mark.parametrize("name", ["h264", "hevc", "av1"])
@pytest.mark.parametrize("rate", [RATE, Fraction(24)])
def test_pictures_rendered_apart_and_in_any_order(name, rate, pictures, tmp_path, read_number):
    encoding = PREVIEW if name == "h264" else replace(PRESETS[name], speed="fast")
    segments = {}
    for number in (2, 0, 3, 1):
        part = pictures[number * LENGTH : (number + 1) * LENGTH]
        target = tmp_path / f"{number}.m4s"
        count = write_segment(part, Place(number, number * LENGTH, rate), tmp_path / "init.mp4", target, encoding)
        segments[number] = Segment(target.name, count / rate, "init.mp4")
    (tmp_path / "index.m3u8").write_text(media_playlist([segments[number] for number in range(4)]))
    frames = played(tmp_path / "index.m3u8", "video")
    assert [read_number(frame.to_ndarray(format="rgb24")) for _, frame in frames] == list(range(COUNT))
    start = frames[0][0]
    assert [round((time - start) * rate) for time, _ in frames] == list(range(COUNT))
    assert max(abs((time - start) - number / rate) for number, (time, _) in enumerate(frames)) < Fraction(1, 5000)
    last = (tmp_path / "init.mp4").read_bytes() + (tmp_path / "2.m4s").read_bytes()
    (tmp_path / "one.mp4").write_bytes(last)
    with FrameReader(tmp_path / "one.mp4") as reader:
        assert reader.frame_count == LENGTH
        assert reader.index.times[0] * reader.index.time_base == 2 * LENGTH / rate
        assert len(reader.index.keys) == 1
        assert read_number(reader.frame(5)) == 2 * LENGTH + 5


def test_the_same_init_for_every_segment(pictures, tmp_path):
    for number in (0, 1):
        write_segment(
            pictures[number : number + 9],
            Place(number, 9 * number, RATE),
            tmp_path / f"init{number}.mp4",
            tmp_path / f"{number}.m4s",
        )
    assert (tmp_path / "init0.mp4").read_bytes() == (tmp_path / "init1.mp4").read_bytes()
    assert codec_name(tmp_path / "init0.mp4").startswith("avc1.")
    first = (tmp_path / "0.m4s").read_bytes()
    write_segment(pictures[:9], Place(0, 0, RATE), tmp_path / "init0.mp4", tmp_path / "0.m4s")
    assert (tmp_path / "0.m4s").read_bytes() == first


def test_sound_encoded_apart_joins_without_seams(signal, tmp_path):
    segments = {}
    for number in (3, 1, 0, 2):
        count = min(LENGTH, COUNT - number * LENGTH)
        span = SoundSpan.of(number * LENGTH, count, RATE, SAMPLE_RATE)
        write_sound_segment(
            samples_of(signal), span, SAMPLE_RATE, number, tmp_path / "init.mp4", tmp_path / f"{number}.m4s"
        )
        segments[number] = Segment(f"{number}.m4s", span.seconds(SAMPLE_RATE), "init.mp4")
    spans = [SoundSpan.of(number * LENGTH, LENGTH, RATE, SAMPLE_RATE) for number in range(3)]
    assert spans[0].first == 0
    assert all(before.end == after.first for before, after in pairwise(spans))
    (tmp_path / "index.m3u8").write_text(media_playlist([segments[number] for number in range(4)]))
    frames = played(tmp_path / "index.m3u8", "audio")
    heard = np.concatenate([frame.to_ndarray() for _, frame in frames], axis=1).T
    assert [round(time * SAMPLE_RATE) for time, _ in frames] == list(range(0, len(frames) * FRAME, FRAME))
    error = np.abs(heard[FRAME : len(signal) - FRAME] - signal[FRAME : len(heard)][: len(signal) - 2 * FRAME])
    seams = [span.end * FRAME for span in spans]
    assert error.max() < 0.03
    assert max(error[seam - 2 * FRAME : seam + FRAME].max() for seam in seams) < 0.02


@pytest.mark.parametrize("with_sound", [True, False])
def test_a_whole_film_in_several_sizes(with_sound, draw, signal, tmp_path, read_number, psnr):
    pictures = draw(COUNT, 512, 256)
    sound = SoundStream([signal[at : at + 5000] for at in range(0, len(signal), 5000)], SAMPLE_RATE)
    ladder = (Rendition(720, 1, 1), Rendition(256, 900_000, 1_400_000), Rendition(128, 300_000, 500_000))
    folder = tmp_path / "film"
    count = write_stream(iter(pictures), RATE, folder, sound if with_sound else None, ladder, LENGTH, PREVIEW)
    assert count == COUNT
    names = {path.name for path in folder.iterdir()}
    assert names == {"master.m3u8", "256p", "128p"} | ({"sound"} if with_sound else set())
    told = (folder / "256p/index.m3u8").read_text()
    lengths = [float(text) for text in re.findall(r"#EXTINF:([\d.]+),", told)]
    assert lengths == pytest.approx([float(n / RATE) for n in (32, 32, 32, 4)], abs=1e-6)
    for name, size in (("256p", (512, 256)), ("128p", (256, 128))):
        frames = [frame for _, frame in played(folder / name / "index.m3u8", "video")]
        assert {(frame.width, frame.height) for frame in frames} == {size}
        larger = [frame.to_ndarray(format="rgb24", width=512, height=256) for frame in frames]
        assert [read_number(picture) for picture in larger] == list(range(COUNT))
    master = (folder / "master.m3u8").read_text()
    assert 'CODECS="avc1.' in master
    with av.open(str(folder / "master.m3u8")) as container:
        assert len(container.streams.video) == 2
        assert len(container.streams.audio) == with_sound
    if with_sound:
        frames = played(folder / "sound/index.m3u8", "audio")
        heard = np.concatenate([frame.to_ndarray() for _, frame in frames], axis=1).T
        assert abs(len(heard) - len(signal)) <= FRAME
        assert np.abs(heard[4096:90_000] - signal[4096:90_000]).max() < 0.03


def test_no_half_streams(pictures, tmp_path):
    def failing():
        yield from pictures[:40]
        raise RuntimeError("no more")

    with pytest.raises(RuntimeError):
        write_stream(failing(), RATE, tmp_path / "film", None, (Rendition(128, 300_000, 500_000),), LENGTH)
    with pytest.raises(RuntimeError):
        write_segment(failing(), Place(0, 0, RATE), tmp_path / "init.mp4", tmp_path / "0.m4s")
    assert not list(tmp_path.iterdir())
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/notes.txt").write_text("keep")
    with pytest.raises(NotWritable, match="is not a stream"):
        write_stream(pictures[:2], RATE, tmp_path / "mine")
    with pytest.raises(BadField, match="segments are"):
        write_segment(
            pictures[:2], Place(0, 0, RATE), tmp_path / "i", tmp_path / "0", Encoding("ffv1", "mkv", chroma="444")
        )
