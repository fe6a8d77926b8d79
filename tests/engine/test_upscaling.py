"""Networks that enlarge: from files of both kinds, in tiles, where memory is short; and files that are none."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file

from artifex.catalog.upscalers import load_upscaler
from artifex.engine.upscaling.enlarger import Enlarger
from artifex.engine.upscaling.network import EnlargingNetwork, load_network
from artifex.engine.weights.header import read_header
from artifex.errors import BadWeights, OutOfMemory
from tests.fakes.upscalers import doubling, inventive, require_spandrel, save

FRAME = np.random.default_rng(0).integers(0, 256, (70, 101, 3), dtype=np.uint8)
CPU = torch.device("cpu")


def nothing() -> None: ...


def repeated(frame: NDArray[Any], scale: int) -> NDArray[Any]:
    return frame.repeat(scale, 0).repeat(scale, 1)


def network(path: Path) -> EnlargingNetwork:
    return load_network(read_header(path), path.name, CPU)


@pytest.mark.parametrize("suffix", [".safetensors", ".pth"])
@pytest.mark.parametrize("scale", [2, 4])
def test_a_network_that_adds_nothing_repeats_every_pixel(tmp_path: Path, suffix: str, scale: int) -> None:
    """A file of the library has no suffix; what it is, is found from its content."""
    path = doubling(tmp_path / f"weights{suffix}", scale).rename(tmp_path / "content")
    upscaler = load_upscaler(path, "weights", nothing)
    assert (upscaler.scale, upscaler.architecture) == (scale, "RealESRGAN Compact")
    assert np.array_equal(upscaler.enlarge(FRAME), repeated(FRAME, scale))
    deep = FRAME.astype(np.uint16) * 257
    assert np.array_equal(upscaler.enlarge(deep), repeated(deep, scale))


def test_names_of_a_network_within_another_are_understood(tmp_path: Path) -> None:
    path = doubling(tmp_path / "weights.safetensors")
    save_file({f"module.{name}": tensor for name, tensor in load_file(path).items()}, path)
    assert np.array_equal(load_upscaler(path, "weights", nothing).enlarge(FRAME), repeated(FRAME, 2))


def test_tiles_give_what_the_whole_picture_gives_away_from_their_edges(tmp_path: Path) -> None:
    made = network(inventive(tmp_path / "weights.safetensors"))
    whole = Enlarger(made, nothing, tile=128).enlarge(FRAME)
    assert whole.shape == (140, 202, 3)
    assert whole.std() > 5
    # A tile's surroundings end where it does; weights fall to nearly nothing there.
    tiled = Enlarger(made, nothing, tile=48).enlarge(FRAME)
    assert np.abs(whole.astype(int) - tiled).mean() < 0.5
    doubled = Enlarger(network(doubling(tmp_path / "plain.safetensors")), nothing, tile=48)
    assert np.array_equal(doubled.enlarge(FRAME), repeated(FRAME, 2))


@dataclass(frozen=True)
class Cramped:
    """A network on a device with room for pictures of so many pixels."""

    network: EnlargingNetwork
    most: Callable[[], int]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.network, name)

    def __call__(self, picture: torch.Tensor) -> torch.Tensor:
        if picture.shape[2] * picture.shape[3] > self.most():
            raise OutOfMemory("The GPU memory ran out.")
        return self.network(picture)


def test_where_memory_is_short_room_is_made_and_then_tiles_become_smaller(tmp_path: Path) -> None:
    made = network(doubling(tmp_path / "weights.safetensors"))
    asked: list[int] = []
    room = 60 * 60

    def make_room() -> None:
        asked.append(1)

    enlarger = Enlarger(Cramped(made, lambda: room), make_room, tile=1000)  # pyright: ignore[reportArgumentType]
    frame = np.concatenate([FRAME, FRAME, FRAME], 1)
    with pytest.raises(OutOfMemory):
        enlarger.enlarge(frame)
    assert (asked, enlarger.tile) == ([1], 64)
    room = 64 * 64
    assert np.array_equal(enlarger.enlarge(frame), repeated(frame, 2))
    assert asked == [1], "what has room is not asked to make any"


def mender(path: Path) -> None:
    doubling(path, scale=1)


def grey(path: Path) -> None:
    inventive(path, in_nc=1, out_nc=1)


def nonsense(path: Path) -> None:
    save_file({"body.0.weight": torch.zeros(4, 3, 3, 3), "body.1.weight": torch.zeros(4)}, path)


def cut(path: Path) -> None:
    path.write_bytes(doubling(path).read_bytes()[:-10])


def text(path: Path) -> None:
    path.write_text("upscale me")


def code(path: Path) -> None:
    save(torch.nn.Linear(3, 3), path.with_suffix(".pth"))
    torch.save({"params": nothing}, path.with_suffix(".pth"))
    path.with_suffix(".pth").rename(path)


@pytest.mark.parametrize("write", [mender, grey, nonsense, cut, text, code])
def test_what_is_no_upscaler_is_refused_by_name(tmp_path: Path, write: Callable[[Path], None]) -> None:
    require_spandrel()
    path = tmp_path / "x.safetensors"
    write(path)
    with pytest.raises(BadWeights) as refused:
        load_upscaler(path, "My upscaler", nothing)
    assert "My upscaler" in str(refused.value)
    assert str(tmp_path) not in str(refused.value)


def test_no_empty_torchvision_stays_behind() -> None:
    """Other libraries look for it, and would take it for the real one."""
    require_spandrel()
    there = (
        "import importlib.util as u, sys\n"
        "before = u.find_spec('torchvision')\n"
        "from artifex.engine.upscaling.spandrel_door import spandrel\n"
        "spandrel()\n"
        "assert (u.find_spec('torchvision') is None) == (before is None)\n"
        "assert before is not None or 'torchvision' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", there], check=True, timeout=120)
