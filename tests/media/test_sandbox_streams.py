"""Clips decoded frame by frame in another process: the same frames, held back where nobody takes them, and no harm."""

import errno
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import cast

import av
import numpy as np
import psutil
import pytest
from av.video.codeccontext import VideoCodecContext

from artifex.errors import BadReference
from artifex.media.decode import frames
from artifex.media.encode import encode_video
from artifex.media.probe import probe
from artifex.media.pyav import add_video
from artifex.media.rescale import scaled
from artifex.media.sandbox import Sandbox
from artifex.units import PixelSize
from tests.fakes import hostile

SANDBOX = Sandbox()
SMALL, LARGE = (64, 48), (96, 64)
FORMATS = {"png": "rgb24", "mjpeg": "yuvj420p", "mpeg4": "yuv420p"}


@pytest.fixture(autouse=True)
def no_process_is_left() -> Iterator[None]:
    others = psutil.Process().children()
    yield
    assert [child for child in psutil.Process().children() if child not in others] == []


def clip(folder: Path, count: int = 12, size: tuple[int, int] = SMALL) -> Path:
    path = folder / "clip"
    path.write_bytes(hostile.video(folder, count=count, size=size))
    return path


def pieced(folder: Path, *pieces: tuple[str, tuple[int, int], int]) -> Path:
    """A QuickTime file that calls itself its first piece: codec, size and count of frames; the others come behind."""
    path = folder / "pieced.mov"
    with av.open(str(path), "w") as container:
        stream = add_video(container, pieces[0][0], Fraction(12), {})
        stream.width, stream.height = pieces[0][1]
        stream.pix_fmt = FORMATS[pieces[0][0]]
        number = 0
        for codec, size, count in pieces:
            encoder = cast(VideoCodecContext, av.CodecContext.create(codec, "w"))
            encoder.width, encoder.height = size
            encoder.pix_fmt = FORMATS[codec]
            encoder.time_base = Fraction(1, 12)
            for _ in range(count):
                frame = av.VideoFrame.from_ndarray(np.zeros((size[1], size[0], 3), np.uint8), format="rgb24")
                frame.pts = number
                for packet in encoder.encode(frame.reformat(format=encoder.pix_fmt)):
                    packet.stream, packet.pts, packet.dts, packet.is_keyframe = stream, number, number, True
                    packet.time_base = Fraction(1, 12)
                    container.mux(packet)
                number += 1
    return path


def played(path: Path, most: int = 1000) -> int:
    return sum(1 for _ in SANDBOX.frames(path, most))


def liar(code: str) -> Sandbox:
    """A decoder that a file has taken over: it answers what ``code`` says."""
    told = f"import json, sys, time\nwrite = sys.stdout.buffer.write\nsys.stdin.readline()\n{code}\n"
    return Sandbox(frame_seconds=1.0, pace_seconds=0.05, program=(sys.executable, "-c", told))


def test_the_frames_are_those_that_decoding_here_gives(tmp_path: Path) -> None:
    path = clip(tmp_path)
    assert SANDBOX.probe(path) == probe(path)
    there, here = list(SANDBOX.frames(path, 1000)), list(frames(path))
    assert len(there) == 12
    assert all(np.array_equal(one, other) for one, other in zip(there, here, strict=True))
    assert played(path, most=5) == 5


def test_a_process_that_is_not_listened_to_waits(tmp_path: Path) -> None:
    path, others = clip(tmp_path, count=120, size=(640, 480)), psutil.Process().children()
    stream = SANDBOX.frames(path, 1000)
    next(stream)
    [child] = [each for each in psutil.Process().children() if each not in others]
    time.sleep(2.0)
    spent = sum(child.cpu_times()[:2])
    time.sleep(0.5)
    assert sum(child.cpu_times()[:2]) - spent < 0.1
    assert sum(1 for _ in stream) == 119


def test_what_whoever_asked_does_meanwhile_is_not_held_against_the_file(tmp_path: Path) -> None:
    impatient = Sandbox(frame_seconds=5.0, pace_seconds=0.0)
    stream = impatient.frames(clip(tmp_path, count=3), 1000)
    for _ in range(3):
        next(stream)
        time.sleep(2.0)
    assert list(stream) == []


@pytest.mark.parametrize(
    "behind",
    [("png", LARGE, 4), ("png", (7000, 7000), 1), ("mjpeg", SMALL, 4), ("mpeg4", SMALL, 4)],
    ids=["another size", "a bomb", "another codec", "a codec that refers back"],
)
def test_a_clip_that_changes_on_the_way_is_refused(tmp_path: Path, behind: tuple[str, tuple[int, int], int]) -> None:
    """The bomb is 147 MB of pixels from a packet of 150 KB."""
    seen: list[tuple[int, ...]] = []
    with pytest.raises(BadReference, match="The file"):
        seen.extend(frame.shape for frame in SANDBOX.frames(pieced(tmp_path, ("png", SMALL, 4), behind), 1000))
    assert seen == [(48, 64, 3)] * len(seen)
    assert len(seen) <= 4


