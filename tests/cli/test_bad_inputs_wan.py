"""What the Wan models cannot make a clip from: refused in words, without torch and with nothing begun."""

import os
import struct
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from artifex.cli.door import BAD_INPUT, CANNOT_RUN
from artifex.media.audio import Sound
from artifex.media.encode import encode_video
from tests.cli.conftest import Run
from tests.cli.refusals import PROMPT, belongings, check_refusal, picture, png_header
from tests.media.footage import Kind, write

I2V, TI2V, T2V, S2V = (f"--model wan2.2-{name}" for name in ("i2v-a14b", "ti2v-5b", "t2v-a14b", "s2v-14b"))
TINY_I2V, TINY_TI2V = "--model tiny-i2v", "--model tiny-ti2v"
RATE = 16_000

REQUESTS = [
    ("a pair for one expert", f"{TINY_TI2V} --guidance 3,4", "has one expert"),
    ("guidance that is no number", f"{TINY_I2V} --image face.png --guidance 3,nan", "0 to 30"),
    ("frames off the rule", f"{TINY_TI2V} --frames 6", "5 and 9"),
    ("frames off the rule for an expert pair", f"{T2V} --frames 80", "77 and 81"),
    ("too many frames", f"{TINY_TI2V} --frames 245", "1 to 241"),
    ("size off the grid", f"{TINY_TI2V} --size 80x80", "multiples of 32"),
    ("size off the grid of a voice", f"{S2V} --image face.png --audio tone.wav --size 480x480", "multiples of 64"),
    ("size too large", f"{TINY_TI2V} --size 4096x4096", "outside"),
    ("size too small", f"{TINY_TI2V} --size 32x32", "outside"),
    ("area too large", f"{TINY_TI2V} --area 9000x9000", "outside"),
    ("area of nothing", f"{TINY_TI2V} --area 0x0", "outside"),
    ("area of nothing beside a picture", f"{TINY_TI2V} --image face.png --area 0x0", "outside"),
    ("area in words", f"{TINY_TI2V} --area large", "WIDTHxHEIGHT"),
    ("size and area", f"{TINY_TI2V} --size 64x64 --area 64x64", "choose one"),
    ("small area of a strip", f"{TINY_TI2V} --image strip.png --area 64x64", "outside"),
    ("strip", f"{TINY_I2V} --image strip.png", "outside"),
    ("preset for larger pictures", f"{S2V} --image face.png --audio tone.wav --preset t2v-720p", "multiples of 64"),
    ("motion above one", f"{TINY_TI2V} --motion 1.5", "0 (calm) to 1"),
    ("motion below zero", f"{TINY_TI2V} --motion=-0.1", "0 (calm) to 1"),
    ("motion that is no number", f"{TINY_TI2V} --motion nan", "0 (calm) to 1"),
    ("motion in words", f"{TINY_TI2V} --motion lively", "--motion"),
    ("lightning without its LoRA", f"{TINY_I2V} --image face.png --preset lightning", "--lora"),
    ("enhancing for the starter", "--enhance", "plain prompts"),
]

TASKS = [
    ("no picture", TINY_I2V, "needs a picture"),
    ("only a last picture", f"{TINY_I2V} --last-image face.png", "needs a picture"),
    ("picture for a model of text", f"{T2V} --image face.png", "takes no picture"),
    ("last picture for a model of one", f"{TINY_TI2V} --image face.png --last-image face.png", "no last picture"),
    ("clip for a model of text", f"{T2V} --extend clip.mp4", "no clip to go on with"),
    ("clip for a model of voices", f"{S2V} --extend clip.mp4 --audio tone.wav", "no clip to go on with"),
    ("picture and clip", f"{TINY_I2V} --image face.png --extend clip.mp4", "not both"),
    ("no more than the clip itself", f"{TINY_TI2V} --extend clip.mp4 --frames 5", "9 frames or more"),
    ("voice for a model of text", f"{T2V} --audio tone.wav", "takes no voice"),
    ("voice for a model of pictures", f"{TINY_I2V} --image face.png --audio tone.wav", "takes no voice"),
    ("voice for the starter", "--audio tone.wav", "takes no voice"),
    ("pose for a model of pictures", f"{TINY_I2V} --image face.png --pose clip.mp4", "takes no pose"),
    ("nothing for a model of voices", S2V, "needs a picture"),
    ("no voice", f"{S2V} --image face.png", "needs a voice"),
    ("pose without a voice", f"{S2V} --image face.png --pose clip.mp4", "needs a voice"),
    ("voice without a picture", f"{S2V} --audio tone.wav", "needs a picture"),
    ("compatible without a voice", f"{TINY_I2V} --image face.png --compat", "--audio"),
    ("start from a picture without a voice", f"{TINY_I2V} --image face.png --start-from-picture", "--audio"),
    ("prompt of nothing beside a voice", f"{S2V} --image face.png --audio tone.wav --negative \x01", "U+0001"),
]

