"""Networks that enlarge: from files of both kinds, in tiles, where memory is short; and files that are none."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from PIL import Image
from safetensors.torch import load_file, save_file

from artifex.catalog.upscalers import load_upscaler
from artifex.engine.tiles import tile_starts
from artifex.engine.upscaling.crew import Crew, load_crew
from artifex.engine.upscaling.enlarger import Enlarger
from artifex.engine.upscaling.network import EnlargingNetwork, load_network
from artifex.engine.weights.header import read_header
from artifex.errors import BadWeights, OutOfMemory
from artifex.units import PixelSize
from tests.fakes.upscalers import doubling, inventive, require_spandrel, save

FRAME = np.random.default_rng(0).integers(0, 256, (70, 101, 3), dtype=np.uint8)
CPU = torch.device("cpu")
HALF = 32 if torch.cuda.is_available() else 0
"""Steps of 65,535 that a GPU may be off: it computes in numbers of 11 bits."""


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
    [large] = upscaler.enlarge([FRAME])
    assert np.array_equal(large, repeated(FRAME, scale))
    deep = FRAME.astype(np.uint16) * 257
    [large] = upscaler.enlarge([deep])
    assert np.abs(large.astype(int) - repeated(deep, scale)).max() <= HALF


def test_names_of_a_network_within_another_are_understood(tmp_path: Path) -> None:
    path = doubling(tmp_path / "weights.safetensors")
    save_file({f"module.{name}": tensor for name, tensor in load_file(path).items()}, path)
    [large] = load_upscaler(path, "weights", nothing).enlarge([FRAME])
    assert np.array_equal(large, repeated(FRAME, 2))


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


def test_each_tile_is_told_of(tmp_path: Path) -> None:
    told: list[int] = []
    path = doubling(tmp_path / "weights.safetensors")
    upscaler = load_upscaler(path, "weights", nothing, lambda: told.append(1))
    side = upscaler.members[0].tile if isinstance(upscaler, Crew) else 0
    list(upscaler.enlarge([np.zeros((side, 2 * side + 88, 3), np.uint8)] * 2))
    assert len(told) == 2 * len(tile_starts(2 * side + 88, side)) > 2


@pytest.mark.parametrize("size", [PixelSize(152, 104), PixelSize(404, 280), PixelSize(64, 50)])
def test_what_the_network_makes_is_brought_to_another_size(tmp_path: Path, size: PixelSize) -> None:
    """As Pillow does it, whose bicubic kernel is the same."""
    smooth = np.asarray(Image.fromarray(FRAME[:9, :13]).resize((101, 70), Image.Resampling.BICUBIC))
    upscaler = load_upscaler(doubling(tmp_path / "weights.safetensors"), "weights", nothing)
    [large] = upscaler.enlarge([smooth], size)
    assert large.shape == (size.height, size.width, 3)
    wanted = Image.fromarray(repeated(smooth, 2)).resize((size.width, size.height), Image.Resampling.BICUBIC)
    assert np.abs(large.astype(int) - np.asarray(wanted)).max() <= 1


@dataclass(frozen=True)
class Slow:
    """A network that takes its time, longer for brighter pictures, and tells who was there at once."""

    network: EnlargingNetwork
    at_work: list[int]
    most: list[int]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.network, name)

    def __call__(self, picture: torch.Tensor) -> torch.Tensor:
        self.at_work.append(1)
        self.most.append(len(self.at_work))
        time.sleep(0.1 * float(picture.max()))
        self.at_work.pop()
        return self.network(picture)


def crew(path: Path, members: int) -> tuple[Crew, list[int]]:
    """The networks share their diary: how many were at work, one entry a picture."""
    made, at_work, most = network(doubling(path)), list[int](), list[int]()
    slow: Any = Slow(made, at_work, most)
    return Crew(tuple(Enlarger(slow, nothing) for _ in range(members))), most


def test_frames_are_shared_and_come_in_their_order(tmp_path: Path) -> None:
    several, most = crew(tmp_path / "weights.safetensors", 3)
    frames = [np.full((8, 8, 3), level, np.uint8) for level in (250, 20, 90, 10, 200, 30, 40)]
    assert [int(large[0, 0, 0]) for large in several.enlarge(frames)] == [250, 20, 90, 10, 200, 30, 40]
    assert (max(most), len(most)) == (3, 7)


def test_whoever_leaves_early_is_not_kept_waiting(tmp_path: Path) -> None:
    several, most = crew(tmp_path / "weights.safetensors", 2)
    taken: list[int] = []

    def frames() -> Iterator[NDArray[Any]]:
        for number in range(100):
            taken.append(number)
            yield FRAME

    passing = several.enlarge(frames())
    next(passing)
    assert len(taken) == 3, "no more than can be worked at, and one"
    del passing
    assert len(most) <= 3
    assert [thread for thread in threading.enumerate() if thread.name.startswith("enlarge")] == []


def test_a_device_without_room_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three stand in for GPUs; room is asked for once on each that has none."""
    path = doubling(tmp_path / "weights.safetensors")
    rooms, asked = iter([False, False, True, False, False]), list[int]()

    def load(file: Any, name: str, _device: torch.device) -> EnlargingNetwork:
        if not next(rooms):
            raise OutOfMemory("The GPU memory ran out.")
        return load_network(file, name, CPU)

    monkeypatch.setattr("artifex.engine.upscaling.crew._devices", lambda: [CPU] * 3)
    monkeypatch.setattr("artifex.engine.upscaling.crew.load_network", load)
    made = load_crew(read_header(path), "weights", lambda: asked.append(1))
    assert (len(made.members), len(asked)) == (1, 2)
    [large] = made.enlarge([FRAME])
    assert np.array_equal(large, repeated(FRAME, 2))
    rooms = iter([False] * 6)
    with pytest.raises(OutOfMemory):
        load_crew(read_header(path), "weights", nothing)


