"""Media from the command line: told, copied small, streamed, measured and merged, without a server."""

import json
import os
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from artifex.cli.door import BAD_INPUT, CANNOT_RUN
from artifex.media.reading.frame_reader import FrameReader
from artifex.store.folders import claim_output
from tests.cli.conftest import Run
from tests.cli.refusals import check_refusal
from tests.fakes import hostile
from tests.fakes.odd_files import REFUSED, TAKEN
from tests.fakes.upscalers import doubling
from tests.forks import COMMAND_LINE, Fork
from tests.media.numbered import COUNT, read_number, write_numbered


@pytest.fixture(scope="module")
def footage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """90 numbered frames of 128x64."""
    return write_numbered(tmp_path_factory.mktemp("footage") / "numbered.mp4")


@pytest.fixture
def tone(tmp_path: Path) -> Path:
    (tmp_path / "tone.wav").write_bytes(hostile.wav(seconds=2.0))
    return tmp_path / "tone.wav"


def test_a_video_is_told(forked: Run, footage: Path) -> None:
    told = json.loads(forked("media", "probe", str(footage), "--json").stdout)
    video = told["video"]
    assert (told["kind"], told["seconds"], told["sound"]) == ("video", 3.75, None)
    assert (video["codec"], video["size"], video["frame_count"]) == ("h264", {"width": 128, "height": 64}, COUNT)
    assert (video["frame_rate"], video["bits"], video["rotation"], video["has_alpha"]) == ("24", 8, 0, False)
    assert video["colour"] == {"matrix": 1, "primaries": 1, "transfer": 1, "full_range": False}
    words = forked("media", "probe", str(footage)).stdout
    assert "24 frames a second" in words
    assert "128x64" in words


def test_a_sound_and_a_picture_are_told(forked: Run, tone: Path, tmp_path: Path) -> None:
    told = json.loads(forked("media", "probe", str(tone), "--json").stdout)
    assert (told["kind"], told["video"]) == ("audio", None)
    assert told["sound"] == {"codec": "pcm_s16le", "sample_rate": 16_000, "channels": 1, "seconds": 2.0}
    (tmp_path / "a.png").write_bytes(hostile.picture())
    image = json.loads(forked("media", "probe", str(tmp_path / "a.png"), "--json").stdout)["image"]
    assert image == {"codec": "png", "size": {"width": 64, "height": 48}, "bits": 8, "has_alpha": False}


@pytest.mark.parametrize("name", ["turned by 90 degrees", "interlaced", "alpha of VP9", "a name that is a pattern"])
def test_what_is_odd_is_told_in_words(forked: Run, tmp_path: Path, name: str) -> None:
    words = forked("media", "probe", str(TAKEN[name][0](tmp_path)))
    assert words.returncode == 0, words.stderr
    said = {"turned by 90 degrees": "90 degrees", "interlaced": "yes", "alpha of VP9": "with alpha"}.get(name, "80x60")
    assert said in words.stdout


@pytest.mark.parametrize(
    "name", ["no bytes", "a pipe", "words", "a box of 2**62 bytes", "a colour profile that inflates"]
)
def test_a_broken_file_is_refused(forked: Run, tmp_path: Path, name: str) -> None:
    path = REFUSED[name][0](tmp_path)
    before = set((tmp_path / "work").rglob("*"))
    refused = forked("media", "probe", path.name, cwd=tmp_path)
    check_refusal(refused, 2, "", tmp_path / "work", before)
    assert refused.stderr.startswith(path.name)


def test_a_proxy_has_every_frame(forked: Run, tmp_path: Path, footage: Path) -> None:
    made = forked("media", "proxy", str(footage), "--divisor", "2", "--json")
    assert json.loads(made.stdout) == {"file": "numbered-proxy.mp4", "frames": COUNT}
    with FrameReader(tmp_path / "work" / "numbered-proxy.mp4") as reader:
        assert (reader.facts.size.width, reader.facts.size.height, reader.frame_count) == (64, 32, COUNT)
    again = forked("media", "proxy", str(footage))
    assert again.returncode == 2
    assert "--overwrite" in again.stderr
    assert forked("media", "proxy", str(footage), "--overwrite", "--divisor", "4").returncode == 0


