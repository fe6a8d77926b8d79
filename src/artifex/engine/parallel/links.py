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
"""Who does not come for so long is given up, and over gloo who does not answer. NCCL's exchanges wait for ever, as
`prepare_links` has it: `Team` gives those up, and finds out at once whose process ended."""


@dataclass(frozen=True, slots=True)
class Group:
    """Processes that compute something together."""

    handle: "dist.ProcessGroup"
    ranks: tuple[int, ...]
    """Of the team, in order."""
    place: int
    """This process's index among them."""

    @property
    def size(self) -> int:
        return len(self.ranks)

    def spread(self, tensor: Tensor, source: int = 0) -> Tensor:
        """Make a contiguous tensor everywhere what it is in process number `source` of the group."""
        dist.broadcast(tensor, self.ranks[source], group=self.handle)
        return tensor


@dataclass(frozen=True, slots=True)
class Links:
    """What one process of a team holds of the others."""

    everyone: Group
    half: Group | None
    """Those that ask the same of the network where a step asks two things; None where the team has no halves."""

    def beside(self, device: torch.device) -> Group:
        """Everyone once more, for what is exchanged while a pass exchanges other things; all call it at once."""
        group = _group(self.everyone.ranks, self.everyone.place, device)
        assert group is not None
        return group

    @property
    def in_first_half(self) -> bool:
        """The half of the one who leads."""
        return 2 * self.everyone.place < self.everyone.size


def require_links(device: torch.device) -> None:
    """Raises NotAvailable where this torch has no links between such devices: on Windows and macOS."""
    if not dist.is_available() or (device.type == "cuda" and not dist.is_nccl_available()):
        raise NotAvailable("Several GPUs need a torch with NCCL, which there is for Linux; leave out --gpus.")


def link(rank: int, size: int, device: torch.device, meeting: Path) -> Links:
    """Connect this process with the others of its team; all of them call this at the same time.

    Args:
        rank: 0 for who leads.
        size: of the team.
        device: of this process.
        meeting: a file that does not exist yet, of this team only.
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
    """Let go of all links, also of those that somebody waits at for one who is gone."""
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
    """Everybody takes part in the making, also who is none of them and gets None."""
    handle = dist.new_group(list(ranks), timeout=_PATIENCE)
    if rank not in ranks:
        return None
    assert isinstance(handle, dist.ProcessGroup)
    group = Group(handle, ranks, ranks.index(rank))
    if group.size > 1:
        _greet(group, device)
    return group


def _greet(group: Group, device: torch.device) -> None:
    """A first word, for NCCL connects when it is first asked: better now than in a pass."""
    group.spread(torch.zeros(1, device=device))
    if device.type == "cuda":
        torch.cuda.synchronize(device)
