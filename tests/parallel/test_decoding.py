"""A clip that several processes decode together is the one that a single process decodes: there are no seams."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import torch
from benchmarks.wan.seams import seamless, seams
from torch import Tensor

from artifex.catalog.wan import decoding
from artifex.catalog.wan.decoding import ChunkTask, Strip, decode_together
from artifex.catalog.wan.vae import WanVAE
from artifex.engine.kernels.door import Kernels, computing_with
from artifex.engine.parallel.links import Links
from artifex.engine.parallel.row_share import RowShare
from artifex.engine.parallel.team import Team
from tests.memory.test_vae_memory import KINDS

CPU = torch.device("cpu")


class Forgetful(RowShare):
    """Exchanges no rows of the last scale, and takes what is beside its own to be the end of the picture."""

    def fill_frame(self, framed: Tensor) -> None:
        if framed.shape[3] - 2 < 8 * self.lengths[self.group.place]:
            super().fill_frame(framed)


@dataclass(frozen=True)
class Choice:
    """How the next clips are decoded, in every process alike."""

    kind: str
    kernels: Kernels = "eager"
    forgets: bool = False

    @property
    def rows(self) -> type[RowShare]:
        return Forgetful if self.forgets else RowShare

    def vae(self) -> WanVAE:
        torch.manual_seed(0)
        return WanVAE(KINDS[self.kind]).eval()


class Decoder:
    """A follower that decodes with a small VAE."""

    def __init__(self, _: torch.device, rank: int) -> None:
        self._kernels: Kernels = "eager"

    def __call__(self, task: Choice | ChunkTask, links: Links) -> None:
        if isinstance(task, Choice):
            self._strip, self._kernels, decoding.RowShare = Strip(task.vae()), task.kernels, task.rows
            return
        with computing_with(self._kernels):
            self._strip.decode(task, links, links.everyone.spread(torch.empty(task.shape)))


@pytest.fixture(scope="module")
def team() -> Iterator[Team]:
    """One process at each edge of the picture, and one between."""
    team = Team([CPU] * 3, Decoder)
    yield team
    team.close()


@torch.inference_mode()
def both(team: Team, choice: Choice, latents: Tensor, *, by_frame: bool = False) -> tuple[Tensor, Tensor]:
    """The clip as all decode it, and as one does."""
    vae = choice.vae()
    team.join()
    with team.together():
        team.tell(choice)
    with computing_with(choice.kernels), pytest.MonkeyPatch.context() as patch:
        patch.setattr(decoding, "RowShare", choice.rows)
        together = torch.cat(list(decode_together(team, vae, latents, by_frame=by_frame)), dim=2)
        return together, torch.cat(list(vae.decode(latents, by_frame=by_frame)), dim=2)


def latents(rows: int, columns: int = 3, frames: int = 3) -> Tensor:
    return torch.randn((1, 4, frames, rows, columns), generator=torch.Generator().manual_seed(rows))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("by_frame", [False, True], ids=["whole", "by frame"])
def test_three_decode_what_one_does(team: Team, kind: str, by_frame: bool) -> None:
    """Seven rows, which three do not divide."""
    together, alone = both(team, Choice(kind), latents(7), by_frame=by_frame)
    assert together.shape == alone.shape == (1, 3, 9, 7 * alone.shape[4] // 3, alone.shape[4])
    torch.testing.assert_close(together, alone, rtol=0, atol=1e-5)


def test_three_decode_by_fused_kernels(team: Team) -> None:
    """A row for each."""
    together, alone = both(team, Choice("residual", "triton"), latents(3, 1, frames=2))
    torch.testing.assert_close(together, alone, rtol=0, atol=1e-5)


@pytest.mark.parametrize("kind", KINDS)
def test_rows_that_are_not_exchanged_are_a_seam(team: Team, kind: str) -> None:
    """So much for what is measured: it is not always nothing."""
    assert seamless(*seams(*both(team, Choice(kind), latents(8)), rows=8, strips=3))
    at_seams, elsewhere = seams(*both(team, Choice(kind, forgets=True), latents(8)), rows=8, strips=3)
    assert not seamless(at_seams, elsewhere)
    assert at_seams > 10 * elsewhere
