"""Films in every way there is: read back, frame by frame, by the reader that the edit room uses."""

import re
from dataclasses import replace
from fractions import Fraction
from typing import Any

import av
import numpy as np
import pytest

from artifex.errors import BadField, NotAvailable
from artifex.media.encodings.available import available_encodings
from artifex.media.encodings.encoding import (
    ConstantRate,
    Encoding,
    Mastering,
    Quality,
    SoundEncoding,
    VariableRate,
)
from artifex.media.encodings.film import encode
from artifex.media.encodings.presets import PRESETS
from artifex.media.encodings.sound import SoundStream
from artifex.media.probe import ColourTags, probe
from artifex.media.reading.frame_reader import FrameReader

RATE = Fraction(30000, 1001)
STREAMS = [name for name, encoding in PRESETS.items() if encoding.engine == "software" and encoding.suffix]
LEAST_PSNR = {"h264": 38, "hevc": 38, "av1": 37, "prores": 40, "vp9": 37, "ffv1": np.inf}


@pytest.fixture(scope="module")
def pictures(draw):
    return draw(24, 160, 128)


def tone(seconds, rate=48000, chunk=3001):
    t = np.arange(int(seconds * rate)) / rate
    wave = np.stack([0.4 * np.sin(2 * np.pi * 440 * t), 0.3 * np.sin(2 * np.pi * 660 * t)], axis=1).astype(np.float32)
    return SoundStream([wave[at : at + chunk] for at in range(0, len(wave), chunk)], rate)


def with_alpha(picture):
    opacity = np.broadcast_to(np.linspace(0, 255, picture.shape[1]).astype(np.uint8), picture.shape[:2])
    return np.dstack([picture, opacity])


@pytest.mark.parametrize("name", STREAMS)
def test_every_preset_gives_every_frame_and_the_sound(name, pictures, tmp_path, read_number, psnr):
    encoding = PRESETS[name]
    frames = [with_alpha(picture) for picture in pictures] if encoding.alpha else pictures
    path = tmp_path / f"film{encoding.suffix}"
    assert encode(iter(frames), RATE, encoding, path, tone(2)) == 24
    facts = probe(path)
    assert abs(facts.frame_rate - RATE) < Fraction(1, 100)
    assert facts.sound is not None
    assert facts.sound.sample_rate == 48000
    with FrameReader(path) as reader:
        assert reader.facts.bits == (12 if name == "prores-4444" else encoding.bits)  # as every 4444 is decoded
        assert reader.facts.has_alpha == encoding.alpha
        decoded = list(reader.frames())
    assert [read_number(picture[..., :3]) for picture in decoded] == list(range(24))
    if encoding.hdr is None:
        least = min(psnr(seen[..., :3], given) for seen, given in zip(decoded, pictures, strict=True))
        assert least >= LEAST_PSNR[encoding.codec]
        is_rgb = encoding.codec == "ffv1"
        assert facts.colour == (ColourTags(0, 1, 13, True) if is_rgb else ColourTags(1, 1, 1, False))
    with av.open(str(path)) as container:
        heard = sum(frame.samples for frame in container.decode(audio=0)) / 48000
    assert abs(heard - 24 / RATE) < 0.05


@pytest.mark.parametrize("name", ["h264", "hevc", "av1", "prores", "vp9"])
def test_pure_colours_survive(name, tmp_path):
    colours = [(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255), (0, 0, 0), (128, 128, 128)]
    bars = np.broadcast_to(np.repeat(np.array(colours, np.uint8), 32, axis=0), (64, 192, 3))
    path = tmp_path / f"bars{PRESETS[name].suffix}"
    encode([bars] * 5, RATE, PRESETS[name], path)
    with FrameReader(path) as reader:
        seen = reader.frame(4)[32, 16::32].astype(int)
    assert np.abs(seen - colours).max() <= 3