def test_what_goes_wrong_with_one_frame_is_told(tmp_path: Path) -> None:
    made = network(doubling(tmp_path / "weights.safetensors"))
    cramped: Any = Cramped(made, lambda: 60)
    several = Crew((Enlarger(cramped, nothing), Enlarger(cramped, nothing)))
    with pytest.raises(OutOfMemory):
        list(several.enlarge([FRAME] * 5))


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


def foreign(path: Path) -> None:
    """Of no family, and a picture's colours go in."""
    save_file({"foo.weight": torch.zeros(4, 3, 3, 3)}, path)


def cut(path: Path) -> None:
    path.write_bytes(doubling(path).read_bytes()[:-10])


def text(path: Path) -> None:
    path.write_text("upscale me")


def archive(path: Path) -> None:
    with ZipFile(path, "w") as file:
        file.writestr("letter.txt", "upscale me")


def code(path: Path) -> None:
    save(torch.nn.Linear(3, 3), path.with_suffix(".pth"))
    torch.save({"params": nothing}, path.with_suffix(".pth"))
    path.with_suffix(".pth").rename(path)


@pytest.mark.parametrize(
    ("write", "said"),
    [
        (mender, "something else"),
        (grey, "something else"),
        (nonsense, "known kind"),
        (foreign, "known kind"),
        (cut, "damaged or no upscaler"),
        (text, "no upscaler that can be read"),
        (archive, "damaged or no upscaler"),
        (code, "holds code"),
    ],
)
def test_what_is_no_upscaler_is_refused_by_name(tmp_path: Path, write: Callable[[Path], None], said: str) -> None:
    require_spandrel()
    path = tmp_path / "x.safetensors"
    write(path)
    with pytest.raises(BadWeights) as refused:
        load_upscaler(path, "My upscaler", nothing)
    assert "My upscaler" in str(refused.value)
    assert said in str(refused.value)
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


def test_a_torchvision_that_does_not_fit_is_not_asked(tmp_path: Path) -> None:
    require_spandrel()
    (tmp_path / "torchvision").mkdir()
    failing = "raise RuntimeError('operator torchvision::nms does not exist')"
    (tmp_path / "torchvision" / "__init__.py").write_text(failing)
    there = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n"
        "from artifex.engine.upscaling.spandrel_door import spandrel\n"
        "assert spandrel().ModelLoader\n"
    )
    subprocess.run([sys.executable, "-c", there], check=True, timeout=120)
