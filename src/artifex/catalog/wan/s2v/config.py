"""Shape of a Wan2.2 S2V transformer, read from the authors' `config.json`."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, NamedTuple

from artifex.catalog.wan.transformer_config import TransformerConfig

_COMPUTED: Mapping[str, object] = {
    "enable_adain": True,
    "adain_mode": "attn_norm",
    "zero_timestep": True,
    "enable_motioner": False,
    "enable_framepack": True,
    "add_last_motion": True,
}
"""Switches of the authors' network, as set in the published checkpoint; other values are not supported."""


class Pack(NamedTuple):
    """Latent frames before a segment that share a patch size."""

    frames: int
    patch: tuple[int, int, int]


PACKS = (Pack(1, (1, 2, 2)), Pack(2, (2, 4, 4)), Pack(16, (4, 8, 8)))
"""From near to far, as their tokens are ordered."""


@dataclass(frozen=True, slots=True)
class SpeechConfig(TransformerConfig):
    """A transformer that is also driven by a voice; defaults are Wan2.2 S2V-14B's."""

    pose_channels: int = 16
    """Channels of pose latents."""
    audio_dim: int = 1024
    """Width of the voice states."""
    audio_layers: int = 25
    """Layers of wav2vec2 that are mixed: all 24, and the input of the first."""
    audio_tokens: int = 4
    """Audio tokens per latent frame, besides a learned one."""
    audio_inject_layers: tuple[int, ...] = (0, 4, 8, 12, 16, 20, 24, 27, 30, 33, 36, 39)
    """Blocks after which the video attends to the voice."""

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "SpeechConfig":
        """Take the known fields.

        Raises:
            ValueError: the config asks for a network this package does not compute.
        """
        shared = TransformerConfig.from_dict(values)
        own = {name: values[name] for name in _OWN_FIELDS if name in values}
        if "audio_inject_layers" in own:
            own["audio_inject_layers"] = tuple(own["audio_inject_layers"])
        config = cls(**{field.name: getattr(shared, field.name) for field in fields(shared)}, **own)
        if not set(config.audio_inject_layers) <= set(range(config.num_layers)):
            raise ValueError(f"audio_inject_layers {config.audio_inject_layers} names blocks that are not there")
        return config

    @classmethod
    def from_authors(cls, values: Mapping[str, Any]) -> "SpeechConfig":
        """Translate the authors' `config.json`.

        Raises:
            ValueError: the config asks for a network this package does not compute.
        """
        for name, computed in _COMPUTED.items():
            if values.get(name, computed) != computed:
                raise ValueError(f"{name} is {values[name]!r}; only {computed!r} is known")
        shared = TransformerConfig.from_authors(values)
        own = {name: values[theirs] for name, theirs in _AUTHORS_NAMES.items() if theirs in values}
        return cls.from_dict({**{field.name: getattr(shared, field.name) for field in fields(shared)}, **own})


_OWN_FIELDS = tuple(
    field.name
    for field in fields(SpeechConfig)
    if field.name not in {shared.name for shared in fields(TransformerConfig)}
)
_AUTHORS_NAMES: Mapping[str, str] = {
    "pose_channels": "cond_dim",
    "audio_dim": "audio_dim",
    "audio_tokens": "num_audio_token",
    "audio_inject_layers": "audio_inject_layers",
}