def test_sixteen_bits_without_loss(tmp_path):
    noise = np.random.default_rng(1).integers(0, 65536, (3, 65, 97, 3)).astype(np.uint16)
    encode(noise, RATE, PRESETS["ffv1-16"], tmp_path / "deep.mkv")
    with FrameReader(tmp_path / "deep.mkv", depth=16) as reader:
        assert all(np.array_equal(*pair) for pair in zip(reader.frames(), noise, strict=True))


@pytest.mark.parametrize("name", ["hevc-hdr10", "av1"])
def test_hdr10_says_so(name, tmp_path):
    encoding = replace(PRESETS[name], bits=10, hdr=Mastering(1000, 0.005, 800, 300))
    frames = np.full((5, 128, 128, 3), 30000, np.uint16)
    encode(frames, RATE, encoding, tmp_path / "hdr.mp4")
    assert probe(tmp_path / "hdr.mp4").colour == ColourTags(9, 9, 16, False)
    with av.open(str(tmp_path / "hdr.mp4")) as container:
        first: Any = next(container.decode(video=0))
        kinds = {data.type.name for data in first.side_data}
    assert {"MASTERING_DISPLAY_METADATA", "CONTENT_LIGHT_LEVEL"} <= kinds


@pytest.mark.parametrize("codec", ["h264", "hevc", "av1", "vp9"])
@pytest.mark.parametrize("rate", [ConstantRate(600_000), VariableRate(600_000, 900_000)], ids=["constant", "variable"])
def test_bit_rates_are_kept(codec, rate, tmp_path):
    moving = np.random.default_rng(2).integers(0, 256, (1, 144, 176 + 96, 3)).astype(np.uint8)
    smooth = (moving[0, :, :-1].astype(np.uint16) + moving[0, :, 1:]) // 2
    frames = [np.ascontiguousarray(smooth[:, n : n + 176]).astype(np.uint8) for n in range(72)]
    container = "webm" if codec == "vp9" else "mp4"
    path = tmp_path / f"film.{container}"
    encode(frames, Fraction(24), Encoding(codec, container, rate, speed="fast"), path)
    bits = path.stat().st_size * 8 / 3
    assert 100_000 < bits < 1_000_000


def test_the_same_frames_give_the_same_bytes(pictures, tmp_path):
    for name in ("a.mp4", "b.mp4"):
        encode(pictures, RATE, PRESETS["h264"], tmp_path / name, tone(1))
    first, second = ((tmp_path / name).read_bytes() for name in ("a.mp4", "b.mp4"))
    assert first == second
    assert 0 < first.index(b"moov") < first.index(b"mdat")
    assert b"colrnclx" in first


@pytest.mark.parametrize("name", ["png", "png-16", "exr"])
def test_folders_of_pictures(name, pictures, tmp_path):
    encoding = PRESETS[name]
    assert encode(pictures[:3], RATE, encoding, tmp_path / "shot") == 3
    files = sorted((tmp_path / "shot").glob("frame_*"))
    assert len(files) == 3
    with av.open(str(files[2])) as container:
        frame: Any = next(container.decode(video=0))
    if name == "exr":
        planes = [np.frombuffer(frame.planes[index], np.float16).reshape(128, -1)[:, :160] for index in (2, 0, 1)]
        linear = np.stack(planes, axis=2).astype(np.float32)
        signal = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear.clip(0) ** (1 / 2.4) - 0.055)
        assert np.abs(signal * 255 - pictures[2]).max() < 0.2
    else:
        assert np.array_equal(frame.to_ndarray(), pictures[2].astype(np.uint16) * (257 if name == "png-16" else 1))


