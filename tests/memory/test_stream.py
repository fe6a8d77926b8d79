"""Streamed networks compute what resident ones compute, bit for bit, however little memory they are given."""

import threading
from collections.abc import Mapping
from itertools import pairwise
from typing import cast

import pytest
import torch
from torch import Tensor, nn

from artifex.catalog.execution import Execution
from artifex.catalog.wan.residency import StreamedText
from artifex.catalog.wan.umt5 import UMT5Config, UMT5Encoder
from artifex.engine.memory.bay import Bay
from artifex.engine.memory.lane import Lane, Mark
from artifex.engine.memory.layout import layout_of
from artifex.engine.memory.pinned import PinnedMemory
from artifex.engine.memory.shelf import Shelf
from artifex.engine.memory.stream import BlockStream, walk
from artifex.engine.memory.turns import RING, places
from artifex.engine.weights.empty import build_empty
from artifex.engine.weights.fill import fill, place_on
from artifex.engine.weights.random import RandomTensors
from artifex.errors import WeightsDamaged
from tests.memory.small import CONFIG, PLAIN, experts, inputs

CPU = torch.device("cpu")


@torch.inference_mode()
@pytest.mark.parametrize(
    ("quantisation", "resident", "host"),
    [
        *(("none", resident, host) for resident in (0, 1, 3, 6) for host in (None, 6, 3, 2)),
        ("int8", 1, 6),
        ("fp8-storage", 0, 2),
    ],
)
def test_two_experts_in_turns(quantisation: str, resident: int, host: int | None) -> None:
    """The first expert's last walk hands over; a decode takes the device's memory; both come back after it."""
    latents, timestep, text = inputs()
    plain = Execution("cpu", "float32", quantisation=quantisation)  # pyright: ignore[reportArgumentType]
    _, whole = experts(plain)
    expected = [network(latents, timestep, text) for network in whole]
    streamed = Execution(
        "cpu",
        "float32",
        quantisation=quantisation,  # pyright: ignore[reportArgumentType]
        resident_blocks=resident,
        host_blocks=host,
    )
    residency, networks = experts(streamed)
    prompts = [network.prepare_text(text) for network in networks]
    for number in (0, 0, 1, 1, 0, 1):
        residency.hand_over()
        assert torch.equal(networks[number](latents, timestep, prompts[number]), expected[number])
        residency.release()
    residency.close()


@pytest.mark.parametrize("layers", [5, 2])
@torch.inference_mode()
def test_a_text_encoder_passes_through(layers: int) -> None:
    """Also one of fewer blocks than are usually in host memory, as the starter's."""
    config = UMT5Config(vocab_size=50, d_model=32, d_kv=8, d_ff=64, num_heads=4, num_layers=layers)
    ids = torch.arange(7)[None]

    def build() -> tuple[UMT5Encoder, RandomTensors]:
        network = build_empty(lambda: UMT5Encoder(config))
        return network, RandomTensors.like(network, torch.float32)

    network, source = build()
    fill(network, source, place_on(CPU, torch.float32))
    expected = network(ids)
    network, source = build()
    streamed = StreamedText(network, source, str, PLAIN)
    fill(network, source, streamed.place)
    assert torch.equal(network(ids), expected)
    assert torch.equal(network(ids), expected)
    streamed.close()


@pytest.mark.parametrize("blocks", [1, 2, 3, 4, 7, 40])
def test_places_are_taken_in_turns_and_evenly(blocks: int) -> None:
    for resident in range(blocks + 1):
        own, count = places(blocks, resident), min(blocks, resident + RING)
        assert len(set(own)) == max(own) + 1 == count
        if blocks - resident <= RING:
            continue
        turning = [block for block in range(blocks) if own[block] >= count - RING]
        assert all(own[one] != own[following] for one, following in pairwise(turning))
        if blocks == 40 and resident >= 2:
            assert 0 not in turning
            assert 39 not in turning
            gaps = [following - one for one, following in pairwise(turning)]
            assert max(gaps) - min(gaps) <= 1


class Counted:
    """Blocks that add their number, and how often each was read."""

    def __init__(self, blocks: int, resident: int, berths: int) -> None:
        self.modules = [nn.Linear(1, 1) for _ in range(blocks)]
        self.reads: list[int] = []
        self.threads: set[str] = set()
        layouts = [layout_of(module) for module in self.modules]
        self.shelf = Shelf(layouts, 1, berths, PinnedMemory(CPU))
        self.bay = Bay(layouts, resident, CPU)
        self.stream = BlockStream(self.modules, 0, self.bay, self.shelf, self.read)

    def read(self, index: int, name: str) -> Tensor:
        self.reads.append(index)
        self.threads.add(threading.current_thread().name)
        return torch.full((1, 1), 1.0) if name == "weight" else torch.full((1,), float(index))

    def pass_through(self) -> float:
        x = torch.zeros(1, 1)
        with torch.inference_mode():
            for block in walk(self.modules, self.stream):
                x = block(x)
        return float(x)


