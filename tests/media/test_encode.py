import os
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from artifex.errors import BadInput, BadRecipe, BadReference, NotWritable, UnknownName
from artifex.media import encoders
from artifex.media.audio import Sound
from artifex.media.codecs import AV1, CODECS, FFV1, H264, HEVC, PNG, Codec, codec_for
from artifex.media.decode import frame_hashes, frames
from artifex.media.encode import encode_video
from artifex.media.probe import ColourTags, SoundProbe, probe

RATE = Fraction(24000, 1001)
ALL = list(CODECS.values())
LEAST_PSNR = {H264: 40.0, HEVC: 40.0, AV1: 39.0, FFV1: np.inf, PNG: np.inf}


def by_name(codec: Codec) -> str:
    return codec.name


@pytest.fixture(scope="module")
def written(tmp_path_factory, clip, chunked):
    """The numbered clip in every codec."""
    folder = tmp_path_factory.mktemp("written")
    paths = {codec: folder / f"{codec.name}{codec.suffix}" for codec in ALL}
    for codec, path in paths.items():
        assert encode_video(chunked(clip), RATE, path, codec) == len(clip)
    return paths


@pytest.mark.parametrize("codec", ALL, ids=by_name)
def test_every_frame_comes_back_in_its_place(codec, written, clip, read_number, psnr):
    decoded = list(frames(written[codec]))
    assert [read_number(picture) for picture in decoded] == list(range(len(clip)))
    assert min(psnr(*pair) for pair in zip(decoded, clip, strict=True)) >= LEAST_PSNR[codec]


@pytest.mark.parametrize("codec", ALL, ids=by_name)
def test_the_same_frames_give_the_same_bytes(codec, written, clip, tmp_path):
    again = tmp_path / written[codec].name
    encode_video([clip], RATE, again, codec, None)
    assert _content(again) == _content(written[codec])


ENCODES = """
import sys
from fractions import Fraction
from pathlib import Path
import numpy as np
from artifex.media.encode import encode_video
encode_video([np.load(sys.argv[1])], Fraction(24), Path(sys.argv[2]))
"""


def test_what_lay_in_memory_before_changes_no_byte(clip, tmp_path):
    """x264's code for AVX-512 looks at memory that nobody wrote; glibc can fill it with anything."""
    np.save(tmp_path / "clip.npy", clip)
    files = set()
    for filled in ("0", "85", "170"):
        path = tmp_path / f"{filled}.mp4"
        command = [sys.executable, "-c", ENCODES, tmp_path / "clip.npy", path]
        subprocess.run(command, env=os.environ | {"MALLOC_PERTURB_": filled}, check=True, timeout=120)
        files.add(path.read_bytes())
    assert len(files) == 1


@pytest.mark.parametrize("codec", [H264, HEVC, AV1, FFV1], ids=by_name)
def test_probe_says_what_was_written(codec, written):
    facts = probe(written[codec])
    assert (facts.codec, facts.width, facts.height, facts.frame_count) == (codec.name, 160, 128, 33)
    assert (facts.frame_rate, facts.duration, facts.sound) == (RATE, 33 / RATE, None)
    rgb = ColourTags(matrix=0, primaries=1, transfer=13, full_range=True)
    assert facts.colour == (rgb if codec is FFV1 else ColourTags(1, 1, 1, full_range=False))


def test_lossless_codecs_hold_the_same_picture(written):
    assert frame_hashes(written[FFV1]) == frame_hashes(written[PNG])
    assert len(set(frame_hashes(written[H264]))) == 33


@pytest.mark.parametrize("codec", ALL, ids=by_name)
@pytest.mark.parametrize("count", [1, 2])
def test_the_shortest_clips(codec, count, clip, tmp_path, read_number):
    path = tmp_path / f"short{codec.suffix}"
    encode_video([clip[:count]], RATE, path, codec)
    assert [read_number(picture) for picture in frames(path)] == list(range(count))


@pytest.mark.parametrize("codec", [H264, HEVC, AV1], ids=by_name)
def test_pure_colours_survive_within_two_codes(codec, tmp_path):
    colours = [(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255), (0, 0, 0), (128, 128, 128)]
    bars = np.repeat(np.array(colours, np.uint8), 32, axis=0)
    encode_video([np.broadcast_to(bars, (5, 64, 192, 3))], RATE, tmp_path / "bars.mp4", codec)
    last = list(frames(tmp_path / "bars.mp4"))[-1]
    for index, colour in enumerate(colours):
        assert np.abs(last[32, 32 * index + 16].astype(int) - colour).max() <= 2


