"""The networks of a loaded Wan model."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import torch
from torch import Tensor

from artifex.catalog.execution import Execution
from artifex.catalog.wan.residency import Residency
from artifex.catalog.wan.transformer import WanTransformer
from artifex.catalog.wan.vae import WanVAE
from artifex.engine.weights.contract import TensorSource


class Prompts(Protocol):
    """Encodes prompts, with a text encoder that may be loaded only for the call."""

    def encode(self, prompts: Sequence[str]) -> list[Tensor]:
        """States of each prompt's tokens, end token included: [1, tokens, text_dim], 512 tokens at most."""
        ...


@dataclass(frozen=True, slots=True)
class Components:
    """The networks of one model."""

    prompts: Prompts
    vae: WanVAE
    low_noise: WanTransformer
    """The only transformer, or the one for low noise."""
    high_noise: WanTransformer | None
    boundary: float
    """Share of the timesteps from which on `high_noise` is used."""
    execution: Execution = Execution("cpu", "float32")  # noqa: RUF009 (immutable)
    """Where and how they compute."""
    residency: Residency | None = None
    """Brings the transformers' blocks to the device, where not all of them stay there."""
    voice_folder: Path | None = None
    """Folder of the wav2vec2 voice encoder; only with a speech-driven transformer."""
    clip: TensorSource | None = None
    """Weights of the CLIP picture encoder, by their names in the file; only in Wan2.1 image-to-video."""

    @property
    def device(self) -> torch.device:
        """Where the transformers compute."""
        return torch.device(self.execution.device)
