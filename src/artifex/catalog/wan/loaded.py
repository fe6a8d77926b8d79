"""What all loaded Wan models share: encoding prompts, encoding and decoding video, applying LoRAs, previews."""

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
        """States [1, tokens, text_dim] of each, on the transformers' device. Streamed blocks are taken off the device
        first; a clip that ended before its decode may have left them there."""
        self._release_blocks()
        return [states.to(self._parts.device) for states in self._parts.prompts.encode(prompts)]

    def _encode_video(self, video: Tensor) -> Tensor:
        """`WanVAE.encode` of a clip on any device; the latents are on the transformers' device."""
        parts, vae = self._parts, self._parts.vae
        by_frame = parts.execution.resident_blocks is not None
        with at_hand((vae.encoder, vae.quant_conv), parts.execution):
            return vae.encode(video.to(parts.device), by_frame=by_frame)

    def _decode_video(self, latents: Tensor) -> Iterator[Tensor]:
        """`WanVAE.decode` as the plan says; streamed blocks are taken off the device first. Raises OutOfMemory."""
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
        """Apply LoRAs to the transformers until the block ends. Raises BadInput, WeightsDamaged, NotAvailable."""
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
    """Convert chunks of a video [1, 3, frames, height, width] in [-1, 1] to RGB frames of 8 bits.

    A GPU's chunk is yielded once the next one has been started, so that the GPU computes while it is copied and used.
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
    """Frames [frames, height, width, 3] on the processor; a copy from a GPU may still be in progress."""
    while True:
        # Entered for each chunk: around a yield, the mode would stay on in the caller.
        with torch.inference_mode():
            chunk = next(chunks, None)
            if chunk is None:
                return
            frames = to_uint8(chunk[0].permute(1, 2, 3, 0)).to("cpu", non_blocking=True)
        yield frames


def _one_ahead(begun: Iterator[Begun]) -> Iterator[Begun]:
    """Each item, once the next one has been requested."""
    held = next(begun, None)
    while held is not None:
        item, held = held, next(begun, None)
        yield item
