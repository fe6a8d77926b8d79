"""Train the VAE on drawn clips: mostly crops of half a clip, whole clips at the end."""

import argparse
import json
import time
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor

from artifex.catalog.wan.vae import VaeConfig, WanVAE
from training.starter import heldout, networks, shapes
from training.starter.domain import FRAMES, SIDE
from training.starter.muon import MuonWithAdam
from training.starter.rich import draw_rich

KL_WEIGHT = 3e-4
CROP_FRAMES, CROP_SIDE = 17, 128
WHOLE_SHARE = 0.35  # of the run, on whole clips
RATES = (0.005, 0.002)  # Muon, Adam


def draw_mixed(count: int, random: torch.Generator, device: str) -> Tensor:
    """A batch of three plain clips to one rich one [B, 3, T, SIDE, SIDE]."""
    attributes = shapes.sample_attributes(count - count // 4, heldout.trained(), random)
    plain = shapes.draw(shapes.sample_scene(attributes, random), device)
    return torch.cat([plain, draw_rich(count // 4, random, device)])


def crops(clips: Tensor, random: torch.Generator) -> Tensor:
    """Four crops in space, one window in time, of every clip [4 B, 3, CROP_FRAMES, CROP_SIDE, CROP_SIDE]."""
    parts = []
    for _ in range(4):
        top, left = torch.randint(0, SIDE - CROP_SIDE + 1, (2,), generator=random).tolist()
        start = int(torch.randint(0, FRAMES - CROP_FRAMES + 1, (), generator=random))
        window = clips[:, :, start : start + CROP_FRAMES]
        parts.append(window[..., top : top + CROP_SIDE, left : left + CROP_SIDE])
    return torch.cat(parts)


def loss(vae: WanVAE, clips: Tensor) -> Tensor:
    """L1, squared and spatial-gradient error, and a small KL divergence of the posterior from a unit normal."""
    with torch.autocast(clips.device.type, torch.bfloat16):
        mean, log_variance = vae.moments(clips)
        mean, log_variance = mean.float(), log_variance.float().clamp(-20, 10)
        video = vae.pixels(mean + torch.randn_like(mean) * (0.5 * log_variance).exp()).float()
    error = video - clips
    edges = error.diff(dim=-1).abs().mean() + error.diff(dim=-2).abs().mean()
    divergence = 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).mean()
    return error.abs().mean() + 4 * error.square().mean() + edges + KL_WEIGHT * divergence


def train(vae: WanVAE, minutes: float, scale: float, device: str) -> None:
    """Train in place until the time is up; the rates fall to zero over the second half."""
    parameters = list(vae.parameters())
    optimiser = MuonWithAdam([p for p in parameters if p.dim() > 3], [p for p in parameters if p.dim() <= 3], RATES)
    random = torch.Generator().manual_seed(3)
    compute = torch.compile(loss) if device == "cuda" else loss
    start, step, last = time.monotonic(), 0, 0.0
    while (done := (time.monotonic() - start) / (60 * minutes)) < 1:
        optimiser.set_scale(scale * min(1.0, (step + 1) / 50, 2 * (1 - done)))
        whole = done > 1 - WHOLE_SHARE
        clips = draw_mixed(8, random, device) if whole else crops(draw_mixed(8, random, device), random)
        total = compute(vae, clips)
        total.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimiser.step()
        for parameter in parameters:
            parameter.grad = None
        step += 1
        if step % 10 == 0 and time.monotonic() - last > 15:
            last = time.monotonic()
            print(f"{done:4.0%} step {step} loss {total.item():.4f}", flush=True)
    print(f"VAE: {step} steps", flush=True)


@torch.no_grad()
def measure_statistics(vae: WanVAE, device: str) -> dict[str, list[float]]:
    """Mean and standard deviation of each latent channel over held-out plain clips."""
    random = torch.Generator().manual_seed(4)
    means = torch.cat([vae.moments(_plain(16, random, device))[0] for _ in range(8)])
    flat = means.transpose(0, 1).flatten(1).double()
    return {"latents_mean": flat.mean(1).tolist(), "latents_std": flat.std(1).tolist()}


def _plain(count: int, random: torch.Generator, device: str) -> Tensor:
    attributes = shapes.sample_attributes(count, heldout.held_out(), random)
    return shapes.draw(shapes.sample_scene(attributes, random), device)


@torch.no_grad()
def reconstruction(vae: WanVAE, device: str, clips: int = 64) -> dict[str, float]:
    """PSNR in dB on held-out plain clips, in float32: mean over clips, the worst clip, and first frames alone."""
    random = torch.Generator().manual_seed(5)
    whole, first = [], []
    for _ in range(clips // 8):
        video = _plain(8, random, device)
        mean, _ = vae.moments(video)
        squared = ((vae.pixels(mean).clamp(-1, 1) - video) / 2).square()
        whole.append(-10 * squared.flatten(1).mean(1).log10())
        first.append(-10 * squared[:, :, 0].flatten(1).mean(1).log10())
    psnr = torch.cat(whole)
    return {"psnr": psnr.mean().item(), "worst": psnr.min().item(), "first_frame": torch.cat(first).mean().item()}


def save(vae: WanVAE, statistics: dict[str, list[float]], folder: Path) -> None:
    """Write config.json and bfloat16 weights in Diffusers' layout."""
    folder.mkdir(parents=True, exist_ok=True)
    config = {"_class_name": "AutoencoderKLWan", "_diffusers_version": "0.42.1", **networks.VAE, **statistics}
    (folder / "config.json").write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")
    weights = {name: value.bfloat16().cpu().contiguous() for name, value in vae.state_dict().items()}
    save_file(weights, folder / "diffusion_pytorch_model.safetensors", metadata={"format": "pt"})


def main() -> None:
    """Train, keep the result only if it is better than the start, and save."""
    options = argparse.ArgumentParser()
    options.add_argument("--output", type=Path, required=True, help="folder to write")
    options.add_argument("--warm-start", type=Path, help="folder of an earlier VAE")
    options.add_argument("--minutes", type=float, default=8.0)
    options.add_argument("--rate-scale", type=float, default=1.0, help="of the learning rates; less for a warm start")
    options.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    chosen = options.parse_args()
    torch.manual_seed(0)
    unit = {"latents_mean": (0.0,) * networks.LATENT_CHANNELS, "latents_std": (1.0,) * networks.LATENT_CHANNELS}
    start = chosen.warm_start
    vae = networks.load_vae(start) if start else WanVAE(VaeConfig.from_dict({**networks.VAE, **unit}))
    vae = vae.to(chosen.device)
    before = dict.fromkeys(("psnr",), 0.0)
    if start:
        networks.round_to_bfloat16(vae)
        before = reconstruction(vae, chosen.device)
        print("before:", before, flush=True)
    kept = {name: value.clone() for name, value in vae.state_dict().items()}
    train(vae, chosen.minutes, chosen.rate_scale, chosen.device)
    networks.round_to_bfloat16(vae)
    after = reconstruction(vae, chosen.device)
    print("after:", after, flush=True)
    if after["psnr"] < before["psnr"]:
        print("the start was better and is kept", flush=True)
        vae.load_state_dict(kept)
    save(vae, measure_statistics(vae, chosen.device), chosen.output)


if __name__ == "__main__":
    main()
