import os
from fractions import Fraction

import av
import numpy as np
import pytest

from artifex.errors import BadReference
from artifex.media.codecs import FFV1
from artifex.media.decode import frame_hashes, frames
from artifex.media.encode import encode_video
from artifex.media.probe import probe
from artifex.media.recipe_tag import read_recipe_text

READERS = [read_recipe_text, probe, frame_hashes, lambda path: list(frames(path))]


@pytest.fixture(scope="module")
def mp4(tmp_path_factory, clip) -> bytes:
    path = tmp_path_factory.mktemp("whole") / "clip.mp4"
    encode_video([clip], Fraction(16), path)
    return path.read_bytes()


HOSTILE = {
    "empty": b"",
    "words": b"not a video at all\n" * 100,
    "zeros": bytes(4096),
    "playlist": b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nwitness.mp4\n#EXT-X-ENDLIST\n",
    "remote playlist": b"#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:9/x.ts\n",
    "concat script": b"ffconcat version 1.0\nfile witness.mp4\n",
    "session": b"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\n",
    "drawing": b"<svg xmlns='http://www.w3.org/2000/svg' width='64' height='64'/>",
    "sound": b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0",
    "mp4 header alone": b"\0\0\0\x18ftypisom\0\0\0\0isommp42",
    "matroska header alone": b"\x1a\x45\xdf\xa3\x84\x42\x86\x81\x01",
    "playlist behind an mp4 header": b"\0\0\0\x18ftypisom\0\0\0\0isommp42#EXTM3U\nwitness.mp4\n",
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("suffix", [".mp4", ".m3u8"])
def test_hostile_files_are_refused(name, suffix, mp4, tmp_path):
    (tmp_path / "witness.mp4").write_bytes(mp4)
    path = tmp_path / f"hostile{suffix}"
    path.write_bytes(HOSTILE[name])
    for reader in READERS:
        with pytest.raises(BadReference):
            reader(path)


@pytest.mark.parametrize("share", [0.1, 0.3, 0.6, 0.95])
def test_a_cut_clip(share, mp4, tmp_path):
    path = tmp_path / "cut.mp4"
    path.write_bytes(mp4[: int(len(mp4) * share)])
    with pytest.raises(BadReference, match="cut or damaged"):
        frame_hashes(path)


def test_frames_before_the_damage_are_given(mp4, tmp_path, read_number):
    path = tmp_path / "cut.mp4"
    path.write_bytes(mp4[: int(len(mp4) * 0.8)])
    seen = []
    with pytest.raises(BadReference, match="cut or damaged"):
        seen.extend(read_number(picture) for picture in frames(path))
    assert seen == list(range(len(seen)))
    assert probe(path).frame_count == 33


@pytest.mark.skipif(os.name == "nt", reason="no FIFOs on Windows")
def test_what_is_no_file(tmp_path):
    os.mkfifo(tmp_path / "pipe.mp4")
    for path in (tmp_path / "pipe.mp4", tmp_path / "nowhere.mp4", tmp_path):
        with pytest.raises(BadReference):
            read_recipe_text(path)
    with pytest.raises(BadReference, match="holds no frame"):
        frame_hashes(tmp_path)


def test_a_clip_without_pictures(tmp_path):
    path = tmp_path / "sound.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=16000)
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
        frame.sample_rate = 16000
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    with pytest.raises(BadReference, match="holds no moving picture"):
        probe(path)


@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
def test_rotation_is_applied(degrees, clip, tmp_path):
    path = tmp_path / "turned.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264rgb", rate=16, options={"qp": "0"})
        stream.width, stream.height, stream.pix_fmt = 160, 128, "rgb24"
        stream.set_display_rotation(degrees)
        for picture in clip[:2]:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture)))
        container.mux(stream.encode(None))
    upright = next(frames(path))
    # A display matrix turns counterclockwise by its angle (libavutil/display.h).
    assert np.array_equal(upright, np.rot90(clip[0], degrees // 90))
    facts = probe(path)
    assert (facts.height, facts.width) == upright.shape[:2]


@pytest.mark.parametrize(("height", "matrix"), [(480, "ITU601"), (720, "ITU709")])
def test_untagged_video_is_read_as_players_do(height, matrix, tmp_path):
    path = tmp_path / "untagged.mkv"
    green = np.full((height, 64, 3), (0, 200, 0), np.uint8)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("ffv1", rate=16)
        stream.width, stream.height, stream.pix_fmt = 64, height, "yuv444p"
        planes = av.VideoFrame.from_ndarray(green).reformat(
            format="yuv444p", dst_colorspace=matrix, dst_color_range="MPEG"
        )
        planes.colorspace = 2
        container.mux(stream.encode(planes))
        container.mux(stream.encode(None))
    assert probe(path).colour.matrix == 2
    assert np.abs(next(frames(path)).astype(int) - green).max() <= 2


def test_a_clip_in_an_unknown_codec(mp4, tmp_path):
    path = tmp_path / "unknown.mp4"
    path.write_bytes(mp4.replace(b"avc1", b"zzzz"))
    with pytest.raises(BadReference, match="no moving picture that can be decoded"):
        frame_hashes(path)


def test_hashes_tell_odd_sized_clips_apart(draw, tmp_path):
    for number in (0, 1):
        encode_video([draw(2, 65, 33)[number:]], Fraction(16), tmp_path / f"{number}.mkv", FFV1)
    both, last = (frame_hashes(tmp_path / name) for name in ("0.mkv", "1.mkv"))
    assert both[1:] == last
    assert both[0] != both[1]
