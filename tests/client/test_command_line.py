"""The command line over a running server: clips made there come here."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image

from artifex.client import Client
from artifex.recipe import parse_recipe
from artifex.store.folders import claim_output
from tests.api.conftest import Server, start_server, stop_server

Run = Callable[..., "subprocess.CompletedProcess[str]"]

PROMPT = "a red circle moves right on a blue background"
SMALL = ("--frames", "9", "--size", "64x64")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A whole studio, with one slot of the processor."""
    server = start_server(tmp_path_factory.mktemp("server") / "home")
    yield server
    stop_server(server)


def _hear_ctrl_c() -> None:
    """Also where tests run in the background, whose shell lets all that it starts ignore it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def start(server: Server, folder: Path, *arguments: str) -> "subprocess.Popen[str]":
    environment = {**os.environ, "ARTIFEX_HOME": str(folder / "home"), "ARTIFEX_SERVER": server.url, "COLUMNS": "200"}
    command = [sys.executable, "-m", "artifex.cli.main", *arguments]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen(command, cwd=folder, env=environment, preexec_fn=_hear_ctrl_c, **pipes)  # pyright: ignore[reportCallIssue, reportArgumentType]


@pytest.fixture
def artifex(server: Server, tmp_path: Path) -> Run:
    """``artifex(*arguments)`` in an empty folder, for the server."""

    def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
        process = start(server, tmp_path, *arguments)
        out, err = process.communicate(timeout=120)
        return subprocess.CompletedProcess(arguments, process.returncode, out, err)

    return run


def test_a_clip_is_made_there_and_comes_here_with_its_recipe(artifex: Run, tmp_path: Path, server: Server) -> None:
    Image.new("RGB", (64, 64), "navy").save(tmp_path / "start.png")
    # So many steps that a quick machine, too, is met at them by who looks now and then.
    made = artifex("generate", PROMPT, "--image", "start.png", "--steps", "100", *SMALL, "-o", "a.mp4")
    assert (made.returncode, made.stdout) == (0, "a.mp4\n"), made.stderr
    assert "Denoising" in made.stderr
    recipe = parse_recipe((tmp_path / "a.mp4.json").read_text(encoding="utf-8"))
    assert (recipe.prompt, recipe.task, recipe.steps) == (PROMPT, "i2v", 100)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.mp4", "a.mp4.json", "home", "start.png"]
    with Client(server.url) as studio:
        (asset,) = studio.media.list(kind="video").items
        assert asset.size == (tmp_path / "a.mp4").stat().st_size
        assert parse_recipe(json.dumps(asset.recipe)) == recipe


def test_several_seeds_become_several_files(artifex: Run, tmp_path: Path) -> None:
    made = artifex("generate", PROMPT, "--seed", "7", "--seeds", "2", "--steps", "2", *SMALL, "-o", "b.mp4", "--json")
    assert made.returncode == 0, made.stderr
    clips = json.loads(made.stdout)["clips"]
    assert [(clip["clip"], clip["seed"]) for clip in clips] == [("b-7.mp4", 7), ("b-8.mp4", 8)]
    assert all((tmp_path / clip["clip"]).exists() for clip in clips)


@pytest.mark.parametrize("taken", ["c-8.mp4", "c-8.mp4.json"])
def test_a_sweep_replaces_no_file_unasked(artifex: Run, tmp_path: Path, server: Server, taken: str) -> None:
    (tmp_path / taken).write_bytes(b"mine")
    sweep = ("generate", PROMPT, "--seed", "7", "--seeds", "2", "--steps", "2", *SMALL, "-o", "c.mp4")
    with Client(server.url) as studio:
        before = studio.jobs.list().items
        refused = artifex(*sweep)
        assert (refused.returncode, f"{taken} exists already" in refused.stderr) == (2, True), refused.stderr
        assert studio.jobs.list().items == before
    assert [(path.name, path.read_bytes()) for path in tmp_path.glob("*c-*")] == [(taken, b"mine")]
    replaced = artifex(*sweep, "--overwrite")
    assert (replaced.returncode, (tmp_path / taken).read_bytes() != b"mine") == (0, True), replaced.stderr


def test_a_clips_recipe_replaces_no_file_unasked(artifex: Run, tmp_path: Path) -> None:
    (tmp_path / "d.mp4.json").write_bytes(b"mine")
    refused = artifex("generate", PROMPT, "--steps", "2", *SMALL, "-o", "d.mp4")
    assert (refused.returncode, "d.mp4.json exists already" in refused.stderr) == (2, True), refused.stderr
    assert (tmp_path / "d.mp4.json").read_bytes() == b"mine"


def test_the_seeds_of_a_sweep_that_nobody_gave_count_up(artifex: Run) -> None:
    made = artifex("generate", PROMPT, "--seeds", "2", "--steps", "2", *SMALL, "-o", "e.mp4", "--json")
    first, second = json.loads(made.stdout)["clips"]
    assert second["seed"] == first["seed"] + 1
    assert [clip["clip"] for clip in (first, second)] == [f"e-{clip['seed']}.mp4" for clip in (first, second)]


def test_a_clip_that_came_into_the_way_is_not_replaced(server: Server, artifex: Run, tmp_path: Path) -> None:
    """It came while the first clip of a sweep was made; the second is left on the server, and how to get it is said."""
    sweep = ("generate", PROMPT, "--seed", "7", "--seeds", "2", "--steps", "40", *SMALL, "-o", "f.mp4")
    process = start(server, tmp_path, *sweep)
    with Client(server.url) as studio:
        deadline = time.monotonic() + 60
        while not studio.jobs.list(state="running").items and time.monotonic() < deadline:
            time.sleep(0.1)
        (tmp_path / "f-8.mp4").write_bytes(b"mine")
        _, err = process.communicate(timeout=120)
        job = studio.jobs.list().items[0]
        assert studio.jobs.wait(job.id).state == "succeeded"
    assert (process.returncode, "f-8.mp4 exists already" in err) == (2, True), err
    assert f"artifex jobs download {job.id} --server {server.url} -o f-8.mp4; " in err
    assert ((tmp_path / "f-8.mp4").read_bytes(), (tmp_path / "f-7.mp4").exists()) == (b"mine", True)


def test_ctrl_c_leaves_the_job_to_the_server(server: Server, artifex: Run, tmp_path: Path) -> None:
    process = start(server, tmp_path, "generate", PROMPT, "--steps", "60", "-o", "long.mp4")
    with Client(server.url) as studio:
        deadline = time.monotonic() + 60
        while not (running := studio.jobs.list(state="running").items) and time.monotonic() < deadline:
            time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
        assert process.returncode == 130
        assert f"artifex jobs cancel {running[0].id} --server {server.url}\n" in err
        assert f"artifex jobs download {running[0].id} --server {server.url} -o long.mp4; " in err
        assert artifex("jobs", "cancel", running[0].id).returncode == 0
        assert studio.jobs.wait(running[0].id).state == "cancelled"
    assert not (tmp_path / "long.mp4").exists()


def test_a_server_that_goes_away_keeps_the_jobs(tmp_path: Path) -> None:
    impatient = "import artifex.client.following as f; f.PATIENCE = 1.0; from artifex.cli.main import run; run()"
    server = start_server(tmp_path / "away")
    words = ["generate", PROMPT, "--steps", "200", "--seed", "3", "--seeds", "2", "-o", "a.mp4", "--server", server.url]
    with subprocess.Popen([sys.executable, "-c", impatient, *words], cwd=tmp_path, stderr=subprocess.PIPE) as process:
        with Client(server.url) as studio:
            deadline = time.monotonic() + 60
            while not (running := studio.jobs.list(state="running").items) and time.monotonic() < deadline:
                time.sleep(0.2)
        stop_server(server)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 3
    assert f"artifex jobs download {running[0].id} --server {server.url} -o a-3.mp4; " in err.decode()
    assert f"1 further job tells: artifex jobs list --server {server.url}" in err.decode()


def test_a_key_that_is_missing_or_none_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "accounts"
    words = [sys.executable, "-m", "artifex.cli.main", "users", "add", "root", "--role", "admin"]
    environment = {**os.environ, "ARTIFEX_HOME": str(home)}
    subprocess.run(words, env=environment, input="correct horse battery\n", text=True, check=True, timeout=60)
    server = start_server(home, "--accounts", slots="none")
    for key, code, words in (("", 3, "put an API key into ARTIFEX_TOKEN"), ("ax_ключ", 2, "copy it again")):
        monkeypatch.setenv("ARTIFEX_TOKEN", key)
        process = start(server, tmp_path, "jobs", "list")
        _, err = process.communicate(timeout=60)
        assert (process.returncode, words in err, len(err.splitlines())) == (code, True, 1), err
    stop_server(server)


def test_a_detached_job_is_downloaded_later(server: Server, artifex: Run, tmp_path: Path) -> None:
    job_id = artifex("generate", PROMPT, "--steps", "2", *SMALL, "--detach").stdout.strip()
    early = artifex("jobs", "download", job_id)
    assert early.returncode in (0, 2)
    with Client(server.url) as studio:
        assert studio.jobs.wait(job_id).state == "succeeded"
    (tmp_path / "later.mp4.json").write_bytes(b"mine")
    refused = artifex("jobs", "download", job_id, "-o", "later.mp4")
    assert (refused.returncode, "later.mp4.json exists already" in refused.stderr) == (2, True), refused.stderr
    assert [(path.name, path.read_bytes()) for path in tmp_path.glob("later*")] == [("later.mp4.json", b"mine")]
    with claim_output(tmp_path / "home" / "jobs", tmp_path / "later.mp4"):
        for words in (["jobs", "download", job_id], ["generate", PROMPT, "--steps", "2", *SMALL]):
            busy = artifex(*words, "-o", "later.mp4", "--overwrite")
            assert (busy.returncode, "is writing later.mp4" in busy.stderr) == (3, True), busy.stderr
    got = artifex("jobs", "download", job_id, "-o", "later.mp4", "--overwrite")
    assert (got.returncode, got.stdout) == (0, "later.mp4\n"), got.stderr
    assert json.loads((tmp_path / "later.mp4.json").read_bytes())["prompt"] == PROMPT
    told = artifex("jobs", "download", job_id, "-o", "told.mp4", "--json")
    assert json.loads(told.stdout) == {"file": "told.mp4", "sidecar": "told.mp4.json", "job": job_id}, told.stderr
    assert job_id in artifex("jobs", "list").stdout
    assert json.loads(artifex("jobs", "show", job_id, "--json").stdout)["state"] == "succeeded"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("generate", PROMPT, "--vram", "8GiB"), "about this machine"),
        (("generate", PROMPT, "--gpus", "2"), "about this machine"),
        (("generate", PROMPT, "--seed", str(2**63 - 1), "--seeds", "2"), "seed"),
        (("generate", PROMPT, "--seed", str(2**53 - 1), "--seeds", "2"), "count beyond"),
        (("generate", PROMPT, "--codec", "png", "-o", "frames"), "one file"),
        (("generate", PROMPT, "--image", "none.png"), "no file"),
        (("generate", PROMPT, "--size", "63x64"), "63x64 is outside"),
        (("generate", PROMPT, "--lora", "none.safetensors"), "cannot be read"),
        (("generate", ""), "prompt"),
        (("jobs", "download", "0" * 32, "-o", ".", "--overwrite"), "no name"),
        (("jobs", "show", "0" * 32), "There is no job"),
        (("jobs", "show", "latest"), "jobs list"),
        (("jobs", "cancel", "../users"), "jobs list"),
        (("project", "rebuild", "Evening"), "is no id"),
        (("jobs", "list", "--server", "nowhere"), "not a server's address"),
    ],
)
def test_what_is_wrong_is_said_as_it_is_here(artifex: Run, arguments: tuple[str, ...], words: str) -> None:
    refused = artifex(*arguments)
    assert refused.returncode == 2
    assert words in refused.stderr
    assert "Traceback" not in refused.stderr
