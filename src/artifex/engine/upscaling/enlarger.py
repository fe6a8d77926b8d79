"""Upscales frames one by one, in tiles as large as the memory allows."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from artifex.engine.memory.shortage import memory_shortage
from artifex.engine.tiles import blend_weights, tile_starts
from artifex.engine.upscaling.network import EnlargingNetwork
from artifex.errors import OutOfMemory
from artifex.units import PixelSize

_FIRST_TILE = {"cpu": 256, "cuda": 768}
_LARGEST_FIRST_TILE = 2048
_SMALLEST_TILE = 64
_BYTES_A_PIXEL = 5000
"""GPU memory for each pixel of a tile. A 4x ESRGAN took 4,350 on an H200; few networks take more."""
_DTYPES = {"uint8": torch.uint8, "uint16": torch.uint16}


@dataclass(slots=True)
class Enlarger:
    """Upscales on one device. If memory runs out, ``make_room`` is called, once per frame, before tiles become smaller;
    ``on_tile`` is called after each tile."""

    network: EnlargingNetwork
    make_room: Callable[[], None]
    tile: int = 0
    """Side of a tile in pixels of the original frame; 0 starts with the device's default."""
    on_tile: Callable[[], None] = lambda: None

    def __post_init__(self) -> None:
        self.tile = self.tile or _first_tile(self.network.device)

    def enlarge(self, frame: NDArray[Any], size: PixelSize | None = None) -> NDArray[Any]:
        """Enlarge a frame, in the same dtype. Tiles are blended where they overlap.

        Args:
            frame: R'G'B' [H, W, 3] of uint8 or uint16.
            size: of the result; the network's output is resized to it by bicubic interpolation, on the network's
                device. None keeps the network's scale.

        Raises:
            OutOfMemory: memory does not suffice for the smallest tiles, or for a network that cannot be tiled.
        """
        made_room = False
        while True:
            try:
                return self._enlarged(frame, size)
            except OutOfMemory:
                if not made_room:
                    self.make_room()
                    made_room = True
                elif self.tile <= _SMALLEST_TILE or not self.network.tiled:
                    raise
                else:
                    self.tile = max(_SMALLEST_TILE, min(self.tile, *frame.shape[:2]) // 2)

    def _enlarged(self, frame: NDArray[Any], size: PixelSize | None) -> NDArray[Any]:
        height, width = frame.shape[:2]
        with torch.inference_mode(), memory_shortage("enlarging a picture"):
            picture = self._picture(frame)
            whole = not self.network.tiled or self.tile >= max(height, width)
            large = self.network(picture)[0].float() if whole else self._in_tiles(picture)
            if size is not None and large.shape[1:] != (size.height, size.width):
                large = F.interpolate(large[None], (size.height, size.width), mode="bicubic", antialias=True)[0]
            return _frame(large, frame.dtype)

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
                self.on_tile()
        return whole

    def _weights(self, starts: list[int], length: int) -> list[Tensor]:
        scale = self.network.scale
        weights = blend_weights([start * scale for start in starts], length * scale, self.tile * scale)
        return [each.to(self.network.device) for each in weights]

    def _picture(self, frame: NDArray[Any]) -> Tensor:
        """[1, 3, H, W] in [0, 1]."""
        pixels = torch.from_numpy(frame.copy()).to(self.network.device).float() / np.iinfo(frame.dtype).max
        whole = pixels.permute(2, 0, 1)[None].to(self.network.dtype)
        return whole.contiguous(memory_format=torch.channels_last)


def _first_tile(device: torch.device) -> int:
    """The device's default, or a larger side that fits in half of a GPU's free memory: fewer overlaps cost less."""
    usual = _FIRST_TILE.get(device.type, min(_FIRST_TILE.values()))
    if device.type != "cuda":
        return usual
    free, _ = torch.cuda.mem_get_info(device)
    return max(usual, min(_LARGEST_FIRST_TILE, math.isqrt(free // 2 // _BYTES_A_PIXEL)))


def _frame(picture: Tensor, dtype: np.dtype[Any]) -> NDArray[Any]:
    """[3, H, W] in [0, 1] -> a frame [H, W, 3]; rounded on the device, so that fewer bytes are copied from it."""
    most = np.iinfo(dtype).max
    levels = (picture * most).round_().clamp_(0, most).permute(1, 2, 0)
    pixels = levels.to(_DTYPES[dtype.name]).contiguous()
    here = torch.empty(pixels.shape, dtype=pixels.dtype, pin_memory=pixels.is_cuda)
    return here.copy_(pixels).numpy()
