"""Upscales frames on all available devices, each with a copy of the network."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from queue import SimpleQueue
from threading import Lock
from typing import Any

import torch
from numpy.typing import NDArray

from artifex.engine.upscaling.enlarger import Enlarger
from artifex.engine.upscaling.network import load_network
from artifex.engine.weights.stored import WeightFile
from artifex.errors import OutOfMemory
from artifex.units import PixelSize


@dataclass(frozen=True, slots=True)
class Crew:
    """Enlargers with copies of one network, at least one."""

    members: tuple[Enlarger, ...]

    @property
    def scale(self) -> int:
        """Factor by which the network enlarges each side."""
        return self.members[0].network.scale

    @property
    def architecture(self) -> str:
        """Name of the network's architecture."""
        return self.members[0].network.architecture

    def enlarge(self, frames: Iterable[NDArray[Any]], size: PixelSize | None = None) -> Iterator[NDArray[Any]]:
        """Frames as `Enlarger.enlarge` makes them, in order; each goes to an idle member.

        One frame more than there are members is taken ahead, so that no member waits for the consumer. If closed early,
        it waits for the frames in progress and starts no others. Raises what a member or ``frames`` raises.
        """
        idle: SimpleQueue[Enlarger] = SimpleQueue()
        for member in self.members:
            idle.put(member)

        def one(frame: NDArray[Any]) -> NDArray[Any]:
            member = idle.get()
            try:
                return member.enlarge(frame, size)
            finally:
                idle.put(member)

        pool = ThreadPoolExecutor(len(self.members), thread_name_prefix="enlarge")
        begun: deque[Future[NDArray[Any]]] = deque()
        try:
            for frame in frames:
                begun.append(pool.submit(one, frame))
                if len(begun) > len(self.members):
                    yield begun.popleft().result()
            while begun:
                yield begun.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)


def load_crew(
    file: WeightFile, name: str, make_room: Callable[[], None], on_tile: Callable[[], None] = lambda: None
) -> Crew:
    """Load a copy on every GPU of the first one's generation that has room, or on the CPU if there is no GPU.

    Args:
        file: the network's weights.
        name: of the network, for messages.
        make_room: frees memory that others can do without; called if memory runs out, by one member at a time.
        on_tile: see `Enlarger`.

    Raises as `load_network`; OutOfMemory only if no device has room.
    """
    asking = Lock()

    def room() -> None:
        with asking:
            make_room()

    members: list[Enlarger] = []
    full: OutOfMemory | None = None
    for device in _devices():
        try:
            members.append(_member(file, name, device, room, on_tile))
        except OutOfMemory as error:
            full = error
    if full is not None and not members:
        raise full
    return Crew(tuple(members))


def _devices() -> list[torch.device]:
    """GPUs of the first one's generation only: this build of torch may have no kernels for an older one."""
    if not torch.cuda.is_available():
        return [torch.device("cpu")]
    kinds = [torch.cuda.get_device_capability(index) for index in range(torch.cuda.device_count())]
    return [torch.device("cuda", index) for index, kind in enumerate(kinds) if kind == kinds[0]]


def _member(
    file: WeightFile, name: str, device: torch.device, make_room: Callable[[], None], on_tile: Callable[[], None]
) -> Enlarger:
    try:
        network = load_network(file, name, device)
    except OutOfMemory:
        make_room()
        network = load_network(file, name, device)
    return Enlarger(network, make_room, on_tile=on_tile)
