"""A Wan model's decoding over several GPUs: each decodes some rows of the picture, and the leader gathers them."""

from collections.abc import Iterator
from dataclasses import dataclass

from torch import Tensor

from artifex.catalog.wan.vae import WanVAE
from artifex.catalog.wan.vae_cache import Cache
from artifex.engine.parallel.links import Links
from artifex.engine.parallel.row_share import RowShare
from artifex.engine.parallel.team import Team


@dataclass(frozen=True, slots=True)
class ChunkTask:
    """Announces a clip's next latent frame, which follows through the links.

    Each frame is a task of its own, so that followers do not wait at the links while the leader waits for the video
    encoder, and an abandoned clip needs no message.
    """

    shape: tuple[int, ...]
    """Shape of the latent frame, which is float32."""
    begins: bool
    """Whether it is the clip's first."""
    ends: bool
    """Whether it is the clip's last."""
    by_frame: bool
    """See `WanVAE.decode`."""


class Strip:
    """One process's rows of the clip being decoded."""

    def __init__(self, vae: WanVAE) -> None:
        self._vae = vae
        self._cache: Cache | None = None

    def decode(self, task: ChunkTask, links: Links, latent: Tensor) -> Tensor | None:
        """Decode this process's share of a chunk; returns the whole frames, as `WanVAE.decode`, in the leader only."""
        if task.begins or self._cache is None:
            self._cache = Cache(RowShare.of(links.everyone, task.shape[3]))
        cache, rows = self._cache, self._cache.rows
        assert rows is not None
        strip = self._vae.decode_next(latent[:, :, :, rows.mine], cache, by_frame=task.by_frame)
        if task.ends:
            self._cache = None
        frames = rows.brought(strip.transpose(1, 3))
        return None if frames is None else frames.transpose(1, 3)


def decode_together(team: Team, vae: WanVAE, latents: Tensor, *, by_frame: bool) -> Iterator[Tensor]:
    """`WanVAE.decode` by a whole team, led from here; needs at least as many rows of latents as processes.

    Raises what a follower raised, or TeamBroken.
    """
    links, strip = team.join(), Strip(vae)
    chunks = latents.float().split(1, dim=2)
    for index, chunk in enumerate(chunks):
        task = ChunkTask(tuple(chunk.shape), index == 0, index == len(chunks) - 1, by_frame)
        with team.together():
            team.check()
            team.tell(task)
            frames = strip.decode(task, links, links.everyone.spread(chunk.contiguous()))
        assert frames is not None
        yield frames