SOUNDS = [
    ("silent.wav", "is silent"),
    ("nothing.wav", "of no length"),
    ("three-hours.wav", "longer than 10 minutes"),
    ("text.wav", "is not a wav"),
    ("cut.m4a", "cut or damaged"),
    ("noise.wav", "cut or damaged"),
    ("clip.mp4", "holds no sound"),
    ("face.png", "is not a wav"),
    ("list.m3u8", "is not a wav"),
    ("empty", "is empty"),
    ("folder", "is a folder"),
    ("none.wav", "check the name"),
]

PICTURES = [
    ("text.wav", "not a picture"),
    ("dot.png", "at least 16x16"),
    ("huge.png", "million pixels"),
    ("cut.png", "cut or damaged"),
    ("clip.mp4", "not a picture"),
    ("folder", "is a folder"),
    ("none.png", "check the name"),
]

CLIPS = [
    ("face.png", "is not an mp4"),
    ("text.wav", "is not an mp4"),
    ("tone.wav", "is not an mp4"),
    ("cut.mp4", "cut or damaged"),
    ("head.mp4", "no moving picture"),
    ("empty", "is empty"),
    ("none.mp4", "check the name"),
]

MEMORY = [
    ("--vram lots", "is not understood"),
    ("--ram lots", "is not understood"),
    ("--vram 5", "names no unit"),
    ("--ram 5", "names no unit"),
    ("--vram=-12GiB", "is not understood"),
    ("--vram 12GiB", "there is none here"),
    ("--ram nan", "is not understood"),
    ("--gpus 0", "0 GPUs is out of range"),
    ("--gpus 2", "this machine has"),
    ("--attention flash", "choose auto or sdpa, flash-4,"),
    ("--attention flash-4", "needs an NVIDIA GPU: an H100 or later"),
]


def wav(samples: NDArray[np.float32], seconds: float | None = None) -> bytes:
    """One channel of 16 bits; a header that tells of ``seconds``, where they are given."""
    data = (samples * 32767).astype("<i2").tobytes()
    size = len(data) if seconds is None else round(seconds * RATE) * 2
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, RATE, 2 * RATE, 2, 16)
    return struct.pack("<4sI4s", b"RIFF", 36 + size, b"WAVE") + form + struct.pack("<4sI", b"data", size) + data


def tone(seconds: float) -> NDArray[np.float32]:
    return (np.sin(np.arange(round(seconds * RATE)) / 5) / 2).astype(np.float32)


