"""Decoding latents to frames and encoding frames: ours fused, ours plain, and diffusers', on equal random weights."""

from dataclasses import asdict
from functools import partial
from typing import Any

import torch
from benchmarks.wan.timing import Way, alternating

from artifex.catalog.wan.shapes import VAE_21, VAE_22
from artifex.catalog.wan.vae import VaeConfig, WanVAE
from artifex.engine.kernels.door import computing_with

DECODES = {
    "2.1 480p81": (VAE_21, (21, 60, 104)),
    "2.1 720p81": (VAE_21, (21, 90, 160)),
    "2.2 704p121": (VAE_22, (31, 44, 80)),
}


def measure(name: str, device: torch.device, rounds: int) -> dict[str, Any]:
    """Seconds, ratios to diffusers, and mean differences from float32 in steps of 1/255."""
    config, (frames, height, width) = DECODES[name]
    torch.manual_seed(0)
    with device:
        vae = WanVAE(config).eval()
    latents = torch.randn(1, config.z_dim, frames, height, width, device=device)
    part = latents[:, :, :2, : height // 2, : width // 2]
    exact = whole(vae, part)
    vae.decode_in(torch.bfloat16)
    theirs = diffusers_twin(vae, config)
    ways: dict[str, Way] = {
        "fused": partial(consume, vae, latents),
        "plain": partial(consume, vae, latents, "eager"),
        "diffusers": partial(theirs.decode, latents.to(torch.bfloat16)),
    }
    timed = alternating(ways, rounds)
    result: dict[str, Any] = {
        way: {"seconds": round(each.seconds, 3), "peak_gib": round(each.peak_gib, 1)} for way, each in timed.items()
    }
    for way, kernels in (("fused", "auto"), ("plain", "eager")):
        wrong = (whole(vae, part, kernels) - exact).abs().mean() * 127.5
        result[way]["mean_steps_from_float32"] = round(float(wrong), 4)
        result[way]["times_diffusers"] = round(timed["diffusers"].seconds / timed[way].seconds, 3)
    return result


ENCODES = {"2.1 480p81": (832, 480, 81)}


def measure_encode(name: str, device: torch.device, rounds: int) -> dict[str, Any]:
    """Encode, in float32, a moving clip, and the input of image to video: a picture and grey frames."""
    width, height, frames = ENCODES[name]
    torch.manual_seed(0)
    with device:
        vae = WanVAE(VAE_21).eval()
    moving = torch.rand(1, 3, frames, height, width, device=device) * 2 - 1
    still = torch.zeros_like(moving)
    still[:, :, 0] = moving[:, :, 0]
    theirs = diffusers_twin(vae, VAE_21, torch.float32)
    ways: dict[str, Way] = {
        "moving": partial(vae.encode, moving),
        "picture": partial(vae.encode, still),
        "diffusers": partial(theirs.encode, moving),
        "diffusers picture": partial(theirs.encode, still),
    }
    timed = alternating(ways, rounds)
    result: dict[str, Any] = {
        way: {"seconds": round(each.seconds, 3), "peak_gib": round(each.peak_gib, 1)} for way, each in timed.items()
    }
    for way, rival in (("moving", "diffusers"), ("picture", "diffusers picture")):
        result[way]["times_diffusers"] = round(timed[rival].seconds / timed[way].seconds, 3)
    mean, std = (
        torch.tensor(values, device=device).view(1, -1, 1, 1, 1) for values in (VAE_21.latents_mean, VAE_21.latents_std)
    )
    apart = vae.encode(still) - (theirs.encode(still).latent_dist.mode() - mean) / std
    result["picture"]["largest_difference"] = float(apart.abs().max())
    return result


def consume(vae: WanVAE, latents: torch.Tensor, kernels: Any = "auto") -> None:
    """Decode chunk by chunk and drop the frames, as when they are encoded to a file."""
    with computing_with(kernels):
        for _ in vae.decode(latents):
            pass


def whole(vae: WanVAE, latents: torch.Tensor, kernels: Any = "auto") -> torch.Tensor:
    """Decode all frames into one tensor."""
    with computing_with(kernels):
        return torch.cat(list(vae.decode(latents)), dim=2)


def diffusers_twin(ours: WanVAE, config: VaeConfig, dtype: torch.dtype = torch.bfloat16) -> Any:
    """diffusers' autoencoder with the same weights."""
    from diffusers import AutoencoderKLWan

    options: dict[str, Any] = {}
    for name, value in asdict(config).items():
        if value is not None:
            options[name] = list(value) if isinstance(value, tuple) else value
    if config.is_residual:
        options |= {"scale_factor_temporal": config.temporal_factor, "scale_factor_spatial": config.spatial_factor}
    theirs: Any = AutoencoderKLWan(**options)
    theirs.load_state_dict(ours.state_dict())
    return theirs.to(next(ours.parameters()).device, dtype).eval()
