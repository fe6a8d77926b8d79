"""Frames enlarged one by one, in tiles as large as the memory allows."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from artifex.engine.memory.shortage import memory_shortage
from artifex.engine.tiles import blend_weights, tile_starts
from artifex.engine.upscaling.network import EnlargingNetwork, load_network
from artifex.engine.weights.stored import WeightFile
from artifex.errors import OutOfMemory

_FIRST_TILE = {"cpu": 256, "cuda": 768}
_SMALLEST_TILE = 64


@dataclass(slots=True)
class Enlarger:
    """``make_room`` is called once when memory runs out, before tiles become smaller."""

    network: EnlargingNetwork
    make_room: Callable[[], None]
    tile: int = 0
    """Side in pixels of the frame that is enlarged; 0 begins with what is usual on the device."""

    @property
    def scale(self) -> int:
        """How many times each side grows."""
        return self.network.scale

    @property
    def architecture(self) -> str:
        """The family of the network."""
        return self.network.architecture

    def __post_init__(self) -> None:
        self.tile = self.tile or _FIRST_TILE.get(self.network.device.type, min(_FIRST_TILE.values()))

    def enlarge(self, frame: NDArray[Any]) -> NDArray[Any]:
        """R'G'B' [H, W, 3] of uint8 or uint16 to the same [H * scale, W * scale, 3]; tiles are blended where they
        overlap.

        Raises OutOfMemory where not even the smallest tiles have room.
        """
        made_room = False
        while True:
            try:
                return self._enlarged(frame)
            except OutOfMemory:
                if not made_room:
                    self.make_room()
                    made_room = True
                elif self.tile <= _SMALLEST_TILE or not self.network.tiled:
                    raise
                else:
                    self.tile = max(_SMALLEST_TILE, min(self.tile, *frame.shape[:2]) // 2)

    def _enlarged(self, frame: NDArray[Any]) -> NDArray[Any]:
        height, width = frame.shape[:2]
        with torch.inference_mode(), memory_shortage("enlarging a picture"):
            picture = self._picture(frame)
            if not self.network.tiled or self.tile >= max(height, width):
                return _frame(self.network(picture)[0].float(), frame.dtype)
            return _frame(self._in_tiles(picture), frame.dtype)

    def _in_tiles(self, picture: Tensor) -> Tensor:
        height, width = picture.shape[2:]
        scale, tile = self.network.scale, self.tile
        rows, columns = tile_starts(height, tile), tile_starts(width, tile)
        down, across = self._weights(rows, height), self._weights(columns, width)
        whole = torch.zeros((3, height * scale, width * scale), device=self.network.device)
        for top, row in zip(rows, down, strict=True):
            for left, column in zip(columns, across, strict=True):
                part = self.network(picture[..., top : top + tile, left : left + tile])[0]
                target = whole[:, top * scale :, left * scale :][:, : len(row), : len(column)]
                target += part * (row[:, None] * column)
        return whole

    def _weights(self, starts: list[int], length: int) -> list[Tensor]:
        scale = self.network.scale
        weights = blend_weights([start * scale for start in starts], length * scale, self.tile * scale)
        return [each.to(self.network.device) for each in weights]

    def _picture(self, frame: NDArray[Any]) -> Tensor:
        """[1, 3, H, W] in [0, 1]."""
        pixels = torch.from_numpy(frame.astype(np.float32) / np.iinfo(frame.dtype).max)
        whole = pixels.permute(2, 0, 1)[None].to(self.network.device, self.network.dtype)
        return whole.contiguous(memory_format=torch.channels_last)


def load_enlarger(file: WeightFile, name: str, make_room: Callable[[], None]) -> Enlarger:
    """On the GPU if there is one; room is made for it where there is none. Raises as `load_network`."""
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        network = load_network(file, name, device)
    except OutOfMemory:
        make_room()
        network = load_network(file, name, device)
    return Enlarger(network, make_room)


def _frame(picture: Tensor, dtype: np.dtype[Any]) -> NDArray[Any]:
    """Of [3, H, W] in [0, 1]."""
    most = np.iinfo(dtype).max
    pixels = (picture * most).round_().clamp_(0, most).permute(1, 2, 0).contiguous()
    return pixels.cpu().numpy().astype(dtype)
