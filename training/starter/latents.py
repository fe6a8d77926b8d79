"""The clips the transformer trains on: latents and caption states, all on the GPU, redrawn while training."""

import os
from dataclasses import dataclass

import torch
from torch import Tensor
from transformers import UMT5EncoderModel

from artifex.catalog.wan.vae import WanVAE
from training.starter import heldout, networks, shapes, text

_DRAWN_TOGETHER = 64  # clips
LATENT_SHAPE = (networks.LATENT_CHANNELS, 9, 16, 16)


@dataclass(frozen=True)
class Batch:
    """What one step trains on."""

    latents: Tensor  # [B, C, T, H, W], normalised
    states: Tensor  # [B, TOKENS, D], of the text encoder
    length: Tensor  # [B], tokens of each caption
    classes: Tensor  # [B, 6], attributes stated, UNTOLD elsewhere


class LatentBank:
    """Clips as latents, with several captions each; a slot keeps its captions when its clip is redrawn."""

    def __init__(
        self, vae: WanVAE, encoder: UMT5EncoderModel, clips: int, captions_per_language: int, device: str, seed: int
    ) -> None:
        self.vae, self.device = vae, device
        self.random = torch.Generator().manual_seed(seed)
        self.attributes = shapes.sample_attributes(clips, heldout.trained(), self.random)
        ids, classes = text.caption_bank(self.attributes, captions_per_language, seed, os.cpu_count() or 1)
        self.classes = classes.long().to(device)
        self.states, self.length = encode_captions(encoder, ids, device)
        empty, length = encode_captions(encoder, text.tokenize([""])[None], device)
        self.empty_states, self.empty_length = empty[0, 0], length[0, 0]
        self.latents = torch.empty(clips, *LATENT_SHAPE, dtype=torch.bfloat16, device=device)
        self._encode = torch.compile(_encode) if device == "cuda" else _encode
        self._next = 0
        for _ in range(0, clips, _DRAWN_TOGETHER):
            self.redraw(min(_DRAWN_TOGETHER, clips))

    def __len__(self) -> int:
        return len(self.latents)

    def redraw(self, count: int) -> None:
        """Redraw the clips of the next `count` slots."""
        slots = (torch.arange(count) + self._next) % len(self)
        self._next = (self._next + count) % len(self)
        scene = shapes.sample_scene(self.attributes[slots], self.random)
        latents = self._encode(self.vae, shapes.draw(scene, self.device))
        if not latents.isfinite().all():
            raise FloatingPointError("a drawn clip has no finite latents")
        self.latents[slots.to(self.device)] = latents

    def sample(self, size: int, drop_caption: float) -> Batch:
        """Random clips with one of their captions each, or with the empty one; no host synchronisation."""
        clip = torch.randint(len(self), (size,), device=self.device)
        caption = torch.randint(self.states.shape[1], (size,), device=self.device)
        dropped = torch.rand(size, device=self.device) < drop_caption
        states = torch.where(dropped[:, None, None], self.empty_states, self.states[clip, caption])
        length = torch.where(dropped, self.empty_length, self.length[clip, caption])
        classes = torch.where(dropped[:, None], text.UNTOLD, self.classes[clip, caption])
        return Batch(self.latents[clip].float(), states, length, classes)


@torch.no_grad()
def _encode(vae: WanVAE, video: Tensor) -> Tensor:
    with torch.autocast(video.device.type, torch.bfloat16):
        mean, _ = vae.moments(video)
    return networks.normalised(vae, mean.float()).bfloat16()


@torch.no_grad()
def encode_captions(encoder: UMT5EncoderModel, ids: Tensor, device: str) -> tuple[Tensor, Tensor]:
    """Token ids [N, V, TOKENS] to states [N, V, TOKENS, D] bfloat16, zero after the end, and lengths [N, V]."""
    flat = ids.flatten(0, 1)
    states = torch.empty(*flat.shape, networks.TRANSFORMER["text_dim"], dtype=torch.bfloat16, device=device)
    for start in range(0, len(flat), 8192):
        part = flat[start : start + 8192].long().to(device)
        mask = (part != 0).long()
        hidden = encoder(input_ids=part, attention_mask=mask).last_hidden_state
        states[start : start + 8192] = hidden.bfloat16() * mask[..., None]
    length = (ids != 0).sum(-1).to(device)
    return states.unflatten(0, ids.shape[:2]), length