REFUSED = [
    ("bits", Encoding("vp9", "webm", bits=10)),
    ("bits", Encoding("hevc", hdr=Mastering())),
    ("hdr", Encoding("h264", bits=10, hdr=Mastering())),
    ("container", Encoding("prores", "mp4", bits=10, chroma="422")),
    ("container", Encoding("h264", "webm")),
    ("container", Encoding("png", "mp4")),
    ("engine", Encoding("vp9", "webm", engine="nvenc")),
    ("chroma", Encoding("av1", chroma="444")),
    ("profile", Encoding("prores", "mov", bits=10, chroma="444", profile="hq")),
    ("alpha", Encoding("h264", alpha=True)),
    ("rate.crf", Encoding(rate=Quality(99))),
    ("rate", Encoding("ffv1", "mkv", ConstantRate(1_000_000), chroma="444")),
    ("rate.peak", Encoding(rate=VariableRate(2_000_000, 1_000_000))),
    ("rate.bits_per_second", Encoding(rate=ConstantRate(3))),
    ("key_interval", Encoding(key_interval=0)),
]


@pytest.mark.parametrize(("field", "encoding"), REFUSED)
def test_what_cannot_be_written_is_told_by_its_field(field, encoding, pictures, tmp_path):
    with pytest.raises(BadField) as caught:
        encode(pictures, RATE, encoding, tmp_path / f"film{encoding.suffix}")
    assert caught.value.field == field
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("preset", "size"), [("h264", (161, 128)), ("hevc", (160, 129)), ("prores", (161, 128)), ("av1", (60, 128))]
)
def test_sizes(preset, size, draw, tmp_path):
    width, height = size
    with pytest.raises(BadField, match=rf"{width}x{height}") as caught:
        encode(np.zeros((2, height, width, 3), np.uint8), RATE, PRESETS[preset], tmp_path / "film.mp4")
    assert caught.value.field == "size"


def test_sounds_that_do_not_go_with_a_container(pictures, tmp_path):
    with pytest.raises(BadField) as caught:
        encode(pictures, RATE, Encoding(sound=SoundEncoding("pcm")), tmp_path / "film.mp4", tone(1))
    assert caught.value.field == "sound.codec"
    with pytest.raises(BadField, match="folder of pictures"):
        encode(pictures, RATE, PRESETS["png"], tmp_path / "film", tone(1))
    with pytest.raises(BadField, match=re.escape("name it film.mp4")):
        encode(pictures, RATE, Encoding(), tmp_path / "film.mkv")


@pytest.mark.parametrize("name", ["h264", "ffv1", "png-16"])
def test_a_failing_maker_leaves_nothing(name, pictures, tmp_path):
    def failing():
        yield from pictures[:9]
        raise RuntimeError("no more")

    with pytest.raises(RuntimeError, match="no more"):
        encode(failing(), RATE, PRESETS[name], tmp_path / f"film{PRESETS[name].suffix}", None)
    with pytest.raises(ValueError, match="a frame is"):
        encode([*pictures[:2], pictures[0, :64]], RATE, PRESETS[name], tmp_path / f"film{PRESETS[name].suffix}")
    assert not list(tmp_path.iterdir())


def test_a_shorter_sound_ends_earlier(pictures, tmp_path):
    encode(pictures, RATE, PRESETS["prores"], tmp_path / "film.mov", tone(0.3))
    with av.open(str(tmp_path / "film.mov")) as container:
        assert sum(frame.samples for frame in container.decode(audio=0)) == 14400
    assert probe(tmp_path / "film.mov").frame_count == 24


def test_what_this_machine_can(pictures, tmp_path):
    table = {each.name: each for each in available_encodings()}
    assert list(table) == list(PRESETS)
    assert all(table[name].reason is None for name in ("h264", "ffv1", "png", "exr", "prores"))
    for each in table.values():
        if each.encoding.engine == "nvenc" and each.reason is not None:
            assert "NVIDIA" in each.reason
            with pytest.raises(NotAvailable):
                encode(
                    np.zeros((2, 256, 256, 3), np.uint8), RATE, each.encoding, tmp_path / f"film{each.encoding.suffix}"
                )
