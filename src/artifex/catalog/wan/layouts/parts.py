"""The parts of a model on disk."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from artifex.catalog.wan.identity import Identity, Kind, identify
from artifex.catalog.wan.layouts.plausible import check_plausible
from artifex.catalog.wan.s2v.config import SpeechConfig
from artifex.catalog.wan.shapes import Shapes
from artifex.catalog.wan.tensor_shapes import TensorShapes
from artifex.catalog.wan.transformer_config import TransformerConfig
from artifex.catalog.wan.umt5_config import UMT5Config
from artifex.catalog.wan.vae_config import VaeConfig
from artifex.engine.weights.stored import REMEDY, WeightFile
from artifex.errors import WeightsDamaged

_SEES_PICTURES = "condition_embedder.image_embedder."

Config = TypeVar("Config", TransformerConfig, UMT5Config, VaeConfig)


@dataclass(frozen=True, slots=True)
class Part:
    """One network: the headers of its files, what it was identified as, and its config."""

    files: tuple[WeightFile, ...]
    identity: Identity
    config: Mapping[str, Any] | None = None
    complete: bool = False
    """Whether the config gives all widths, so that the tensors are checked against it."""

    @property
    def path(self) -> Path:
        """Its file, or the folder of its shards."""
        first = self.files[0].path
        return first if len(self.files) == 1 else first.parent

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Shapes of its tensors, by name in the network."""
        pairs = [(name, tensor.shape) for file in self.files for name, tensor in file.tensors.items()]
        named = [(self.identity.network_name(name), shape) for name, shape in pairs]
        return {name: shape for name, shape in named if name is not None}

    @property
    def sees_pictures(self) -> bool:
        """Whether it is a transformer that is shown CLIP's view of a picture."""
        return any(name.startswith(_SEES_PICTURES) for name in self.shapes)

    def transformer_config(self) -> TransformerConfig:
        """Raises WeightsDamaged where config or tensors describe no transformer."""
        kind = SpeechConfig if self.identity.kind == "speech transformer" else TransformerConfig
        return self._described(kind.from_dict, lambda shapes: self._from_shapes(shapes))

    def text_config(self) -> UMT5Config:
        """Raises WeightsDamaged where config or tensors describe no umT5."""
        return self._described(UMT5Config.from_dict, UMT5Config.from_shapes)

    def vae_config(self) -> VaeConfig:
        """Raises WeightsDamaged where config or tensors describe no Wan VAE."""
        return self._described(VaeConfig.from_dict, VaeConfig.from_shapes)

    def _described(
        self, from_dict: Callable[[Mapping[str, Any]], Config], from_shapes: Callable[[TensorShapes], Config]
    ) -> Config:
        try:
            config = from_dict(self.config or {}) if self.complete else from_shapes(TensorShapes(self.shapes))
            check_plausible(config)
        except (TypeError, ValueError, KeyError, AttributeError) as error:
            raise WeightsDamaged(f"{self.path} is not understood: {error}; {REMEDY}") from error
        return config

    def _from_shapes(self, shapes: TensorShapes) -> TransformerConfig:
        shared = TransformerConfig.from_shapes(shapes, self.config)
        if self.identity.kind != "speech transformer":
            return shared
        told = {
            "num_heads": shared.num_attention_heads,
            "dim": shared.dim,
            "in_dim": shared.in_channels,
            "out_dim": shared.out_channels,
            "text_dim": shared.text_dim,
            "freq_dim": shared.freq_dim,
            "ffn_dim": shared.ffn_dim,
            "num_layers": shared.num_layers,
        }
        return SpeechConfig.from_authors({**(self.config or {}), **told})


@dataclass(frozen=True, slots=True)
class Parts:
    """All that a folder holds of one model."""

    low_noise: Part
    """The only transformer, or the one for low noise."""
    high_noise: Part | None
    text_encoder: Part
    vae: Part
    tokenizer: Path
    boundary: float | None
    """Share of the timesteps from which on `high_noise` is used; None where no file states it."""
    clip: Part | None = None
    """The CLIP picture encoder of Wan2.1 image-to-video."""
    voice_folder: Path | None = None


def shapes_of(parts: Parts) -> Shapes:
    """The shapes of all networks. Raises WeightsDamaged."""
    low = parts.low_noise
    listens = low.identity.kind == "speech transformer"
    return Shapes(
        transformer=low.transformer_config(),
        vae=parts.vae.vae_config(),
        text=parts.text_encoder.text_config(),
        experts=1 if parts.high_noise is None else 2,
        boundary=parts.boundary or 1.0,
        extra="speech" if listens else "clip" if low.sees_pictures else "none",
    )


def identified(files: tuple[WeightFile, ...]) -> Part | None:
    """A part without its config; None where the files are no part of a Wan model.

    Raises:
        WeightsDamaged: a GGUF file says that it is of another architecture.
    """
    for file in files:
        architecture = file.metadata.get("general.architecture", "wan") if file.path.suffix == ".gguf" else "wan"
        if architecture != "wan":
            raise WeightsDamaged(
                f"{file.path} is of the architecture {architecture[:40]!a} and not 'wan'; take it out of the folder."
            )
    identity = identify([name for file in files for name in file.tensors])
    return None if identity is None else Part(files, identity)


def missing(kind: Kind, folder: Path) -> WeightsDamaged:
    """The error for what a folder lacks."""
    return WeightsDamaged(f"There is no {kind} in {folder}; put its file there, or give the folder that has it.")


def wrong_kind(part: Part, wanted: Kind) -> WeightsDamaged:
    """The error for a file of the wrong kind."""
    hint = "give a LoRA together with the model it is for" if part.identity.kind == "LoRA" else REMEDY
    return WeightsDamaged(f"{part.path} holds a {part.identity.kind} and not a {wanted}; {hint.rstrip('.')}.")