def test_a_stream_is_a_folder(forked: Run, tmp_path: Path, footage: Path) -> None:
    made = forked("media", "hls", str(footage), "-o", "stream", "--json")
    assert json.loads(made.stdout) == {"file": "stream/master.m3u8", "frames": COUNT}, made.stderr
    folder = tmp_path / "work" / "stream"
    playlist = (folder / "64p" / "index.m3u8").read_text()
    seconds = sum(float(line[8:-1]) for line in playlist.splitlines() if line.startswith("#EXTINF"))
    assert seconds == pytest.approx(COUNT / 24, abs=1e-4)
    film = tmp_path / "whole.mp4"
    film.write_bytes(b"".join((folder / "64p" / name).read_bytes() for name in ("init.mp4", "00000.m4s")))
    with FrameReader(film) as reader:
        assert [read_number(np.asarray(picture, np.uint8)) for picture in reader.frames()] == list(range(COUNT))


@pytest.mark.parametrize(
    ("words", "folder", "code", "said"),
    [
        (["hls"], "mine", 3, "is not a stream"),
        (["upscale"], "mine.mp4", 2, "is a folder"),
        (["filter", "--sharpen", "1"], "mine", 3, "is not a picture sequence"),
        (["proxy"], "mine.mp4", 2, "is a folder"),
    ],
)
def test_a_folder_in_the_way_is_found_before_the_work(
    forked: Run, tmp_path: Path, footage: Path, words: list[str], folder: str, code: int, said: str
) -> None:
    work = tmp_path / "work"
    (work / folder).mkdir()
    (work / folder / "letter.txt").write_text("mine")
    before = set(work.rglob("*"))
    refused = forked("media", *words, str(footage), "-o", folder, "--overwrite")
    check_refusal(refused, code, said, work, before)


@pytest.mark.parametrize("scope", ["waveform", "parade", "vectorscope", "histogram"])
def test_a_scope_of_a_frame(forked: Run, tmp_path: Path, footage: Path, scope: str) -> None:
    made = forked("media", "scopes", str(footage), "--frame", "5", "--scope", scope, "-o", "scope.png")
    assert made.stdout.strip() == "scope.png", made.stderr
    with Image.open(tmp_path / "work" / "scope.png") as picture:
        assert picture.size == ((288, 288) if scope == "vectorscope" else (512, 288))
        assert np.ptp(np.asarray(picture)) > 60


def test_a_sound_put_to_a_video_ends_with_the_shorter(forked: Run, tmp_path: Path, footage: Path, tone: Path) -> None:
    made = forked("media", "merge", str(footage), str(tone), "-o", "merged.mp4", "--json")
    frames = json.loads(made.stdout)["frames"]
    assert 48 - 4 <= frames <= 48
    told = json.loads(forked("media", "probe", "merged.mp4", "--json").stdout)
    assert told["video"]["frame_count"] == frames
    assert told["sound"]["codec"] == "aac"
    assert told["sound"]["seconds"] == pytest.approx(frames / 24, abs=0.03)
    assert (tmp_path / "work" / "merged.mp4").exists()


@pytest.mark.parametrize("suffix", [".pth", ".safetensors"])
def test_a_clip_is_enlarged_by_a_network(forked: Run, tmp_path: Path, footage: Path, suffix: str) -> None:
    """One that adds nothing: the numbers in the picture are still read, and every pixel is there four times."""
    weights = doubling(tmp_path / f"plain{suffix}")
    made = forked("media", "upscale", str(footage), "-o", "large.mkv", "--upscaler", str(weights), "--json")
    assert json.loads(made.stdout)["frames"] == COUNT
    with FrameReader(tmp_path / "work" / "large.mkv") as large, FrameReader(footage) as small:
        for number in (0, 50, COUNT - 1):
            assert np.array_equal(large.frame(number), small.frame(number).repeat(2, 0).repeat(2, 1))


