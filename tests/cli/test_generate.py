"""From a prompt to a file, with the shipped model, the way a person uses it."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from artifex.cli.door import CANNOT_RUN
from artifex.media.decode import frame_hashes, frames
from artifex.media.probe import probe
from artifex.recipe import parse_recipe
from artifex.store.folders import claim_output
from tests.cli.conftest import Run
from tests.cli.refusals import check_refusal

PROMPT = "a red circle moves right on a blue background"
SMALL = ["--size", "128x128", "--frames", "17", "--steps", "4"]


def test_a_prompt_becomes_a_clip_that_knows_how_it_was_made(artifex: Run, tmp_path: Path) -> None:
    work = tmp_path / "work"
    made = artifex("generate", PROMPT, *SMALL, "--seed", "3", "-o", "clip.mp4", "--json")
    assert made.returncode == 0, made.stderr
    [clip] = json.loads(made.stdout)["clips"]
    found = probe(work / "clip.mp4")
    assert (found.width, found.height, found.frame_count, found.frame_rate) == (128, 128, 17, 16)
    sidecar = parse_recipe((work / "clip.mp4.json").read_text())
    assert (sidecar.sha256, sidecar.prompt, sidecar.seed) == (clip["recipe_sha256"], PROMPT, 3)
    assert clip["peak_ram"] > 0
    assert {"start", "load", "encode", "denoise", "decode"} == set(clip["seconds"])
    inspected = json.loads(artifex("inspect", "clip.mp4", "--json").stdout)
    assert parse_recipe(json.dumps(inspected["recipe"])) == sidecar
    assert inspected["file"]["frame_count"] == 17
    assert PROMPT in artifex("inspect", "clip.mp4").stdout
    posters = list((tmp_path / "home" / "clips").rglob("*.jpg"))
    assert {path.name for path in posters} == {"poster.jpg", "thumbnail.jpg"}


def test_a_recipe_remakes_the_clip_frame_for_frame(forked: Run, tmp_path: Path) -> None:
    work = tmp_path / "work"
    assert forked("generate", PROMPT, *SMALL, "-o", "one.mkv").returncode == 0
    for source, target in (("one.mkv", "two.mkv"), ("one.mkv.json", "three.mkv")):
        again = forked("generate", "--recipe", source, "-o", target)
        assert again.returncode == 0, again.stderr
        assert list(frame_hashes(work / target)) == list(frame_hashes(work / "one.mkv"))
    changed = forked("generate", "--recipe", "one.mkv", "--seed", "12345", "-o", "four.mkv")
    assert changed.returncode == 0, changed.stderr
    assert list(frame_hashes(work / "four.mkv")) != list(frame_hashes(work / "one.mkv"))


def test_a_picture_becomes_the_first_frame(forked: Run, tmp_path: Path) -> None:
    work = tmp_path / "work"
    picture = np.full((128, 128, 3), (40, 60, 200), np.uint8)
    picture[44:84, 24:64] = (220, 40, 40)
    Image.fromarray(picture).save(work / "start.png")
    made = forked("generate", "a red square moves right", "--image", "start.png", *SMALL, "-o", "clip.mkv")
    assert made.returncode == 0, made.stderr
    first = next(iter(frames(work / "clip.mkv")))
    error = np.mean((first.astype(float) - picture) ** 2)
    assert 10 * np.log10(255**2 / error) > 24  # a small, odd-sized picture; the model card has the figures
    (work / "start.png").unlink()
    again = forked("generate", "--recipe", "clip.mkv", "-o", "again.mkv")
    assert again.returncode == 0, again.stderr
    assert list(frame_hashes(work / "again.mkv")) == list(frame_hashes(work / "clip.mkv"))


@pytest.mark.parametrize(("name", "codec"), [("clip.mp4", "hevc"), ("clip.mp4", "av1"), ("shot", "png")])
def test_other_ways_to_write_a_clip(forked: Run, tmp_path: Path, name: str, codec: str) -> None:
    made = forked("generate", PROMPT, *SMALL, "--seed", "3", "-o", name, "--codec", codec)
    assert made.returncode == 0, made.stderr
    inspected = json.loads(forked("inspect", name, "--json").stdout)
    assert inspected["recipe"]["seed"] == 3


def test_a_picture_of_a_clip_tells_its_recipe(forked: Run, tmp_path: Path) -> None:
    assert forked("generate", PROMPT, *SMALL, "--seed", "3", "-o", "shot").returncode == 0
    inspected = json.loads(forked("inspect", "shot/frame_000001.png", "--json").stdout)
    assert (inspected["recipe"]["seed"], inspected["file"]["codec"]) == (3, "png")


def test_an_interrupted_sweep_goes_on_where_it_was(forked: Run, tmp_path: Path) -> None:
    sweep = ["generate", PROMPT, *SMALL, "--seed", "7", "-o", "clip.mkv"]
    assert forked(*sweep, "--seeds", "2").returncode == 0
    first = (tmp_path / "work" / "clip-7.mkv").stat().st_mtime_ns
    more = forked(*sweep, "--seeds", "3")
    assert more.returncode == 0, more.stderr
    assert more.stdout.split() == ["clip-7.mkv", "clip-8.mkv", "clip-9.mkv"]
    assert (tmp_path / "work" / "clip-7.mkv").stat().st_mtime_ns == first
    hashes = [list(frame_hashes(tmp_path / "work" / f"clip-{seed}.mkv")) for seed in (7, 8, 9)]
    assert hashes[0] != hashes[1] != hashes[2]


def test_overwriting_is_asked_for(forked: Run, tmp_path: Path) -> None:
    clip = tmp_path / "work" / "clip.mp4"
    clip.write_bytes(b"old")
    assert forked("generate", PROMPT, *SMALL, "-o", "clip.mp4", "--overwrite").returncode == 0
    assert probe(clip).frame_count == 17


def test_a_clip_that_is_being_made_is_not_replaced_by_another_of_its_name(forked: Run, tmp_path: Path) -> None:
    with claim_output(tmp_path / "home" / "jobs", tmp_path / "work" / "clip.mp4"):
        for name in ("clip.mp4", "../work/clip.mp4"):
            refused = forked("generate", PROMPT, *SMALL, "-o", name, "--overwrite")
            assert (refused.returncode, refused.stdout) == (CANNOT_RUN, "")
            assert f"is writing {name}" in refused.stderr
        assert forked("generate", PROMPT, *SMALL, "-o", "other.mp4").returncode == 0
    assert forked("generate", PROMPT, *SMALL, "-o", "clip.mp4").returncode == 0


@pytest.mark.parametrize(
    "words",
    [
        ["generate", PROMPT],
        ["project", "list"],
        ["users", "list"],
        ["serve", "--port", "18188"],
        ["models", "use", "starter"],
        ["bench", "--calibrate"],
    ],
)
def test_where_no_state_can_be_kept_the_variable_is_named(forked: Run, tmp_path: Path, words: list[str]) -> None:
    (tmp_path / "file").touch()
    home = tmp_path / "file" / "home"
    refused = forked(*words, home=home)
    check_refusal(refused, CANNOT_RUN, f"{home}", tmp_path / "work", set())
    assert "(not a directory); choose another place. ARTIFEX_HOME points there; set it to another" in refused.stderr


def test_without_the_variable_it_is_offered(forked: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "file"))
    refused = forked("generate", PROMPT, home=None)
    told = "choose another place. Set ARTIFEX_HOME to keep everything in another folder."
    check_refusal(refused, CANNOT_RUN, told, tmp_path / "work", set())


def test_an_output_that_cannot_be_written_is_no_matter_of_the_variable(forked: Run, tmp_path: Path) -> None:
    (tmp_path / "work" / "file").touch()
    refused = forked("generate", PROMPT, "-o", "file/clip.mp4")
    assert (refused.returncode, "ARTIFEX_HOME" in refused.stderr) == (CANNOT_RUN, False), refused.stderr


def test_a_server_whose_lock_cannot_be_taken_says_so(forked: Run, tmp_path: Path) -> None:
    (tmp_path / "home" / "server.lock").mkdir(parents=True)
    refused = forked("serve", "--port", "18188")
    told = f"{tmp_path / 'home' / 'server.lock'} cannot be written (is a directory); choose another place. ARTIFEX_HOME"
    check_refusal(refused, CANNOT_RUN, told, tmp_path / "work", set())


def test_a_clip_without_a_name_is_named_after_its_prompt(forked: Run, tmp_path: Path) -> None:
    made = forked("generate", "빨간 원이 오른쪽으로", *SMALL)
    assert made.returncode == 0, made.stderr
    assert (tmp_path / "work" / made.stdout.strip()).suffix == ".mp4"


def test_the_prompt_can_come_from_standard_input(artifex: Run) -> None:
    made = artifex("generate", "-", *SMALL, "--json", "-o", "clip.mp4", input=PROMPT + "\n")
    assert made.returncode == 0, made.stderr


def test_help_version_and_models(artifex: Run) -> None:
    assert "generate" in artifex("--help").stdout
    assert "--image" in artifex("generate", "--help").stdout
    assert artifex("--version").stdout.startswith("artifex ")
    assert "starter" in artifex("models").stdout
    assert json.loads(artifex("models", "--json").stdout)["models"][0]["name"] == "starter"
