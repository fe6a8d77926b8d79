"""What every loaded Wan model does alike: read prompts, encode and decode with its VAE, wear LoRAs, show previews."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import torch
from torch import Tensor

from artifex.catalog.contract import Frames
from artifex.catalog.execution import Execution
from artifex.catalog.wan.components import Components
from artifex.catalog.wan.lora import apply_loras
from artifex.catalog.wan.preview import LinearPreview, fit_preview, to_uint8
from artifex.catalog.wan.residency import DTYPES, at_hand
from artifex.catalog.wan.vae_tiling import decode_tiled
from artifex.engine.memory.allocator import limit_device_memory
from artifex.engine.memory.shortage import memory_shortage
from artifex.recipe import Lora

Begun = TypeVar("Begun")


class LoadedModel:
    """The half of `VideoModel` that does not depend on the task."""

    def __init__(self, components: Components) -> None:
        self._parts = components

    def follow(self, execution: Execution) -> None:
        """See `VideoModel`."""
        parts = self._parts
        limit_device_memory(parts.device, execution.vram_limit)
        for transformer in (parts.low_noise, parts.high_noise):
            if transformer is not None:
                transformer.chunk_tokens(execution.token_chunk)
        parts.vae.decode_in(DTYPES[execution.decode_dtype])
        self._parts = replace(parts, execution=execution)

    def close(self) -> None:
        """See `VideoModel`."""
        if self._parts.residency is not None:
            self._parts.residency.close()

    def preview(self, latents: Tensor) -> Frames:
        """One pixel for each latent cell; see `VideoModel`."""
        return self._preview.frames(latents)

    def peak_vram(self) -> int:
        """See `VideoModel`."""
        device = self._parts.device
        return torch.cuda.max_memory_reserved(device) if device.type == "cuda" else 0

    def _encode_prompts(self, *prompts: str) -> list[Tensor]:
        """States [1, tokens, text_dim] of each, where the transformers compute; streamed blocks leave the device first,
        where a clip that ended before its decode left them."""
        self._release_blocks()
        return [states.to(self._parts.device) for states in self._parts.prompts.encode(prompts)]

    def _encode_video(self, video: Tensor) -> Tensor:
        """`WanVAE.encode` of a clip that may lie anywhere; the latents are where the transformers compute."""
        parts, vae = self._parts, self._parts.vae
        by_frame = parts.execution.resident_blocks is not None
        with at_hand((vae.encoder, vae.quant_conv), parts.execution):
            return vae.encode(video.to(parts.device), by_frame=by_frame)

    def _decode_video(self, latents: Tensor) -> Iterator[Tensor]:
        """`WanVAE.decode` as the plan says; streamed blocks leave the device first. Raises OutOfMemory."""
        vae, execution = self._parts.vae, self._parts.execution
        self._release_blocks()
        with memory_shortage("decoding"), at_hand((vae.decoder, vae.post_quant_conv), execution):
            if execution.vae_tile is None:
                yield from self._decode_whole(latents)
            else:
                yield from decode_tiled(vae, latents, execution.vae_tile, by_frame=execution.decode_by_frame)

    def _decode_whole(self, latents: Tensor) -> Iterator[Tensor]:
        """`WanVAE.decode` of whole frames."""
        return self._parts.vae.decode(latents, by_frame=self._parts.execution.decode_by_frame)

    def _release_blocks(self) -> None:
        if self._parts.residency is not None:
            self._parts.residency.release()

    @contextmanager
    def _wearing(self, loras: Sequence[tuple[Lora, Path]]) -> Iterator[None]:
        """LoRAs on the transformers until the block ends. Raises BadInput, WeightsDamaged, NotAvailable."""
        parts = self._parts
        dtype = DTYPES[parts.execution.dtype]
        applied = apply_loras(parts.low_noise, parts.high_noise, loras, parts.device, dtype)
        try:
            yield
        finally:
            applied.remove()

    @cached_property
    def _preview(self) -> LinearPreview:
        return fit_preview(self._parts.vae)


def as_frames(chunks: Iterator[Tensor], device: torch.device) -> Iterator[Frames]:
    """Chunks of a video [1, 3, frames, height, width] in [-1, 1], as a device makes them, to RGB frames of 8 bits.

    A GPU's are handed over behind the start of the next chunk, so that it computes while they are copied and taken.
    """
    leaving = _leaving(chunks)
    if device.type == "cpu":
        yield from (frames.numpy() for frames in leaving)
        return
    stream = torch.cuda.current_stream(device)
    for frames, arrived in _one_ahead((frames, stream.record_event()) for frames in leaving):
        arrived.synchronize()
        yield frames.numpy()


def _leaving(chunks: Iterator[Tensor]) -> Iterator[Tensor]:
    """Frames [frames, height, width, 3] on their way to the processor, where a GPU's may still have to arrive."""
    while True:
        # Entered for each chunk: a generator would keep the mode switched on in its caller.
        with torch.inference_mode():
            chunk = next(chunks, None)
            if chunk is None:
                return
            frames = to_uint8(chunk[0].permute(1, 2, 3, 0)).to("cpu", non_blocking=True)
        yield frames


def _one_ahead(begun: Iterator[Begun]) -> Iterator[Begun]:
    """Each item once the one behind it has been asked for."""
    held = next(begun, None)
    while held is not None:
        item, held = held, next(begun, None)
        yield item
