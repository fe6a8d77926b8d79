"""The CLIP picture encoder of Wan2.1: both layouts of its file give what transformers' own class gives."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor
from transformers import CLIPVisionConfig, CLIPVisionModel

from artifex.catalog.contract import Hooks, References
from artifex.catalog.execution import Execution
from artifex.catalog.wan.assembly import load_components
from artifex.catalog.wan.clip import check_picture_encoder, load_picture_encoder
from artifex.catalog.wan.model import WanModel
from artifex.catalog.wan.transformer import WanTransformer
from artifex.engine.attention import pick_attention
from artifex.engine.weights.contract import TensorInfo
from artifex.errors import WeightsDamaged
from tests.catalog.small_wan import write_small_wan
from tests.catalog.test_wan_model import RECIPE

CONFIG = CLIPVisionConfig(
    hidden_size=160, intermediate_size=64, num_hidden_layers=3, num_attention_heads=2, image_size=28, patch_size=14,
    hidden_act="gelu"
)  # fmt: skip
PICTURE = np.random.default_rng(0).integers(0, 256, (40, 60, 3), dtype=np.uint8)


class Tensors:
    """A source in memory."""

    def __init__(self, tensors: Mapping[str, Tensor]) -> None:
        self._tensors = tensors

    @property
    def tensors(self) -> Mapping[str, TensorInfo]:
        return {name: TensorInfo(tuple(tensor.shape), tensor.dtype) for name, tensor in self._tensors.items()}

    def read(self, name: str) -> Tensor:
        return self._tensors[name]

    def origin(self, name: str | None = None) -> str:
        return "clip.pth"


def reference() -> CLIPVisionModel:
    torch.manual_seed(0)
    return CLIPVisionModel(CONFIG).eval()


def in_authors_names(theirs: Mapping[str, Tensor]) -> dict[str, Tensor]:
    renamed = {
        "visual.cls_embedding": theirs["embeddings.class_embedding"].view(1, 1, -1),
        "visual.pos_embedding": theirs["embeddings.position_embedding.weight"][None],
        "visual.patch_embedding.weight": theirs["embeddings.patch_embedding.weight"],
        "visual.head": torch.zeros(4, 4),
        "log_scale": torch.zeros(()),
        "textual.token_embedding.weight": torch.zeros(3, 3),
    }
    for kind in ("weight", "bias"):
        renamed[f"visual.pre_norm.{kind}"] = theirs[f"pre_layrnorm.{kind}"]
        renamed[f"visual.post_norm.{kind}"] = theirs[f"post_layernorm.{kind}"]
        for layer in range(CONFIG.num_hidden_layers):
            here, there = f"visual.transformer.{layer}", f"encoder.layers.{layer}"
            attention = [theirs[f"{there}.self_attn.{part}_proj.{kind}"] for part in "qkv"]
            renamed[f"{here}.attn.to_qkv.{kind}"] = torch.cat(attention)
            renamed[f"{here}.attn.proj.{kind}"] = theirs[f"{there}.self_attn.out_proj.{kind}"]
            renamed[f"{here}.mlp.0.{kind}"] = theirs[f"{there}.mlp.fc1.{kind}"]
            renamed[f"{here}.mlp.2.{kind}"] = theirs[f"{there}.mlp.fc2.{kind}"]
            for norm in (1, 2):
                renamed[f"{here}.norm{norm}.{kind}"] = theirs[f"{there}.layer_norm{norm}.{kind}"]
    return renamed


@pytest.mark.parametrize("layout", ["authors", "diffusers"])
def test_states_of_the_layer_before_the_last(layout: str) -> None:
    theirs = reference()
    state = dict(theirs.state_dict())
    files = in_authors_names(state) if layout == "authors" else {f"vision_model.{name}": t for name, t in state.items()}
    ours = load_picture_encoder(Tensors(files), torch.device("cpu")).encode(PICTURE)
    with torch.inference_mode():
        pixels = torch.nn.functional.interpolate(
            torch.from_numpy(PICTURE).permute(2, 0, 1)[None] / 255.0, size=(28, 28), mode="bicubic"
        )
        mean = torch.tensor([0.48145466, 0.4578275, 0.40821073]).view(1, 3, 1, 1)
        std = torch.tensor([0.26862954, 0.26130258, 0.27577711]).view(1, 3, 1, 1)
        expected = theirs((pixels - mean) / std, output_hidden_states=True).hidden_states[-2]
    assert ours.shape == (1, 5, 160)
    torch.testing.assert_close(ours, expected, atol=2e-5, rtol=1e-4)


@pytest.mark.parametrize(
    ("stored", "name"),
    [
        ("visual.transformer.1.mlp.2.bias", "encoder.layers.1.mlp.fc2.bias"),
        ("visual.pos_embedding", "embeddings.position_embedding.weight"),
        ("visual.transformer.0.mlp.0.weight", "encoder.layers.0.mlp.fc1.weight"),
    ],
)
def test_a_missing_or_misshapen_tensor_is_named(stored: str, name: str) -> None:
    files = in_authors_names(dict(reference().state_dict()))
    tensor = files.pop(stored)
    with pytest.raises(WeightsDamaged, match=name):
        load_picture_encoder(Tensors(files), torch.device("cpu"))
    with pytest.raises(WeightsDamaged, match=name):
        check_picture_encoder(Tensors({**files, stored: tensor.flatten()[:7]}))


def test_a_clip_is_made_with_an_eye_on_its_picture(tmp_path: Path) -> None:
    """Wan2.1 image-to-video: channels, and CLIP's view of the picture beside the prompt."""
    folder = write_small_wan(tmp_path / "model")
    parts = load_components(folder, Execution("cpu", "float32"), pick_attention())
    channels = parts.vae.config.z_dim
    config = replace(
        parts.low_noise.config, in_channels=2 * channels + 4, out_channels=channels, image_dim=CONFIG.hidden_size
    )
    torch.manual_seed(0)
    files = Tensors(in_authors_names(dict(reference().state_dict())))
    model = WanModel(replace(parts, low_noise=WanTransformer(config).requires_grad_(False), clip=files))
    recipe = replace(RECIPE, task="i2v", steps=1)
    pictures = (PICTURE, np.ascontiguousarray(PICTURE[:, ::-1]))
    first, second = (model.encode(recipe, References({"image": picture[None]})) for picture in pictures)
    assert first.picture is not None
    assert first.picture.shape == (1, 5, CONFIG.hidden_size)
    assert first.channels is not None
    hooks = Hooks(lambda _: None, lambda _: None, 1)
    seen = model.denoise(first, recipe, hooks, None)
    other = model.denoise(replace(first, picture=second.picture), recipe, hooks, None)
    assert seen.isfinite().all()
    assert not torch.equal(seen, other)