def test_a_clip_cut_in_the_middle_is_refused_and_leaves_no_film(tmp_path: Path) -> None:
    mp4 = hostile.video(tmp_path, count=40)
    moov = mp4.index(b"moov") - 4
    middle = tmp_path / "middle.mp4"
    middle.write_bytes(mp4[: moov // 2] + bytes(moov - moov // 2) + mp4[moov:])  # the index promises what is not there
    out = tmp_path / "out"
    out.mkdir()
    with pytest.raises(BadReference):
        encode_video(scaled(SANDBOX.frames(middle, 1000), PixelSize(64, 48)), Fraction(12), out / "film.mp4")
    assert list(out.iterdir()) == []


@pytest.mark.parametrize(
    "code",
    [
        "sys.exit(1)",
        "time.sleep(60)",
        "write(b'[' * 100_000 + b'\\n')",
        "write(b'x' * 5_000_000)",
        'write(b\'{"value": null, "parts": [{"dtype": "uint8", "shape": [1e999, 4, 3]}]}\\n\')',
        'write(b\'{"value": null, "parts": [{"dtype": "uint8", "shape": [60000, 60000, 3]}]}\\n\')',
        'write(b\'{"value": null, "parts": [{"dtype": "object", "shape": [4, 4, 3]}]}\\n\')',
        'write(b\'{"value": null, "parts": [{"dtype": "float32", "shape": [4, 4, 3]}]}\\n\' + bytes(192))',
        'write(b\'{"value": null, "parts": [{"dtype": "uint8", "shape": [4, 4, 3]}]}\\n\' + bytes(20))',
        'write(b\'{"value": null, "parts": []}\\n\')',
    ],
    ids=["dies", "hangs", "nests", "endless line", "infinite", "huge", "objects", "floats", "short", "nothing"],
)
def test_a_process_that_dies_hangs_or_lies_is_a_bad_reference(tmp_path: Path, code: str) -> None:
    began = time.perf_counter()
    with pytest.raises(BadReference, match="The file"):
        list(liar(code).frames(clip(tmp_path), 10))
    assert time.perf_counter() - began < 5
    with pytest.raises(BadReference):
        Sandbox(look_seconds=1.0, program=liar(code).program).probe(tmp_path / "clip")


def telling(value: Mapping[str, object]) -> Sandbox:
    end = {"refusal": None, "lacking": []}
    lines = (json.dumps(line) + "\n" for line in ({"value": value, "parts": []}, {"end": end}))
    return liar(f"write({''.join(lines).encode()!r})")


@pytest.mark.parametrize("facts", [{"frame_rate": "1e99999999"}, {"frame_rate": "0"}, {"seconds": "1e99999999"}])
def test_facts_that_no_file_has_are_not_believed(tmp_path: Path, facts: dict[str, str]) -> None:
    told = {"kind": "video", "media_type": "video/mp4", "facts": facts, "recipe": None}
    with pytest.raises(BadReference, match="makes no sense"):
        telling(told).examine(tmp_path / "clip")


def test_a_rate_that_fills_memory_is_not_believed(tmp_path: Path) -> None:
    with pytest.raises(BadReference, match="makes no sense"):
        telling({"frame_rate": "1e99999999", "frame_count": 1}).probe(tmp_path / "clip")


def test_a_stream_that_goes_on_for_ever_ends_where_enough_was_taken_and_is_killed_where_it_crawls(
    tmp_path: Path,
) -> None:
    frame = 'b\'{"value": null, "parts": [{"dtype": "uint8", "shape": [4, 4, 3]}]}\\n\' + bytes(48)'
    path = clip(tmp_path)
    assert sum(1 for _ in liar(f"while True: write({frame})").frames(path, 500)) == 500
    crawl = liar(f"while True: write({frame}); sys.stdout.flush(); time.sleep(0.3)")
    with pytest.raises(BadReference, match="too long"):
        list(crawl.frames(path, 500))


def test_a_size_that_changes_in_what_is_told_is_not_believed(tmp_path: Path) -> None:
    line = 'b\'{"value": null, "parts": [{"dtype": "uint8", "shape": [%d, 4, 3]}]}\\n\''
    with pytest.raises(BadReference, match="no sense"):
        list(liar(f"for n in (4, 5): write({line} % n + bytes(12 * n))").frames(clip(tmp_path), 10))


@pytest.mark.skipif(sys.platform != "linux", reason="the walls are Linux's")
def test_inside_no_socket_program_or_other_process_can_be_reached() -> None:
    code = """
import os, signal, socket
from pathlib import Path
from typing import cast
from artifex.media.jail import give_up_network_and_privileges, limit_resources, refuse_calls
lacking = give_up_network_and_privileges() + limit_resources(5) + refuse_calls()
def tried(what):
    try:
        what()
    except OSError as error:
        return error.errno
status = Path("/proc/self/status").read_text()
print(lacking, [tried(lambda: socket.socket(socket.AF_UNIX)), tried(lambda: os.kill(os.getppid(), 0)),
      tried(lambda: os.execv("/bin/true", ["true"]))], "CapEff:\\t0000000000000000" in status, sep="|")
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True, env={**os.environ})
    lacking, tried, powerless = ran.stdout.strip().split("|")
    if lacking != "[]":
        pytest.skip(f"service: this system lacks {lacking}")
    assert tried == str([errno.EPERM] * 3)
    assert powerless == "True"