@pytest.fixture(scope="session")
def material(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of files, good and bad, in which commands are given."""
    folder = tmp_path_factory.mktemp("material")
    grey = np.full((9, 64, 96, 3), 90, np.uint8)
    encode_video([grey], Fraction(16), folder / "clip.mp4")
    write(folder / "turned.mp4", grey, Kind(".mp4", "libx264"), rotation=90)
    clip = (folder / "clip.mp4").read_bytes()
    sound = Sound(np.repeat(tone(1)[:, None], 2, axis=1), RATE)
    encode_video([np.zeros((16, 64, 64, 3), np.uint8)], Fraction(16), folder / "speaking.mp4", sound=sound)
    speaking = (folder / "speaking.mp4").read_bytes()
    for name, content in {
        "tone.wav": wav(tone(1)),
        "silent.wav": wav(np.zeros(RATE, np.float32)),
        "nothing.wav": wav(tone(0)),
        "three-hours.wav": wav(tone(1), 3 * 3600),
        "text.wav": b"this is no sound, nor any other medium",
        "cut.m4a": speaking[: len(speaking) // 2],
        "noise.wav": b"RIFF\xff\xff\xff\xffWAVE" + bytes(range(256)),
        "list.m3u8": b"#EXTM3U\n#EXTINF:1,\nface.png\n",
        "empty": b"",
        "face.png": picture(),
        "strip.png": picture((16, 5000)),
        "dot.png": picture((1, 1)),
        "huge.png": png_header(12_000, 12_000),
        "cut.png": picture((300, 300))[:120],
        "cut.mp4": clip[: len(clip) * 3 // 4],
        "head.mp4": clip[:40],
    }.items():
        (folder / name).write_bytes(content)
    os.truncate(folder / "three-hours.wav", 44 + 3 * 3600 * RATE * 2)  # of which next to nothing lies on the disk
    (folder / "folder").mkdir()
    return folder


@pytest.fixture
def refused(forked: Run, tiny_home: Path, material: Path) -> Callable[..., None]:
    """``refused(options, said)``: a clip asked for with these options is refused so, and nothing is left behind."""

    def check(options: str, said: str, code: int = BAD_INPUT) -> None:
        files, state = set(material.rglob("*")), belongings(tiny_home)
        result = forked("generate", PROMPT, *options.split(" ") if options else [], home=tiny_home, cwd=material)
        check_refusal(result, code, said, material, files)
        assert belongings(tiny_home) == state

    return check


@pytest.mark.parametrize(("options", "said"), [row[1:] for row in REQUESTS], ids=[row[0] for row in REQUESTS])
def test_values(refused: Callable[..., None], options: str, said: str) -> None:
    refused(options, said)


@pytest.mark.parametrize(("options", "said"), [row[1:] for row in TASKS], ids=[row[0] for row in TASKS])
def test_what_a_clip_is_made_from(refused: Callable[..., None], options: str, said: str) -> None:
    refused(options, said)


@pytest.mark.parametrize(("name", "said"), SOUNDS)
def test_sounds(refused: Callable[..., None], name: str, said: str) -> None:
    refused(f"{S2V} --image face.png --audio {name}", said)


@pytest.mark.parametrize(("name", "said"), PICTURES)
def test_pictures(refused: Callable[..., None], name: str, said: str) -> None:
    refused(f"{TINY_I2V} --image {name}", said)


def test_last_pictures(refused: Callable[..., None]) -> None:
    refused(f"{TINY_I2V} --image face.png --last-image text.wav", "not a picture")


@pytest.mark.parametrize(("name", "said"), CLIPS)
def test_clips_to_go_on_with(refused: Callable[..., None], name: str, said: str) -> None:
    refused(f"{TINY_I2V} --extend {name}", said)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("clip.mp4", "crop one to the other's shape"),
        ("turned.mp4", "turned.mp4 is 64x96"),
        ("face.png", "is not an mp4"),
        ("cut.mp4", "cut or damaged"),
    ],
)
def test_poses(refused: Callable[..., None], name: str, said: str) -> None:
    refused(f"{S2V} --image face.png --audio tone.wav --pose {name}", said)


@pytest.mark.parametrize(("options", "said"), MEMORY)
def test_memory(refused: Callable[..., None], options: str, said: str) -> None:
    refused(f"{TINY_TI2V} {options}", said)


def test_a_budget_that_is_too_small(refused: Callable[..., None]) -> None:
    told = "of memory and may take 1.0 GiB; allow it more"
    refused(f"{TINY_TI2V} --ram 1GiB --size 2048x2048 --frames 241", told, CANNOT_RUN)


@pytest.mark.parametrize(
    "options",
    [T2V, f"{I2V} --image face.png", f"{S2V} --image face.png --audio tone.wav --pose clip.mp4 --size 192x128"],
)
def test_a_model_that_is_not_here(refused: Callable[..., None], options: str) -> None:
    name = options.split(" ")[1]
    refused(options, f"artifex models pull {name}", CANNOT_RUN)


@pytest.mark.parametrize(
    "options", [f"{TINY_I2V} --image text.wav", f"{S2V} --image face.png --audio silent.wav", f"{TINY_TI2V} --frames 6"]
)
def test_no_torch_is_needed(artifex: Run, tiny_home: Path, material: Path, options: str) -> None:
    program = (
        "import sys; from artifex.cli.main import main\n"
        "code = main(sys.argv[1:])\n"
        "print(sorted({'torch', 'diffusers', 'transformers'} & set(sys.modules)))\n"
        "sys.exit(code)"
    )
    result = artifex("generate", PROMPT, *options.split(" "), home=tiny_home, cwd=material, program=program)
    assert (result.returncode, result.stdout.strip()) == (BAD_INPUT, "[]")
