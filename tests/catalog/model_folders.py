"""Configuration folders of Wan models, as files and without weights."""

import json
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from artifex.catalog.spec import Defaults, Limits, ModelSpec
from artifex.catalog.wan import parameters
from artifex.catalog.wan.transformer_config import TransformerConfig
from artifex.recipe import ModelLock, Recipe, Reference
from artifex.units import PixelSize


@dataclass(frozen=True)
class Shape:
    """What the three config.json files of a model say."""

    transformer: dict[str, Any]
    vae: dict[str, Any]
    text: dict[str, Any] = field(default_factory=dict)

    def write(self, folder: Path) -> ModelSpec:
        for part, config in (("transformer", self.transformer), ("vae", self.vae), ("text_encoder", self.text)):
            (folder / part).mkdir(parents=True)
            (folder / part / "config.json").write_text(json.dumps(config))
        return spec_of(folder)


def _statistics(channels: int) -> dict[str, Any]:
    return {"latents_mean": [0.0] * channels, "latents_std": [1.0] * channels}


UMT5_XXL = {
    "vocab_size": 256384, "d_model": 4096, "d_kv": 64, "d_ff": 10240, "num_heads": 64, "num_layers": 24
}  # fmt: skip
VAE_21 = {**_statistics(16)}
VAE_22 = {
    **_statistics(48), "base_dim": 160, "decoder_base_dim": 256, "z_dim": 48, "is_residual": True,
    "in_channels": 12, "out_channels": 12, "patch_size": 2
}  # fmt: skip

T2V_A14B = Shape({}, VAE_21, UMT5_XXL)
I2V_A14B = Shape({"in_channels": 36}, VAE_21, UMT5_XXL)
TI2V_5B = Shape(
    {"num_attention_heads": 24, "in_channels": 48, "out_channels": 48, "ffn_dim": 14336, "num_layers": 30},
    VAE_22,
    UMT5_XXL,
)
SMALL = Shape(
    {
        "num_attention_heads": 4, "attention_head_dim": 64, "in_channels": 48, "out_channels": 48,
        "text_dim": 192, "ffn_dim": 768, "num_layers": 8
    },
    {**VAE_22, "base_dim": 16, "decoder_base_dim": 16, "num_res_blocks": 1},
    {"vocab_size": 1114, "d_model": 192, "d_kv": 64, "d_ff": 384, "num_heads": 4, "num_layers": 2},
)  # fmt: skip


def spec_of(folder: Path) -> ModelSpec:
    return ModelSpec(
        name="test",
        title="A model without weights",
        family="wan",
        folder=folder,
        licence="Apache-2.0",
        tasks=("t2v", "i2v"),
        accepts=("image",),
        accuracies=("exact",),
        defaults=Defaults(PixelSize(256, 256), 33, Fraction(16), 16, (3.0, 3.0), 5.0),
        limits=Limits(32, 4, PixelSize(64, 64), PixelSize(1280, 1280), 121),
    )


def a_recipe(**changes: Any) -> Recipe:
    """256x256, 33 frames, 16 steps, guided, unless told otherwise."""
    values: dict[str, Any] = {
        "model": ModelLock("test", ()),
        "task": "t2v",
        "prompt": "a red circle",
        "negative_prompt": "",
        "width": 256,
        "height": 256,
        "frame_count": 33,
        "frame_rate": Fraction(16),
        "steps": 16,
        "solver": "unipc",
        "shift": 5.0,
        "guidance": (3.0, 3.0),
        "seed": 0,
    }
    return Recipe(**values | changes)


def an_image_recipe(**changes: Any) -> Recipe:
    return a_recipe(task="i2v", references=(Reference("image", "0" * 64),), **changes)


def whole_transformer(config: TransformerConfig) -> int:
    """Numbers in one, as they are counted part by part."""
    blocks = (parameters.block_parameters(config, index) for index in range(config.num_layers))
    return sum(blocks) + parameters.outside_parameters(config)