def test_a_clip_is_enlarged_without_a_network(forked: Run, tmp_path: Path, footage: Path) -> None:
    forked("media", "upscale", str(footage), "-o", "large.mp4", "--scale", "3")
    told = json.loads(forked("media", "probe", "large.mp4", "--json").stdout)["video"]
    assert (told["size"], told["frame_count"]) == ({"width": 384, "height": 192}, COUNT)


def test_a_clip_is_enlarged_to_a_resolution(forked: Run, tmp_path: Path, footage: Path) -> None:
    weights = doubling(tmp_path / "plain.safetensors")
    words = ("media", "upscale", str(footage), "--upscaler", str(weights), "--resolution", "1080p", "-o", "large.mp4")
    assert forked(*words).returncode == 0
    told = json.loads(forked("media", "probe", "large.mp4", "--json").stdout)["video"]
    assert (told["size"], told["frame_count"]) == ({"width": 2160, "height": 1080}, COUNT)
    refused = forked(*words, "--scale", "3", "--overwrite")
    assert (refused.returncode, "give one of them" in refused.stderr) == (2, True)


def test_weights_are_converted(forked: Run, tmp_path: Path, footage: Path) -> None:
    weights = doubling(tmp_path / "plain.pth")
    told = json.loads(forked("models", "convert", str(weights), "--json").stdout)
    assert told["file"] == str(tmp_path / "plain.safetensors")
    made = forked("media", "upscale", str(footage), "-o", "large.mkv", "--upscaler", told["file"])
    assert made.returncode == 0, made.stderr
    again = forked("models", "convert", str(weights))
    assert (again.returncode, "exists already" in again.stderr) == (2, True)


@pytest.mark.parametrize("name", [".", "", "/"])
def test_a_folder_is_not_converted(forked: Run, tmp_path: Path, name: str) -> None:
    check_refusal(forked("models", "convert", name), 2, "no .pth file", tmp_path / "work", set())


def test_no_other_weights_are_converted(forked: Run, tmp_path: Path) -> None:
    work = tmp_path / "work"
    check_refusal(forked("models", "convert", "none.pth"), 2, "no file none.pth", work, set())
    (work / "damaged.pth").write_bytes(b"no weights at all")
    check_refusal(forked("models", "convert", "damaged.pth"), 2, "holds no weights", work, {work / "damaged.pth"})


@pytest.mark.skipif(os.name != "posix", reason="has no such limit")
def test_weights_that_find_no_room_leave_nothing(artifex: Run, tmp_path: Path) -> None:
    doubling(tmp_path / "work" / "plain.pth")
    program = (
        "import resource, sys; from artifex.cli.main import main\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (64, 64))\n"
        "sys.exit(main(sys.argv[1:]))"
    )
    refused = artifex("models", "convert", "plain.pth", program=program)
    check_refusal(refused, 3, "no room left", tmp_path / "work", {tmp_path / "work" / "plain.pth"})


SLOW = ["media", "filter", "FOOTAGE", "--fps", "240", "--denoise", "1", "-o", "smooth.mp4"]


def begin(footage: Path, tmp_path: Path) -> Fork:
    """A command that takes some seconds, in ``tmp_path / "work"``."""
    words = [str(footage) if word == "FOOTAGE" else word for word in SLOW]
    (tmp_path / "work").mkdir(exist_ok=True)
    return Fork(COMMAND_LINE, words, {**os.environ, "ARTIFEX_HOME": str(tmp_path / "home")}, tmp_path / "work")


def wait_for_its_file(folder: Path) -> None:
    deadline = time.monotonic() + 60
    while not list(folder.iterdir()) and time.monotonic() < deadline:
        time.sleep(0.02)


@pytest.mark.skipif(os.name != "posix", reason="has no such signal")
def test_a_command_that_is_told_to_end_leaves_nothing(footage: Path, tmp_path: Path) -> None:
    with begin(footage, tmp_path) as process:
        wait_for_its_file(tmp_path / "work")
        process.terminate()
        _, told = process.communicate()
    assert (process.returncode, told.splitlines()[-1]) == (143, "Stopped.")
    assert list((tmp_path / "work").iterdir()) == []
    assert list((tmp_path / "home" / "jobs").iterdir()) == []


