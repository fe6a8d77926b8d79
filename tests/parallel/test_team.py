"""Processes of a team that are killed, fail, or lose the one who leads."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Timer

import pytest
import torch

from artifex.catalog.contract import Hooks, StepReport
from artifex.catalog.execution import Execution
from artifex.catalog.wan.model import WanModel, load_follower
from artifex.catalog.wan.passes import begin_on
from artifex.engine.parallel import team
from artifex.engine.parallel.team import Team
from artifex.errors import BadField, OutOfMemory, TeamBroken, WeightsDamaged
from tests.catalog.small_wan import write_small_wan
from tests.catalog.test_wan_model import NOTHING, RECIPE, Journal
from tests.parallel.teams import asleep, followers, gone, loaded, misled, muddled

LONG = replace(RECIPE, steps=24)
LEADER = """
import sys
from pathlib import Path
from artifex.catalog.contract import Hooks
from tests.catalog.test_wan_model import NOTHING
from tests.parallel.teams import loaded
from tests.parallel.test_team import LONG
with loaded(Path(sys.argv[1]), 2) as model:
    hooks = Hooks(lambda report: print(report.step, flush=True), lambda _: None, 100)
    while True:
        model.denoise(model.encode(LONG, NOTHING), LONG, hooks, None)
"""

FORGETFUL = """
import torch
from artifex.engine.parallel.team import Team
from tests.parallel.teams import idle
Team([torch.device("cpu")] * 2, idle).join()
"""
ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_small_wan(tmp_path / "model")


def make(model: WanModel, hooks: Hooks | None = None) -> torch.Tensor:
    return model.denoise(model.encode(LONG, NOTHING), LONG, hooks or Journal().hooks, None)


def test_four_share_tokens_in_halves_of_two_and_all_together(folder: Path) -> None:
    """Of two heads, pairs have one each, and keys go round from pair to pair."""
    odd = replace(RECIPE, width=96, height=96, steps=2)
    clips = odd, replace(odd, guidance=(1.0, 1.0))
    made: list[list[torch.Tensor]] = []
    for processes in (1, 4):
        with loaded(folder, processes) as model:
            made.append([model.denoise(model.encode(clip, NOTHING), clip, Journal().hooks, None) for clip in clips])
    for alone, shared in zip(*made, strict=True):
        assert torch.allclose(alone, shared, rtol=0, atol=1e-5)


def test_the_end_of_a_follower_is_an_error_within_seconds_and_what_goes_wrong_here_is_its_end(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[bytes] = []
    with loaded(folder, 2) as model:
        whole = make(model)
        [follower] = followers()

        def on_step(report: StepReport) -> None:
            if report.step == 5:  # it is waited for when it dies
                follower.send_signal(signal.SIGSTOP)
                Timer(0.5, follower.kill).start()

        began = time.monotonic()
        with pytest.raises(TeamBroken, match="ended while the clip was made"):
            make(model, Hooks(on_step, kept.append, 4))
        assert time.monotonic() - began < 10
        assert len(kept) == 1, "nothing that came after is kept"
        assert followers() == []
        again = model.denoise(model.encode(LONG, NOTHING), LONG, Journal().hooks, kept[0])
        assert torch.equal(again, whole)
        [led] = followers()

        def fail(*_: object, **__: object) -> None:
            raise torch.OutOfMemoryError("out of memory")

        monkeypatch.setattr(model.components.low_noise, "forward", fail)
        with pytest.raises(OutOfMemory):
            make(model)
        assert gone([led])


def test_one_who_is_there_and_does_not_answer_is_given_up(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with loaded(folder, 2) as model:
        [follower] = followers()

        def on_step(report: StepReport) -> None:
            if report.step == 5:
                follower.send_signal(signal.SIGSTOP)
                monkeypatch.setattr(team, "_MINUTE", 0.01)

        with pytest.raises(TeamBroken, match="does not answer"):
            make(model, Hooks(on_step, lambda _: None, 100))
        assert gone([follower])
        monkeypatch.undo()
        make(model)


def test_one_who_never_has_begun_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(team, "_MINUTE", 0.01)
    here = torch.device("cpu")
    silent = Team([here, here], asleep)
    with pytest.raises(TeamBroken, match="does not answer"):
        silent.join()
    assert silent.ended
    assert followers() == []


def test_followers_end_with_the_one_who_leads(folder: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-c", LEADER, str(folder)]
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    environment = {**os.environ, "TMPDIR": str(scratch)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, env=environment) as leader:
        assert leader.stdout is not None
        assert leader.stdout.readline() == b"1\n"
        led = followers(leader.pid)
        assert len(led) == 1
        leader.kill()
    assert gone(led)
    assert list(scratch.iterdir()) == []


def test_what_a_follower_cannot_load_is_told_in_its_words(folder: Path) -> None:
    (folder / "transformer" / "config.json").unlink()
    here = torch.device("cpu")
    execution = Execution("cpu", "float32", text_encoder="released", gpus=2)
    team = Team([here, here], partial(begin_on, load_follower, folder, execution))
    with pytest.raises(WeightsDamaged, match="transformer"):
        team.join()
    assert followers() == []


def test_an_error_comes_whole_from_a_follower(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(team, "_MINUTE", 2.0)
    here = torch.device("cpu")
    misled_team = Team([here, here], misled)
    for _ in range(2):
        with pytest.raises(BadField, match=r"^too many steps$") as raised:
            misled_team.join()
        assert raised.value.field == "steps"
    assert followers() == []


def test_an_answer_that_cannot_be_read_ends_the_team(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(team, "_MINUTE", 2.0)
    here = torch.device("cpu")
    muddled_team = Team([here, here], muddled)
    with pytest.raises(TeamBroken, match="ended while the clip was made"):
        muddled_team.join()
    assert followers() == []


def test_a_process_that_leads_may_just_end() -> None:
    ended = subprocess.run([sys.executable, "-c", FORGETFUL], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (ended.returncode, ended.stderr) == (0, "")