def test_every_block_is_read_once_where_there_is_room() -> None:
    counted = Counted(blocks=8, resident=2, berths=8)
    assert [counted.pass_through() for _ in range(3)] == [28.0] * 3
    assert sorted(counted.reads) == sorted([*range(8)] * 2)
    assert counted.threads == {"block-loader_0"}


def test_resident_blocks_are_not_read_again_where_there_is_none() -> None:
    counted = Counted(blocks=8, resident=4, berths=2)
    assert [counted.pass_through() for _ in range(3)] == [28.0] * 3
    turning = [block for block, place in enumerate(places(8, 4)) if places(8, 4).count(place) > 1]
    again = {block for block in range(8) if counted.reads.count(block) > 2}
    assert again <= set(turning)
    assert again


def test_what_reading_raises_reaches_the_walk_and_a_later_walk_recovers() -> None:
    counted = Counted(blocks=6, resident=1, berths=2)
    broken = True
    whole = counted.read

    def read(index: int, name: str) -> Tensor:
        if broken and index == 3:
            raise WeightsDamaged("gone")
        return whole(index, name)

    counted.stream._read = read
    with pytest.raises(WeightsDamaged, match="gone"):
        counted.pass_through()
    broken = False
    assert counted.pass_through() == 15.0


def test_all_tensors_of_a_block_lie_in_one_run_without_touching() -> None:
    _, (network,) = experts(PLAIN, count=1)
    block = network.blocks[0]
    layout = layout_of(block)
    buffer = torch.zeros(layout.bytes, dtype=torch.uint8)
    views: Mapping[str, Tensor] = layout.views(buffer)
    names = {name for name, _ in block.named_parameters()}
    assert set(views) == names
    for number, view in enumerate(views.values(), 1):
        view.fill_(number)
    assert all(bool((view == number).all()) for number, view in enumerate(views.values(), 1))
    assert layout.bytes >= sum(tensor.numel() * 4 for tensor in block.parameters())
    assert RING == 2
    assert CONFIG.num_layers == 6


def test_no_block_comes_before_what_was_computed_in_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory that the bay takes may be somebody's whose work is queued but not done."""
    awaited: list[Mark] = []

    class Recording(Lane):
        def mark(self) -> Mark:
            return cast(Mark, "a moment")

        def copy(self, target: Tensor, source: Tensor, after: Mark) -> Mark:
            awaited.append(after)
            return super().copy(target, source, after)

    monkeypatch.setattr("artifex.engine.memory.bay.Lane", Recording)
    counted = Counted(blocks=5, resident=1, berths=5)
    counted.pass_through()
    counted.bay.release()
    counted.pass_through()
    assert len(awaited) >= 10
    assert None not in awaited


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs an NVIDIA GPU")
@torch.inference_mode()
def test_a_block_waits_for_work_in_memory_that_was_given_back() -> None:
    device = torch.device("cuda:0")
    latents, timestep, text = (tensor.cuda() for tensor in inputs())
    _, (whole,) = experts(Execution("cuda:0", "bfloat16"), count=1)
    expected = whole(latents, timestep, text)
    residency, (network,) = experts(Execution("cuda:0", "bfloat16", resident_blocks=1), count=1)
    for _ in range(3):
        residency.release()
        scratch = [torch.ones(1 << 20, device=device) for _ in range(64)]
        product = torch.randn(8192, 8192, device=device)
        for each in scratch:
            product = product @ product * 1e-4
            each.fill_(float("nan"))
        del scratch  # its kernels are only queued
        assert torch.equal(network(latents, timestep, text), expected)
    residency.close()


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs an NVIDIA GPU")
@torch.inference_mode()
@pytest.mark.parametrize("quantisation", ["none", "int8", "fp8-storage"])
def test_streamed_on_a_gpu(quantisation: str) -> None:
    latents, timestep, text = (tensor.cuda() for tensor in inputs())
    where = {"device": "cuda:0", "dtype": "bfloat16", "quantisation": quantisation}
    _, whole = experts(Execution(**where))  # pyright: ignore[reportArgumentType]
    residency, networks = experts(Execution(**where, resident_blocks=1, host_blocks=6))  # pyright: ignore[reportArgumentType]
    for number in (0, 0, 1, 1, 0):
        expected = whole[number](latents, timestep, text)
        assert torch.equal(networks[number](latents, timestep, text), expected)
    residency.close()
