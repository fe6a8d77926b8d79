"""Blocks that several processes keep together, and tokens that they share in a ring."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor

from artifex.catalog.contract import Hooks, StepReport
from artifex.catalog.execution import Execution
from artifex.catalog.wan.model import WanModel
from artifex.engine.parallel.links import Links
from artifex.engine.parallel.team import Team
from artifex.errors import BadInput, TeamBroken
from tests.catalog.small_wan import write_small_wan
from tests.catalog.test_wan_model import NOTHING, RECIPE, Journal
from tests.memory.small import experts, inputs
from tests.parallel.teams import followers, loaded

CPU = torch.device("cpu")
SHARED = Execution("cpu", "float32", quantisation="fp8-storage", gpus=3, sharded=True)


Task = tuple[int, tuple[int, int] | None]
"""Which expert, and how many rows and columns of the latents, whose tokens are then shared."""


class Experts:
    """Two networks of which this process has a share."""

    def __init__(self, device: torch.device, rank: int) -> None:
        self.residency, self._networks = experts(SHARED, rank=rank)

    def __call__(self, task: Task, links: Links) -> None:
        self.velocity(task, links)

    def velocity(self, task: Task, links: Links) -> Tensor:
        self.residency.link(links)
        number, size = task
        network = self._networks[number]
        network.group = None if size is None else links.everyone
        return network(*cut(size))


def cut(size: tuple[int, int] | None) -> tuple[Tensor, Tensor, Tensor]:
    latents, timestep, text = inputs(frames=1)
    rows, columns = size or latents.shape[3:]
    return latents[..., :rows, :columns], timestep, text


@torch.inference_mode()
def test_three_processes_share_two_experts_and_their_tokens() -> None:
    """Weights bit for bit; twenty tokens with four heads, which three do not divide; of two tokens one has none."""
    _, whole = experts(replace(SHARED, gpus=1, sharded=False))
    expected = [network(*cut(None)) for network in whole]
    team, here = Team([CPU] * 3, Experts), Experts(CPU, 0)

    def velocity(number: int, size: tuple[int, int] | None = None) -> Tensor:
        links = team.join()
        with team.together():
            team.tell((number, size))
            return here.velocity((number, size), links)

    for number in (0, 0, 1, 0):
        assert torch.equal(velocity(number), expected[number])
        here.residency.release()  # as for a decode, which is only here
    assert torch.allclose(velocity(1, (8, 10)), whole[1](*cut((8, 10))), rtol=0, atol=1e-5)
    with pytest.raises(BadInput, match="3 GPUs cannot share a clip of 2 tokens"):
        velocity(1, (2, 4))
    assert followers() == []


def test_a_clip_is_made_anew_when_one_who_had_a_share_was_killed(tmp_path: Path) -> None:
    folder = write_small_wan(tmp_path / "model")

    def made(model: WanModel, hooks: Hooks) -> Tensor:
        return model.denoise(model.encode(RECIPE, NOTHING), RECIPE, hooks, None)

    def kill(report: StepReport) -> None:
        if report.step == 2:
            [follower] = followers()
            follower.kill()

    with loaded(folder, 1) as model:
        alone = made(model, Journal().hooks)
    with loaded(folder, 2, sharded=True) as model:
        with pytest.raises(TeamBroken):
            made(model, Hooks(kill, lambda _: None, 100))
        assert followers() == []
        assert torch.allclose(made(model, Journal().hooks), alone, rtol=0, atol=1e-5)
