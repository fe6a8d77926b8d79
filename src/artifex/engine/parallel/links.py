"""The links between the processes of a team: of all of them, and of each half."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import torch
from torch import Tensor
from torch import distributed as dist

from artifex.engine.parallel.environment import prepare_links
from artifex.errors import NotAvailable

_PATIENCE = timedelta(minutes=10)
"""Timeout for connecting and, over gloo, for every exchange. NCCL's exchanges wait for ever, as set by `prepare_links`:
`Team` has a timeout for those, and notices at once when a process ends."""


@dataclass(frozen=True, slots=True)
class Group:
    """Processes that compute something together."""

    handle: "dist.ProcessGroup"
    ranks: tuple[int, ...]
    """Their ranks in the team, in order."""
    place: int
    """This process's index among them."""

    @property
    def size(self) -> int:
        return len(self.ranks)

    def spread(self, tensor: Tensor, source: int = 0) -> Tensor:
        """Broadcast a contiguous tensor, in place, from process number `source` of the group; returns it."""
        dist.broadcast(tensor, self.ranks[source], group=self.handle)
        return tensor


@dataclass(frozen=True, slots=True)
class Links:
    """One process's connections to the others of its team."""

    everyone: Group
    half: Group | None
    """The processes that compute the same of a guided step's two passes; None if the team's size is odd."""

    def beside(self, device: torch.device) -> Group:
        """Another group of everyone, for exchanges concurrent with those of a pass; all have to call it together."""
        group = _group(self.everyone.ranks, self.everyone.place, device)
        assert group is not None
        return group

    @property
    def in_first_half(self) -> bool:
        """Whether this process is in the leader's half."""
        return 2 * self.everyone.place < self.everyone.size


def require_links(device: torch.device) -> None:
    """Raise NotAvailable where this torch cannot link such devices: on Windows and macOS."""
    if not dist.is_available() or (device.type == "cuda" and not dist.is_nccl_available()):
        raise NotAvailable("Several GPUs need a torch with NCCL, which there is for Linux; leave out --gpus.")


def link(rank: int, size: int, device: torch.device, meeting: Path) -> Links:
    """Connect this process with the others of its team; all of them call this at the same time.

    Args:
        rank: 0 for the leader.
        size: number of processes in the team.
        device: of this process.
        meeting: path for torch's file store: a file that does not exist yet, for this team only.
    """
    prepare_links()
    backend = "nccl" if device.type == "cuda" else "gloo"
    store = dist.FileStore(str(meeting), size)  # pyright: ignore[reportPrivateImportUsage]
    dist.init_process_group(backend, store=store, rank=rank, world_size=size, timeout=_PATIENCE)
    world = dist.group.WORLD
    assert world is not None
    everyone = Group(world, tuple(range(size)), rank)
    _greet(everyone, device)
    return Links(everyone, _half(everyone, device) if size % 2 == 0 else None)


def unlink(device: torch.device) -> None:
    """Close all links, even while a thread waits at one for a process that is gone."""
    if not dist.is_initialized():
        return
    if device.type == "cuda":
        dist.distributed_c10d._abort_process_group()  # pyright: ignore[reportPrivateUsage]
    else:
        dist.destroy_process_group()


def _half(everyone: Group, device: torch.device) -> Group:
    middle = everyone.size // 2
    halves = everyone.ranks[:middle], everyone.ranks[middle:]
    first, second = (_group(ranks, everyone.place, device) for ranks in halves)
    half = first or second
    assert half is not None
    return half


def _group(ranks: tuple[int, ...], rank: int, device: torch.device) -> Group | None:
    """A new group; every process has to call this, and those that are not in the group get None."""
    handle = dist.new_group(list(ranks), timeout=_PATIENCE)
    if rank not in ranks:
        return None
    assert isinstance(handle, dist.ProcessGroup)
    group = Group(handle, ranks, ranks.index(rank))
    if group.size > 1:
        _greet(group, device)
    return group


def _greet(group: Group, device: torch.device) -> None:
    """A first broadcast, because NCCL connects on first use: better now than in a pass."""
    group.spread(torch.zeros(1, device=device))
    if device.type == "cuda":
        torch.cuda.synchronize(device)
