"""What a file is and what is made of it, from the command line."""

import json
from pathlib import Path

import pytest
from PIL import Image

from artifex.media.reading.frame_reader import FrameReader
from tests.cli.conftest import Run
from tests.media.numbered import COUNT, write_numbered


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    (tmp_path / "work").mkdir(exist_ok=True)
    return write_numbered(tmp_path / "work" / "clip.mp4")


def test_what_a_file_is(artifex: Run, clip: Path) -> None:
    told = json.loads(artifex("media", "probe", clip.name, "--json").stdout)
    assert (told["kind"], told["frame_count"], told["missing_frames"]) == ("video", COUNT, 0)
    assert (told["width"], told["height"], told["frame_rate"], told["bits"]) == (128, 64, "24", 8)
    assert (told["has_alpha"], told["is_interlaced"]) == (False, False)


def test_a_proxy_a_stream_and_a_scope(artifex: Run, clip: Path) -> None:
    assert artifex("media", "proxy", clip.name, "-o", "small.mp4").stdout == f"small.mp4: {COUNT} frames\n"
    with FrameReader(clip.with_name("small.mp4")) as reader:
        assert (reader.frame_count, reader.facts.size.width) == (COUNT, 64)
    assert artifex("media", "hls", clip.name, "-o", "stream").stdout == f"stream/master.m3u8: {COUNT} frames\n"
    assert artifex("media", "scopes", clip.name, "--frame", "7", "-o", "scope.png").returncode == 0
    assert Image.open(clip.with_name("scope.png")).size == (512, 288)


BAD = [
    (["probe", "nowhere.mp4"], "nowhere.mp4"),
    (["probe", "text.mp4"], "text.mp4"),
    (["proxy", "clip.mp4", "-o", "clip.mp4"], "exists already"),
    (["proxy", "clip.mp4", "-o", "small.mp4", "--divisor", "3"], "2 or 4"),
    (["hls", "text.mp4", "-o", "stream"], "text.mp4"),
    (["scopes", "clip.mp4", "-o", "scope.png", "--scope", "smell"], "choose one of"),
    (["scopes", "clip.mp4", "-o", "scope.png", "--frame", "90"], "no frame 90"),
]


def test_what_cannot_be_done_is_told(artifex: Run, clip: Path) -> None:
    clip.with_name("text.mp4").write_text("no video at all\n" * 100)
    before = {file.name for file in clip.parent.iterdir()}
    for arguments, told in BAD:
        ended = artifex("media", *arguments)
        assert (ended.returncode, told in ended.stderr, "Traceback" in ended.stderr) == (2, True, False), ended.stderr
        assert {file.name for file in clip.parent.iterdir()} == before
