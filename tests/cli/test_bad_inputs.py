"""Whatever is typed wrongly: one or two sentences, the right exit code, no traceback, nothing left behind."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from artifex.cli.door import BAD_INPUT, CANNOT_RUN
from tests.cli.conftest import Run
from tests.cli.refusals import PROMPT, check_refusal, picture, png_header

Break = Callable[[Callable[[Path], None]], dict[str, str]]

GENERATE: list[tuple[str, list[str | bytes], int, str]] = [
    ("empty prompt", [""], BAD_INPUT, "empty"),
    ("blank prompt", ["  \n "], BAD_INPUT, "empty"),
    ("no prompt", [], BAD_INPUT, "prompt"),
    ("huge prompt", ["word " * 20_000], BAD_INPUT, "characters"),
    ("control character", ["a\x07b"], BAD_INPUT, "U+0007"),
    ("escape sequence", ["\x1b[2Jred"], BAD_INPUT, "U+001B"),
    ("bytes that are no text", [b"a \xff\xfe circle"], BAD_INPUT, "Unicode"),
    ("lone surrogate", [b"a \xed\xa0\x80 circle"], BAD_INPUT, "Unicode"),
    ("control character in the negative", [PROMPT, "--negative", "a\x01"], BAD_INPUT, "negative"),
    ("size in words", [PROMPT, "--size", "large"], BAD_INPUT, "WIDTHxHEIGHT"),
    ("size of one number", [PROMPT, "--size", "256"], BAD_INPUT, "WIDTHxHEIGHT"),
    ("size of nothing", [PROMPT, "--size", "0x0"], BAD_INPUT, "outside"),
    ("size below zero", [PROMPT, "--size=-256x256"], BAD_INPUT, "WIDTHxHEIGHT"),
    ("size too large", [PROMPT, "--size", "99999x99999"], BAD_INPUT, "outside"),
    ("size off the grid", [PROMPT, "--size", "250x250"], BAD_INPUT, "multiples of 32"),
    ("no frames", [PROMPT, "--frames", "0"], BAD_INPUT, "1 to"),
    ("frames below zero", [PROMPT, "--frames", "-5"], BAD_INPUT, "1 to"),
    ("frames off the rule", [PROMPT, "--frames", "32"], BAD_INPUT, "29 and 33"),
    ("too many frames", [PROMPT, "--frames", "1000001"], BAD_INPUT, "1 to"),
    ("frames beyond any integer", [PROMPT, "--frames", "9" * 40], BAD_INPUT, "1 to"),
    ("frames in words", [PROMPT, "--frames", "many"], BAD_INPUT, "--frames takes a whole number, not 'many'"),
    ("half a frame", [PROMPT, "--frames", "33.5"], BAD_INPUT, "--frames takes a whole number, not '33.5'"),
    ("seconds with a unit", [PROMPT, "--seconds", "2s"], BAD_INPUT, "--seconds takes a number, not '2s'"),
    ("a prompt without quotes", ["a", "red", "circle"], BAD_INPUT, "(red circle); put what holds spaces into quotes"),
    ("frames and seconds", [PROMPT, "--frames", "33", "--seconds", "2"], BAD_INPUT, "choose one"),
    ("no time of a prompt", [PROMPT, "--prompt-at", "a blue circle"], BAD_INPUT, "22:TEXT"),
    ("half a frame of a prompt", [PROMPT, "--prompt-at", "2.5:blue"], BAD_INPUT, "22:TEXT"),
    ("a later prompt of nothing", [PROMPT, "--prompt-at", "8:"], BAD_INPUT, "prompt at frame 8 is empty"),
    ("a later prompt at the start", [PROMPT, "--prompt-at", "0:blue"], BAD_INPUT, "choose 1 to 32"),
    ("a later prompt behind the end", [PROMPT, "--prompt-at", "2.1s:blue"], BAD_INPUT, "frame 34; choose 1 to 32"),
    ("later prompts in disorder", [PROMPT, "--prompt-at", "9:a", "--prompt-at", "8:b"], BAD_INPUT, "not behind"),
    ("a cross-fade beyond the end", [PROMPT, "--prompt-at", "30+4:blue"], BAD_INPUT, "choose 0 to 3"),
    ("too many later prompts", [PROMPT, *(f"--prompt-at={at}:a" for at in range(1, 18))], BAD_INPUT, "16 is the most"),
    ("later prompts enhanced", [PROMPT, "--enhance", "--prompt-at", "8:blue"], BAD_INPUT, "leave --enhance out"),
    ("a window off the rule", [PROMPT, "--window-frames", "20"], BAD_INPUT, "4n+1"),
    ("a window below zero", [PROMPT, "--window-frames", "-4"], BAD_INPUT, "4n+1"),
    ("no seconds", [PROMPT, "--seconds", "0"], BAD_INPUT, "above 0"),
    ("endless seconds", [PROMPT, "--seconds", "inf"], BAD_INPUT, "seconds"),
    ("seconds that are no number", [PROMPT, "--seconds", "nan"], BAD_INPUT, "seconds"),
    ("too many seconds", [PROMPT, "--seconds", "3000"], BAD_INPUT, "1 to"),
    ("no frame rate", [PROMPT, "--fps", "0"], BAD_INPUT, "frames a second"),
    ("frame rate over zero", [PROMPT, "--fps", "1/0"], BAD_INPUT, "frames a second"),
    ("frame rate too high", [PROMPT, "--fps", "1e6"], BAD_INPUT, "frames a second"),
    ("frame rate that fills memory", [PROMPT, "--fps", "1e99999999"], BAD_INPUT, "frames a second"),
    ("no steps", [PROMPT, "--steps", "0"], BAD_INPUT, "1 to 200"),
    ("steps below zero", [PROMPT, "--steps", "-1"], BAD_INPUT, "1 to 200"),
    ("too many steps", [PROMPT, "--steps", "100000"], BAD_INPUT, "1 to 200"),
    ("steps in words", [PROMPT, "--steps", "few"], BAD_INPUT, "steps"),
    ("guidance in words", [PROMPT, "--guidance", "strong"], BAD_INPUT, "one number"),
    ("guidance of three", [PROMPT, "--guidance", "1,2,3"], BAD_INPUT, "one number"),
    ("a pair for one expert", [PROMPT, "--guidance", "3,4"], BAD_INPUT, "one expert"),
    ("guidance that is no number", [PROMPT, "--guidance", "nan"], BAD_INPUT, "0 to 30"),
    ("no shift", [PROMPT, "--shift", "0"], BAD_INPUT, "above 0"),
    ("unknown solver", [PROMPT, "--solver", "heun"], BAD_INPUT, "unipc"),
    ("seed below zero", [PROMPT, "--seed", "-1"], BAD_INPUT, "Seed"),
    ("seed beyond 64 bits", [PROMPT, "--seed", str(2**63)], BAD_INPUT, "Seed"),
    ("seed in words", [PROMPT, "--seed", "lucky"], BAD_INPUT, "seed"),
    ("seeds beyond 64 bits", [PROMPT, "--seed", str(2**63 - 1), "--seeds", "2"], BAD_INPUT, "count beyond"),
    ("no seeds", [PROMPT, "--seeds", "0"], BAD_INPUT, "1 to"),
    ("unknown model", [PROMPT, "--model", "startr"], BAD_INPUT, "did you mean starter"),
    ("model as a path", [PROMPT, "--model", "../../etc"], BAD_INPUT, "no model"),
    ("unknown preset", [PROMPT, "--preset", "hollywood"], BAD_INPUT, "choose one of"),
    ("preset for a larger model", [PROMPT, "--preset", "t2v-720p"], BAD_INPUT, "outside"),
    ("unknown quality", [PROMPT, "--quality", "best"], BAD_INPUT, "draft"),
    ("unknown accuracy", [PROMPT, "--accuracy", "perfect"], BAD_INPUT, "exact"),
    ("unknown eight bits", [PROMPT, "--quantise", "int4"], BAD_INPUT, "fp8-storage"),
    ("accuracy the model lacks", [PROMPT, "--accuracy", "high"], BAD_INPUT, "exact"),
    ("unknown codec", [PROMPT, "--codec", "divx"], BAD_INPUT, "h264"),
    ("unknown option", [PROMPT, "--sped", "3"], BAD_INPUT, "--sped"),
    ("a second prompt", [PROMPT, PROMPT], BAD_INPUT, "argument"),
    ("unknown suffix", [PROMPT, "-o", "clip.exe"], BAD_INPUT, ".mp4"),
    ("codec against suffix", [PROMPT, "-o", "clip.mp4", "--codec", "ffv1"], BAD_INPUT, ".mkv"),
    ("output without a folder", [PROMPT, "-o", "no/where/clip.mp4"], CANNOT_RUN, "make it first"),
    ("output is a folder", [PROMPT, "-o", "."], BAD_INPUT, "folder"),
    *(
        (f"{name!r} as output", [PROMPT, "-o", name, "--codec", "png", "--overwrite"], BAD_INPUT, "no name")
        for name in (".", "", "./", "/", "..")
    ),
    ("an ending as output", [PROMPT, "-o", ".mp4"], BAD_INPUT, ".mp4 is an ending and no name"),
    ("standard output as output", [PROMPT, "-o", "-"], BAD_INPUT, "name a file"),
    ("memory without a unit", [PROMPT, "--ram", "12"], BAD_INPUT, "names no unit"),
    ("memory that is next to none", [PROMPT, "--ram", "12MiB"], BAD_INPUT, "too little"),
    ("output name too long", [PROMPT, "-o", "x" * 300 + ".mp4"], BAD_INPUT, "too long"),
    ("missing picture", [PROMPT, "--image", "none.png"], BAD_INPUT, "none.png"),
    ("missing recipe", ["--recipe", "none.mp4"], BAD_INPUT, "none.mp4"),
]

FILES: list[tuple[str, bytes, int, str]] = [
    ("empty.png", b"", BAD_INPUT, "empty"),
    ("text.png", b"this is no picture", BAD_INPUT, "not a picture"),
    ("cut.png", picture()[:60], BAD_INPUT, "damaged"),
    ("cut.jpg", picture(kind="JPEG")[:300], BAD_INPUT, "damaged"),
    ("tiny.png", picture((1, 1)), BAD_INPUT, "at least"),
    ("bomb.png", png_header(50_000, 50_000), BAD_INPUT, "million pixels"),
    ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", BAD_INPUT, "not a picture"),
]


@pytest.mark.parametrize(("arguments", "code", "said"), [row[1:] for row in GENERATE], ids=[row[0] for row in GENERATE])
def test_generate_refuses(forked: Run, tmp_path: Path, arguments: list[str | bytes], code: int, said: str) -> None:
    result = forked("generate", *arguments)
    check_refusal(result, code, said, tmp_path / "work", set())


@pytest.mark.parametrize(("name", "content", "code", "said"), FILES, ids=[row[0] for row in FILES])
def test_generate_refuses_pictures(
    forked: Run, tmp_path: Path, name: str, content: bytes, code: int, said: str
) -> None:
    path = tmp_path / "work" / name
    path.write_bytes(content)
    check_refusal(forked("generate", PROMPT, "--image", name), code, said, tmp_path / "work", {path})


@pytest.mark.parametrize(
    "arguments", [["generate", ""], ["generate", PROMPT, "--steps", "x"], ["plan", ""], ["inspect", "none"]]
)
def test_with_json_the_refusal_is_json(forked: Run, arguments: list[str]) -> None:
    result = forked(*arguments, "--json")
    error = json.loads(result.stderr)["error"]
    assert (result.returncode, result.stdout) == (BAD_INPUT, "")
    assert error["code"].startswith("bad_")
    assert error["message"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["serve", "--port", "80222"], "--port takes 65535 or less, not '80222'"),
        (["serve", "--port", "0"], "--port takes 1 or more, not '0'"),
        (["users", "add", "anna", "--role", "boss"], "--role: 'boss' is not one of 'admin', 'member', 'viewer'"),
        (["models", "lst"], "Did you mean 'list'? --help"),
    ],
)
def test_a_wrong_command_line_is_told_in_words(forked: Run, tmp_path: Path, arguments: list[str], said: str) -> None:
    check_refusal(forked(*arguments), BAD_INPUT, said, tmp_path / "work", set())


@pytest.mark.parametrize("group", [[], ["jobs"], ["media"], ["project"], ["users"]])
def test_a_group_without_its_command_shows_its_help(forked: Run, group: list[str]) -> None:
    alone = forked(*group)
    assert (alone.returncode, alone.stdout) == (BAD_INPUT, "")
    assert alone.stderr.strip() == forked(*group, "--help").stdout.strip()


@pytest.mark.parametrize("name", ["recipe.json", "RECIPE.JSON"])
def test_texts_that_editors_of_windows_save_are_read(artifex: Run, tmp_path: Path, name: str) -> None:
    """They put a mark of the byte order in front."""
    made = artifex("generate", "-", "--size", "64x64", "--frames", "5", "--steps", "1", input=f"\ufeff{PROMPT}\n")
    assert made.returncode == 0, made.stderr
    [sidecar] = (tmp_path / "work").glob("*.json")
    assert json.loads(sidecar.read_text(encoding="utf-8"))["prompt"] == PROMPT
    (tmp_path / "work" / name).write_text(sidecar.read_text(encoding="utf-8"), encoding="utf-8-sig")
    assert artifex("plan", "--recipe", name).returncode == 0


def test_an_existing_clip_is_not_touched(forked: Run, tmp_path: Path) -> None:
    clip = tmp_path / "work" / "clip.mp4"
    clip.write_bytes(b"mine")
    result = forked("generate", PROMPT, "-o", "clip.mp4")
    check_refusal(result, BAD_INPUT, "--overwrite", tmp_path / "work", {clip})
    assert clip.read_bytes() == b"mine"


@pytest.mark.parametrize("taken", ["clip-2.mp4", "clip-2.mp4.json"])
def test_every_file_of_a_sweep_is_looked_at_before_the_work(forked: Run, tmp_path: Path, taken: str) -> None:
    file = tmp_path / "work" / taken
    file.write_bytes(b"mine")
    result = forked("generate", PROMPT, "-o", "clip.mp4", "--seeds", "3")
    check_refusal(result, BAD_INPUT, f"{taken} exists already", tmp_path / "work", {file})
    assert file.read_bytes() == b"mine"


@pytest.mark.parametrize(
    ("folder", "arguments", "code", "said"),
    [
        ("frames", ["-o", "frames", "--codec", "png"], CANNOT_RUN, "not a picture sequence"),
        ("clip.mp4", ["-o", "clip.mp4", "--codec", "h264"], BAD_INPUT, "is a folder"),
        ("clip.mp4.json", ["-o", "clip.mp4"], BAD_INPUT, "is a folder"),
    ],
)
def test_a_folder_in_the_way_is_found_before_the_work(
    forked: Run, tmp_path: Path, folder: str, arguments: list[str], code: int, said: str
) -> None:
    work = tmp_path / "work"
    (work / folder).mkdir()
    (work / folder / "letter.txt").write_text("mine")
    before = set(work.rglob("*"))
    check_refusal(forked("generate", PROMPT, *arguments, "--overwrite"), code, said, work, before)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_device_is_no_place_for_a_clip(forked: Run, tmp_path: Path) -> None:
    (tmp_path / "work" / "clip.mp4").symlink_to("/dev/full")
    result = forked("generate", PROMPT, "-o", "clip.mp4", "--overwrite")
    check_refusal(result, BAD_INPUT, "not an ordinary file", tmp_path / "work", {tmp_path / "work" / "clip.mp4"})
    assert Path("/dev/full").is_char_device()


def test_a_folder_nobody_may_write_to(forked: Run, tmp_path: Path) -> None:
    target = Path("/proc/clip.mp4") if os.geteuid() == 0 and Path("/proc/self").exists() else None
    if target is None:
        (tmp_path / "work" / "closed").mkdir(mode=0o500)
        target = tmp_path / "work" / "closed" / "clip.mp4"
    result = forked("generate", PROMPT, "-o", str(target))
    assert result.returncode == CANNOT_RUN
    assert "cannot be written" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_file_in_the_place_of_a_folder(forked: Run, tmp_path: Path) -> None:
    (tmp_path / "work" / "file").touch()
    result = forked("generate", PROMPT, "-o", "file/clip.mp4")
    check_refusal(result, CANNOT_RUN, "is a file and no folder", tmp_path / "work", {tmp_path / "work" / "file"})


def test_a_state_folder_that_is_a_file(forked: Run, tmp_path: Path) -> None:
    (tmp_path / "home").touch()
    check_refusal(forked("generate", PROMPT), CANNOT_RUN, "cannot be written", tmp_path / "work", set())


def test_a_picture_that_would_block_or_loop(artifex: Run, tmp_path: Path) -> None:
    work = tmp_path / "work"
    os.mkfifo(work / "pipe.png")
    (work / "loop.png").symlink_to("loop.png")
    for name in ("pipe.png", "loop.png", "."):
        result = artifex("generate", PROMPT, "--image", name, timeout=20)
        assert result.returncode == BAD_INPUT
        assert "Traceback" not in result.stderr


def test_a_clip_of_another_program_has_no_recipe(forked: Run, tmp_path: Path) -> None:
    (tmp_path / "work" / "other.png").write_bytes(picture())
    result = forked("generate", "--recipe", "other.png")
    assert result.returncode == BAD_INPUT
    assert "carries no recipe; only clips" in result.stderr
    (tmp_path / "work" / "other.png.json").write_text("{}")  # as when a messenger took out what the clip said of itself
    assert "carries no recipe; give other.png.json instead" in forked("generate", "--recipe", "other.png").stderr


@pytest.fixture
def broken_weights(tmp_path: Path) -> Break:
    """A copy of the package whose starter weights can be damaged."""
    import artifex

    def damage(change: Callable[[Path], None]) -> dict[str, str]:
        copy = tmp_path / "package" / "artifex"
        shutil.copytree(Path(artifex.__file__).parent, copy, ignore=shutil.ignore_patterns("__pycache__"))
        change(copy / "catalog" / "starter" / "weights")
        return {**os.environ, "PYTHONPATH": str(copy.parent), "ARTIFEX_HOME": str(tmp_path / "home")}

    return damage


def _cut(weights: Path) -> None:
    path = weights / "transformer" / "diffusion_pytorch_model.safetensors"
    path.write_bytes(path.read_bytes()[:1000])


def _flip(weights: Path) -> None:
    path = weights / "vae" / "diffusion_pytorch_model.safetensors"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def _lose(weights: Path) -> None:
    (weights / "text_encoder" / "config.json").unlink()


@pytest.mark.parametrize(("change", "said"), [(_cut, "damaged"), (_flip, "damaged"), (_lose, "missing")])
def test_damaged_weights_are_named(
    artifex: Run, broken_weights: Break, tmp_path: Path, change: Callable[[Path], None], said: str
) -> None:
    result = artifex("generate", PROMPT, env=broken_weights(change))
    check_refusal(result, CANNOT_RUN, said, tmp_path / "work", set())
    assert "reinstall" in result.stderr


@pytest.mark.parametrize("arguments", [["--frames", "32"], ["--image", "none.png"], ["--recipe", "none.mp4"]])
def test_a_refusal_loads_no_torch(artifex: Run, arguments: list[str]) -> None:
    program = (
        "import sys; from artifex.cli.main import main\n"
        "code = main(sys.argv[1:])\n"
        "print(sorted({'torch', 'diffusers', 'transformers'} & set(sys.modules)))\n"
        "sys.exit(code)"
    )
    result = artifex("generate", PROMPT, *arguments, program=program)
    assert (result.returncode, result.stdout.strip()) == (BAD_INPUT, "[]")
