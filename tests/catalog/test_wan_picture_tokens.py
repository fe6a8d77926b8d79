"""A transformer that attends to a picture beside the text gives what diffusers' own class gives."""

from typing import Any

import torch
from diffusers.models.transformers.transformer_wan import WanTransformer3DModel

from artifex.catalog.wan.transformer import TransformerConfig, WanTransformer

CONFIG: dict[str, Any] = {
    "num_attention_heads": 2, "attention_head_dim": 24, "in_channels": 20, "out_channels": 8, "text_dim": 32,
    "ffn_dim": 64, "num_layers": 2, "patch_size": [1, 2, 2], "image_dim": 40, "added_kv_proj_dim": 48,
    "cross_attn_norm": True, "qk_norm": "rms_norm_across_heads", "freq_dim": 32
}  # fmt: skip


@torch.inference_mode()
def test_the_velocity_is_that_of_diffusers() -> None:
    torch.manual_seed(0)
    theirs = WanTransformer3DModel(**CONFIG).eval()
    ours = WanTransformer(TransformerConfig.from_dict(CONFIG)).eval()
    ours.load_state_dict(theirs.state_dict())
    latents, text, picture = torch.randn(1, 20, 3, 4, 6), torch.randn(1, 512, 32), torch.randn(1, 5, 40)
    timestep = torch.tensor([700])
    velocity = ours(latents, timestep, ours.prepare_text(text, picture=picture))
    expected = theirs(latents, timestep, text, encoder_hidden_states_image=picture, return_dict=False)[0]
    torch.testing.assert_close(velocity, expected, atol=5e-5, rtol=1e-4)
    blind = ours(latents, timestep, ours.prepare_text(text, picture=torch.zeros_like(picture)))
    assert float((velocity - blind).abs().max()) > 1e-4