@pytest.mark.parametrize("codec", [H264, HEVC, AV1], ids=by_name)
def test_the_index_comes_before_the_pictures(codec, written):
    data = written[codec].read_bytes()
    assert 0 < data.index(b"moov") < data.index(b"mdat")
    assert b"colrnclx" in data


def test_hevc_has_the_sample_entry_that_players_expect(written):
    assert b"hvc1" in written[HEVC].read_bytes()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells")
def test_encoding_makes_no_thread_more_urgent(draw, tmp_path):
    policies = set()

    def chunks():
        for chunk in draw(3, 128, 128):
            policies.update(os.sched_getscheduler(int(task)) for task in os.listdir("/proc/self/task"))
            yield chunk[None]

    encode_video(chunks(), RATE, tmp_path / "clip.mp4", AV1)
    assert policies | {os.sched_getscheduler(0)} == {os.SCHED_OTHER}


def test_frame_threads_not_slices(written):
    assert b"sliced_threads=0" in written[H264].read_bytes()


@pytest.mark.parametrize("codec", [H264, HEVC, AV1], ids=by_name)
def test_odd_sizes_are_refused(codec, draw, tmp_path):
    with pytest.raises(BadInput, match="even width and height, not 161x128"):
        encode_video([draw(1, 161, 128)], RATE, tmp_path / "odd.mp4", codec)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("codec", [FFV1, PNG], ids=by_name)
def test_lossless_codecs_take_odd_sizes(codec, draw, tmp_path):
    clip = draw(2, 161, 129)
    encode_video([clip], RATE, tmp_path / f"odd{codec.suffix}", codec)
    assert all(np.array_equal(*pair) for pair in zip(frames(tmp_path / f"odd{codec.suffix}"), clip, strict=True))


def test_too_small_for_an_encoder(draw, tmp_path):
    with pytest.raises(BadInput, match="at least 64 pixels"):
        encode_video([draw(1, 256, 16)], RATE, tmp_path / "small.mp4", AV1)


@pytest.mark.parametrize("codec", ALL, ids=by_name)
def test_a_failing_producer_leaves_no_file(codec, clip, tmp_path):
    def failing():
        yield clip[:8]
        yield clip[8:16]
        raise RuntimeError("no more")

    with pytest.raises(RuntimeError, match="no more"):
        encode_video(failing(), RATE, tmp_path / f"clip{codec.suffix}", codec)
    assert not list(tmp_path.iterdir())


def test_a_failure_keeps_the_earlier_file(clip, tmp_path):
    path = tmp_path / "clip.mp4"
    path.write_bytes(b"earlier")
    with pytest.raises(ValueError, match="a chunk is"):
        encode_video([clip[:4], clip[4:, :64]], RATE, path)
    assert path.read_bytes() == b"earlier"
    assert list(tmp_path.iterdir()) == [path]


def test_no_frames_at_all(tmp_path):
    with pytest.raises(ValueError, match="no frames"):
        encode_video([], RATE, tmp_path / "clip.mp4")
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(os.name == "nt", reason="no RLIMIT_FSIZE on Windows")
@pytest.mark.parametrize("codec", ALL, ids=by_name)
def test_a_full_disk_is_told_and_leaves_no_file(codec, tmp_path):
    # A limit on file size in a child meets the same code as a full disk, and needs no rights.
    script = (
        "import resource, sys, numpy as np\n"
        "from fractions import Fraction\nfrom pathlib import Path\n"
        "from artifex.errors import OutOfSpace\n"
        "from artifex.media.codecs import CODECS\nfrom artifex.media.encode import encode_video\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))\n"
        "noise = np.random.default_rng(0).integers(0, 256, (8, 128, 128, 3), dtype=np.uint8)\n"
        "try:\n    encode_video([noise] * 4, Fraction(24), Path(sys.argv[2]), CODECS[sys.argv[1]])\n"
        "except OutOfSpace as error:\n    print(error)\n"
    )
    target = tmp_path / f"clip{codec.suffix}"
    child = subprocess.run(
        [sys.executable, "-c", script, codec.name, str(target)], capture_output=True, text=True, timeout=60, check=True
    )
    assert child.stdout.startswith("No room left to write")
    assert not child.stderr
    assert not list(tmp_path.iterdir())