@pytest.mark.skipif(os.name != "posix", reason="has no such signal")
def test_what_a_killed_command_left_is_removed_when_its_file_is_written_again(
    forked: Run, footage: Path, tmp_path: Path
) -> None:
    """Others' files are left alone: of other names, and the part of a clip that a download goes on with."""
    work = tmp_path / "work"
    with begin(footage, tmp_path) as process:
        wait_for_its_file(work)
        process.kill()
    [left] = work.iterdir()
    assert left.name.endswith("-smooth.mp4")
    others = {".artifex-0123456789ab-other.mp4", ".artifex-part-0123456789ab-smooth.mp4", "smooth.mp4.json"}
    for other in others:
        (work / other).touch()
    made = forked("media", "proxy", str(footage), "-o", "smooth.mp4")
    assert made.returncode == 0, made.stderr
    assert {file.name for file in work.iterdir()} == {"smooth.mp4", *others}


def test_of_two_commands_that_write_one_file_one_is_refused(footage: Path, tmp_path: Path) -> None:
    with begin(footage, tmp_path) as one, begin(footage, tmp_path) as other:
        errors = [process.communicate()[1] for process in (one, other)]
    done, refused = sorted([one.returncode, other.returncode], key=lambda code: code != 0)
    assert (done, refused in (BAD_INPUT, CANNOT_RUN)) == (0, True), errors
    told = "".join(errors)
    assert "Another artifex process is writing smooth.mp4; wait" in told or "smooth.mp4 exists already" in told
    assert [file.name for file in (tmp_path / "work").iterdir()] == ["smooth.mp4"]
    assert list((tmp_path / "home" / "jobs").iterdir()) == []
    with FrameReader(tmp_path / "work" / "smooth.mp4") as reader:
        assert reader.frame_count == COUNT * 10


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (["media", "proxy", "FOOTAGE", "-o", "a.mp4"], "a.mp4"),
        (["media", "hls", "FOOTAGE", "-o", "stream"], "stream"),
        (["media", "scopes", "FOOTAGE", "-o", "a.png"], "a.png"),
        (["media", "continuity", "FOOTAGE", "--chart", "a.png"], "a.png"),
        (["media", "merge", "FOOTAGE", "TONE", "-o", "a.mp4"], "a.mp4"),
        (["media", "filter", "FOOTAGE", "--sharpen", "1", "-o", "pictures"], "pictures"),
        (["media", "upscale", "FOOTAGE", "-o", "a.mkv"], "a.mkv"),
        (["models", "convert", "a.pth"], "a.safetensors"),
        (["generate", "a red circle", "-o", "a.mp4"], "a.mp4"),
    ],
)
def test_what_another_command_is_writing_is_not_replaced(
    forked: Run, tmp_path: Path, footage: Path, tone: Path, words: list[str], name: str
) -> None:
    given = [{"FOOTAGE": str(footage), "TONE": str(tone)}.get(word, word) for word in words]
    with claim_output(tmp_path / "home" / "jobs", tmp_path / "work" / name):
        for options in ([], ["--overwrite"]):
            check_refusal(forked(*given, *options), CANNOT_RUN, f"is writing {name}", tmp_path / "work", set())


def test_files_are_converted_where_no_state_can_be_kept(forked: Run, tmp_path: Path, footage: Path) -> None:
    made = forked("media", "proxy", str(footage), home=footage / "home")
    assert (made.returncode, made.stdout) == (0, "numbered-proxy.mp4\n"), made.stderr


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="has no named pipes")
def test_a_pipe_is_not_waited_for(forked: Run, footage: Path, tmp_path: Path) -> None:
    pipe = tmp_path / "work" / "pipe.safetensors"
    os.mkfifo(pipe)
    upscaled = forked("media", "upscale", str(footage), "--upscaler", pipe.name, "-o", "large.mp4")
    check_refusal(upscaled, 2, "is no file", tmp_path / "work", {pipe})
    check_refusal(forked("generate", "a", "--lora", pipe.name), 2, "cannot be read", tmp_path / "work", {pipe})


