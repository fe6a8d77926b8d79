import io
import struct
from fractions import Fraction

import av
import numpy as np
import pytest
from PIL import Image

from artifex.errors import BadReference
from artifex.media.encodings.encoding import Encoding
from artifex.media.encodings.film import encode
from artifex.media.encodings.sound import SoundStream
from artifex.media.proxies.peaks import Peaks, coarser, gathered, packed
from artifex.media.proxies.proxy import write_proxy
from artifex.media.proxies.strip import in_a_row, middles
from artifex.media.reading.frame_reader import FrameReader
from artifex.media.sounds.sound_reader import SoundReader

RATE = Fraction(24000, 1001)


def tone(seconds, rate=48000):
    wave = 0.5 * np.sin(2 * np.pi * 330 * np.arange(int(seconds * rate)) / rate)
    return np.repeat(wave[:, None], 2, axis=1).astype(np.float32)


@pytest.fixture(scope="module")
def film(tmp_path_factory, draw):
    path = tmp_path_factory.mktemp("film") / "film.mp4"
    encode(draw(48, 512, 256), RATE, Encoding(speed="fast"), path, SoundStream([tone(2.002)], 48000))
    return path


@pytest.mark.parametrize("divisor", [2, 4])
def test_proxies_have_every_frame_as_a_key_frame_and_the_sound(divisor, film, tmp_path, read_number, psnr):
    path = tmp_path / "proxy.mp4"
    assert write_proxy(film, path, divisor) == 48
    with av.open(str(path)) as container:
        assert all(packet.is_keyframe for packet in container.demux(video=0) if packet.size)
    with FrameReader(path) as reader, FrameReader(film) as original:
        assert (reader.facts.size.width, reader.facts.size.height) == (512 // divisor, 256 // divisor)
        assert reader.facts.frame_rate == RATE
        for number in (47, 0, 31, 5):
            large = np.asarray(Image.fromarray(reader.frame(number)).resize((512, 256)))
            assert read_number(large) == number
            assert psnr(reader.frame(number), original.frame(number, reader.facts.size)) > 28
    with SoundReader(path, 48000) as sound:
        assert np.abs(sound.samples(40_000, 4000) - tone(2)[40_000:44_000]).max() < 0.02
    assert len(list(tmp_path.iterdir())) == 1


def test_proxies_of_odd_and_turned_footage(draw, tmp_path):
    encode(draw(3, 161, 129), RATE, Encoding("ffv1", "mkv", chroma="444"), tmp_path / "odd.mkv")
    assert write_proxy(tmp_path / "odd.mkv", tmp_path / "proxy.mp4") == 3
    with FrameReader(tmp_path / "proxy.mp4") as reader:
        assert (reader.facts.size.width, reader.facts.size.height) == (80, 64)


def test_no_half_proxies(film, tmp_path):
    cut = tmp_path / "cut.mp4"
    data = film.read_bytes()
    cut.write_bytes(data[: int(len(data) * 0.6)])
    with pytest.raises(BadReference, match=r"cut or damaged|frame"):
        write_proxy(cut, tmp_path / "proxy.mp4")
    assert list(tmp_path.iterdir()) == [cut]


@pytest.mark.parametrize("rate", [48000, 44100, 22050])
def test_peaks(rate):
    sound = tone(3.005, rate)
    sound[:, 1] *= 0.5
    sound[rate : rate + rate // 100 + 1] = 0
    chunks = [sound[at : at + 3333] for at in range(0, len(sound), 3333)]
    found = gathered(chunks, rate)
    assert len(found.bins) == 301
    assert found.bins[0].tolist() == [[-64, 64], [-32, 32]]
    assert found.bins[100].tolist() == [[0, 0], [0, 0]]
    assert np.array_equal(found.bins, gathered([sound], rate).bins)


def test_a_coarser_waveform_still_has_every_peak():
    sound = tone(61)
    sound[48_123] = [0.9, -0.8]
    found = gathered([sound[at : at + 4096] for at in range(0, len(sound), 4096)], 48000)
    coarse = coarser(found, 700)
    assert (found.bins.shape, found.bins_per_second) == ((6100, 2, 2), 100)
    assert (coarse.bins.shape, coarse.bins_per_second) == ((610, 2, 2), 10)
    assert coarse.bins[10].tolist() == [[-64, 115], [-102, 64]]
    assert coarser(found, 6100) is found
    assert len(coarser(found, 5).bins) == 61, "a bin a second at the least"
    assert struct.unpack("<4sHHII", packed(coarse)[:16]) == (b"AXPK", 1, 2, 10, 610)
    assert np.array_equal(np.frombuffer(packed(coarse), np.int8, offset=16).reshape(610, 2, 2), coarse.bins)
    assert isinstance(coarser(gathered([], 48000), 5), Peaks)


def test_frames_in_a_row(film, read_number):
    numbers = middles(6, 48)
    assert numbers == (4, 12, 20, 28, 36, 44)
    assert middles(6, 2) == (0, 1)
    with FrameReader(film) as reader:
        page = np.asarray(Image.open(io.BytesIO(in_a_row((reader.frame(number) for number in numbers), 128))))
    assert page.shape == (128, 6 * 256, 3)
    for index, number in enumerate(numbers):
        tile = page[:, index * 256 :][:, :256]
        assert read_number(np.asarray(Image.fromarray(tile).resize((512, 256)))) == number