def test_a_missing_folder(clip, tmp_path):
    with pytest.raises(NotWritable):
        encode_video([clip], RATE, tmp_path / "nowhere" / "clip.mp4")


def test_names_that_look_like_protocols_and_patterns(clip, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("http:x%03d.mp4", "concat:a|b.mp4", "кино 한국 'q\".mp4"):
        encode_video([clip[:5]], RATE, Path(name))
        assert probe(Path(name)).frame_count == 5
    assert len(list(tmp_path.iterdir())) == 3


def test_a_sequence_replaces_only_a_sequence(clip, tmp_path):
    path = tmp_path / "shot"
    encode_video([clip[:5]], RATE, path, PNG)
    encode_video([clip[:2]], RATE, path, PNG)
    assert len(list(frames(path))) == 2
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "notes.txt").write_text("keep")
    with pytest.raises(NotWritable, match="not a picture sequence"):
        encode_video([clip[:2]], RATE, mine, PNG)
    assert (mine / "notes.txt").read_text() == "keep"
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["mine", "shot"]


def _tone(seconds: float, channels: int) -> Sound:
    wave = 0.3 * np.sin(2 * np.pi * 440 * np.arange(int(seconds * 16000)) / 16000)
    return Sound(np.repeat(wave[:, None], channels, axis=1).astype(np.float32), 16000)


@pytest.mark.parametrize("codec", [H264, FFV1], ids=by_name)
@pytest.mark.parametrize("channels", [1, 2])
def test_a_longer_sound_ends_with_the_pictures(codec, channels, clip, chunked, tmp_path):
    path = tmp_path / f"loud{codec.suffix}"
    encode_video(chunked(clip), Fraction(16), path, codec, sound=_tone(5, channels))
    facts = probe(path)
    assert facts.sound == SoundProbe("aac", 16000, channels)
    assert (facts.frame_count, facts.duration) == (33, Fraction(33, 16))
    assert abs(_sound_seconds(path) - 33 / 16) < 0.1


def test_longer_pictures_end_with_the_sound(clip, chunked, tmp_path, read_number):
    path = tmp_path / "loud.mp4"
    assert encode_video(chunked(clip), Fraction(16), path, sound=_tone(1.3, 1)) == 20
    assert [read_number(picture) for picture in frames(path)] == list(range(20))
    with pytest.raises(BadReference, match="shorter than one frame"):
        encode_video(chunked(clip), Fraction(16), path, sound=_tone(0.01, 1))


def test_a_sequence_takes_no_sound(clip, tmp_path):
    with pytest.raises(BadInput, match="holds no sound"):
        encode_video([clip], Fraction(16), tmp_path / "shot", PNG, sound=_tone(1, 1))


def test_codec_for_a_name_and_a_suffix():
    assert [codec_for(Path(name)) for name in ("a.mp4", "a.MKV", "a")] == [H264, FFV1, PNG]
    assert codec_for(Path("a.mp4"), "av1") is AV1
    with pytest.raises(UnknownName, match=r"No kind of clip ends in '\.avi'"):
        codec_for(Path("a.avi"))
    with pytest.raises(UnknownName, match="choose one of h264, hevc, av1, ffv1, png"):
        codec_for(Path("a.mp4"), "vp9")
    with pytest.raises(BadInput, match=r"ffv1 is written as \.mkv"):
        codec_for(Path("a.mp4"), "ffv1")


def test_a_recipe_that_is_too_long(clip, tmp_path):
    with pytest.raises(BadRecipe, match="1 MiB"):
        encode_video([clip], RATE, tmp_path / "clip.mp4", recipe_text="{" + "x" * 2**20 + "}")
    assert not list(tmp_path.iterdir())


def test_available_encoders_are_proved():
    assert set(encoders.available()) >= {"h264", "ffv1", "png"}


def _content(path: Path) -> dict[str, bytes]:
    files = [path] if path.is_file() else sorted(path.iterdir())
    return {file.name: file.read_bytes() for file in files}


def _sound_seconds(path: Path) -> float:
    with av.open(str(path)) as container:
        return sum(frame.samples / frame.sample_rate for frame in container.decode(audio=0))