@pytest.mark.parametrize("words", [["probe", "none.mp4"], ["scopes", "none.mp4", "-o", "a.png"], ["proxy"]])
def test_with_json_the_refusal_is_json(forked: Run, words: list[str]) -> None:
    refused = forked("media", *words, "--json")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert json.loads(refused.stderr)["error"]["message"].endswith(".")


def test_a_sound_of_no_length_is_named_as_it_was_given(forked: Run, tmp_path: Path, footage: Path) -> None:
    (tmp_path / "work" / "mute.wav").write_bytes(hostile.wav(seconds=0.0))
    refused = forked("media", "merge", str(footage), "mute.wav", "-o", "a.mp4")
    assert (refused.returncode, refused.stderr.split(" holds")[0]) == (2, "mute.wav")


BAD = [
    ("a file that is not there", ["probe", "none.mp4"], 2, "none.mp4"),
    ("a name with a zero byte", ["probe", "a\\0b"], 2, "cannot be opened"),
    ("a divisor of three", ["proxy", "FOOTAGE", "--divisor", "3"], 2, "choose 2 or 4"),
    ("a divisor in words", ["proxy", "FOOTAGE", "--divisor", "half"], 2, "divisor"),
    ("a proxy that is no mp4", ["proxy", "FOOTAGE", "-o", "a.mov"], 2, "a.mov.mp4"),
    ("a proxy over its source", ["proxy", "FOOTAGE", "-o", "FOOTAGE", "--overwrite"], 2, "made from"),
    ("a proxy in no folder", ["proxy", "FOOTAGE", "-o", "no/where.mp4"], 3, "make it first"),
    ("a proxy of a sound", ["proxy", "TONE"], 2, "not an mp4, mov, mkv or webm"),
    ("a stream without a folder", ["hls", "FOOTAGE"], 2, "output"),
    ("a stream without a name", ["hls", "FOOTAGE", "-o", ".", "--overwrite"], 2, "no name"),
    ("a stream over a file", ["hls", "FOOTAGE", "-o", "FOOTAGE"], 2, "is a folder"),
    ("a frame that is not there", ["scopes", "FOOTAGE", "--frame", "90", "-o", "a.png"], 2, "frames 0 to 89"),
    ("a frame below zero", ["scopes", "FOOTAGE", "--frame=-1", "-o", "a.png"], 2, "frame"),
    ("a scope that is none", ["scopes", "FOOTAGE", "--scope", "smell", "-o", "a.png"], 2, "vectorscope"),
    ("a scope that is no png", ["scopes", "FOOTAGE", "-o", "a.jpg"], 2, "a.jpg.png"),
    ("a scope of a sound", ["scopes", "TONE", "-o", "a.png"], 2, "not an mp4, mov, mkv or webm"),
    ("a merge without a sound", ["merge", "FOOTAGE", "FOOTAGE", "-o", "a.mp4"], 2, "no sound"),
    ("a merge that the container cannot hold", ["merge", "FOOTAGE", "TONE", "-o", "a.webm"], 2, "use mkv"),
    ("a merge into no container", ["merge", "FOOTAGE", "TONE", "-o", "a.avi"], 2, ".mkv"),
    ("a scale of five", ["upscale", "FOOTAGE", "-o", "a.mp4", "--scale", "5"], 2, "2, 3 or 4 times"),
    ("an upscaler that is not there", ["upscale", "FOOTAGE", "-o", "a.mp4", "--upscaler", "none.pth"], 2, "none.pth"),
    ("an upscaler that is a clip", ["upscale", "FOOTAGE", "-o", "a.mp4", "--upscaler", "FOOTAGE"], 2, "no upscaler"),
    ("no command", ["whatever"], 2, "whatever"),
]


@pytest.mark.parametrize(("arguments", "code", "said"), [row[1:] for row in BAD], ids=[row[0] for row in BAD])
def test_what_is_typed_wrongly(
    forked: Run, tmp_path: Path, footage: Path, tone: Path, arguments: list[str], code: int, said: str
) -> None:
    names = {"FOOTAGE": str(footage), "TONE": str(tone)}
    words = [names.get(word, word).replace("\\0", "\0") for word in arguments]
    refused = forked("media", *words)
    check_refusal(refused, code, said, tmp_path / "work", set())
