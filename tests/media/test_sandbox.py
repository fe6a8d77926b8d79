"""Files from outside are opened apart, and what is made to do harm is refused quickly and does none."""

import json
import os
import socket
import subprocess
import sys
import time
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from artifex.errors import BadReference
from artifex.media.excerpt import last_frames, sampled_frames
from artifex.media.image import open_picture
from artifex.media.sandbox import Sandbox
from artifex.media.sound import open_sound
from tests.fakes import hostile

SANDBOX = Sandbox()
_NO_HANG = 10.0
"""Seconds for one file, on a machine that does much else; on an idle one it is a fraction of a second."""
INSIDE = """
import json, os, socket, sys
from pathlib import Path
from artifex.media.jail import give_up_network_and_privileges, limit_resources, see_only
mine, other = Path(sys.argv[1]), Path(sys.argv[2])
lacking = give_up_network_and_privileges() + see_only(mine) + limit_resources(2)
def tried(what):
    try:
        what()
    except (OSError, MemoryError) as error:
        return type(error).__name__
    return "done"
print(json.dumps({
    "lacking": lacking,
    "mine": tried(lambda: mine.read_bytes()),
    "other": tried(lambda: other.read_bytes()),
    "write": tried(lambda: mine.with_name("new").write_bytes(b"x")),
    "listing": tried(lambda: os.listdir(mine.parent)),
    "network": tried(lambda: socket.create_connection(("127.0.0.1", int(sys.argv[3])), 1)),
    "memory": tried(lambda: bytearray(5 * 2**30)),
}))
"""


@pytest.fixture(scope="module")
def hostile_files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return dict(hostile.hostile_files(tmp_path_factory.mktemp("hostile")))


def write(folder: Path, content: bytes, name: str = "upload") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def test_hostile_files_are_refused_soon(hostile_files: dict[str, bytes], tmp_path: Path) -> None:
    taken, slow, rude = [], [], []
    for name, content in hostile_files.items():
        path = write(tmp_path, content)
        began = time.perf_counter()
        try:
            found = SANDBOX.examine(path)
            taken.append((name, found.facts))
        except BadReference as error:
            if str(tmp_path) in error.message or not error.message.startswith("The file"):
                rude.append((name, error.message))
        if time.perf_counter() - began > _NO_HANG:
            slow.append((name, time.perf_counter() - began))
        assert list(tmp_path.iterdir()) == [path]
    assert (taken, slow, rude) == ([], [], [])


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_picture_is_known_by_its_content_and_its_thumbnail_is_made_anew(tmp_path: Path, kind: str) -> None:
    place = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x0e\x01\x02\0\x10\0\0\0\x1a\0\0\0\0\0\0\0a secret place!\0"
    path = write(tmp_path, hostile.picture(kind, (640, 400), exif=place), "picture.html")
    found = SANDBOX.examine(path)
    assert (found.kind, found.media_type) == ("image", f"image/{kind.lower()}")
    assert found.facts == {"width": 640, "height": 400}
    assert found.thumbnail is not None
    assert b"secret" not in found.thumbnail
    assert b"Exif" not in found.thumbnail
    assert open_picture(write(tmp_path, found.thumbnail)).shape == (200, 320, 3)


@pytest.mark.parametrize(
    ("suffix", "codec", "media_type"),
    [
        (".mp4", "libx264", "video/mp4"),
        (".mov", "libx264", "video/quicktime"),
        (".mkv", "ffv1", "video/x-matroska"),
        (".webm", "libvpx-vp9", "video/webm"),
    ],
)
def test_a_video_is_measured(tmp_path: Path, suffix: str, codec: str, media_type: str) -> None:
    path = write(tmp_path, hostile.video(tmp_path, suffix=suffix, codec=codec, count=18, sounds=suffix == ".mp4"))
    found = SANDBOX.examine(path)
    assert (found.kind, found.media_type) == ("video", media_type)
    facts = found.facts
    assert (facts["width"], facts["height"], facts["frame_count"], facts["frame_rate"]) == (64, 48, 18, "12")
    assert facts["seconds"] == pytest.approx(1.5, abs=0.1)
    assert facts["sound"] == (suffix == ".mp4")
    assert found.thumbnail is not None
    assert found.poster is not None


def test_a_sound_is_measured(tmp_path: Path) -> None:
    found = SANDBOX.examine(write(tmp_path, hostile.wav(seconds=1.5)))
    assert (found.kind, found.media_type, found.thumbnail) == ("audio", "audio/wav", None)
    assert found.facts == {"seconds": 1.5, "sample_rate": 16_000, "channels": 1, "codec": "pcm_s16le"}


def test_a_length_that_the_header_only_claims_is_not_believed(tmp_path: Path) -> None:
    clip = hostile.patched_box(hostile.video(tmp_path), b"mvhd", 16, (2**31).to_bytes(4, "big"))
    found = SANDBOX.examine(write(tmp_path, clip))
    assert found.facts["frame_count"] == 12
    assert found.facts["seconds"] == pytest.approx(1.0)


def test_what_comes_out_is_what_decoding_here_gives(tmp_path: Path) -> None:
    clip = write(tmp_path, hostile.video(tmp_path, count=20), "clip")
    still = write(tmp_path, hostile.picture("JPEG"), "still")
    sound = write(tmp_path, hostile.wav(), "sound")
    assert np.array_equal(SANDBOX.open_picture(still), open_picture(still))
    assert np.array_equal(SANDBOX.last_frames(clip, 5), last_frames(clip, 5))
    rate = Fraction(6)
    assert np.array_equal(SANDBOX.sampled_frames(clip, rate, 8), sampled_frames(clip, rate, 8))
    assert np.array_equal(SANDBOX.open_sound(sound, 48_000, 2).samples, open_sound(sound, 48_000, 2).samples)


def test_what_takes_too_long_is_killed(tmp_path: Path) -> None:
    clip = write(tmp_path, hostile.video(tmp_path, count=20))
    began = time.perf_counter()
    with pytest.raises(BadReference, match="too long"):
        Sandbox(look_seconds=0.05, program=(sys.executable, "-c", "import time; time.sleep(60)")).examine(clip)
    assert time.perf_counter() - began < _NO_HANG


@pytest.mark.skipif(sys.platform != "linux", reason="the walls are Linux's")
def test_inside_there_are_no_other_files_no_network_and_little_memory(tmp_path: Path) -> None:
    mine, other = write(tmp_path, b"mine", "mine"), write(tmp_path, b"other", "other")
    with socket.create_server(("127.0.0.1", 0)) as server:
        arguments = [str(mine), str(other), str(server.getsockname()[1])]
        ran = subprocess.run(
            [sys.executable, "-c", INSIDE, *arguments], capture_output=True, check=True, env={**os.environ}
        )
    seen = json.loads(ran.stdout)
    assert seen["mine"] == "done"
    assert seen["memory"] == "MemoryError"
    if seen["lacking"]:
        pytest.skip(f"service: this system lacks {', '.join(seen['lacking'])}")
    assert seen["other"] == seen["listing"] == seen["write"] == "PermissionError"
    assert seen["network"] in ("OSError", "PermissionError")
    assert not (tmp_path / "new").exists()


def test_the_walls_are_reported_and_the_process_starts_quickly() -> None:
    took = []
    for _ in range(3):
        began = time.perf_counter()
        assert isinstance(SANDBOX.report(), list)
        took.append(time.perf_counter() - began)
    assert min(took) < 1.0, "0.23 s where nothing else runs"
