"""What a loaded Wan model is made of."""

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
    """Reads prompts, with a text encoder that may be there only meanwhile."""

    def encode(self, prompts: Sequence[str]) -> list[Tensor]:
        """States of each prompt's tokens, end mark included: [1, tokens, text_dim], 512 tokens at most."""
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
    """Share of the timesteps from which on `high_noise` is asked."""
    execution: Execution = Execution("cpu", "float32")  # noqa: RUF009 (immutable)
    """Where and how they compute."""
    residency: Residency | None = None
    """Brings the transformers' blocks to the device, where they are not all there."""
    voice_folder: Path | None = None
    """Where the wav2vec2 network lies that hears the voice; only with a transformer that is driven by one."""
    clip: TensorSource | None = None
    """Weights of the CLIP picture encoder, in the names of their file; only in Wan2.1 image-to-video."""

    @property
    def device(self) -> torch.device:
        """Where the transformers compute."""
        return torch.device(self.execution.device)
