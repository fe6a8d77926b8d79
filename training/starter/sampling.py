"""Batched sampling of clips for the evaluation, by the same equations as the program's sampling loop."""

from dataclasses import dataclass

import torch
from torch import Tensor

from artifex.catalog.wan.transformer import WanTransformer
from artifex.catalog.wan.vae import WanVAE
from training.starter import networks
from training.starter.model import padded_text, shifted_sigmas


@dataclass(frozen=True)
class Settings:
    """How to sample; the defaults are the starter's."""

    steps: int = 12
    guidance: float = 5.0
    shift: float = 8.0
    solver: str = "unipc"  # or "euler"


@dataclass(frozen=True)
class Prompts:
    """Encoded prompts and the empty prompt: states [B, L, D] and lengths [B]."""

    states: Tensor
    length: Tensor
    empty_states: Tensor
    empty_length: Tensor


@torch.no_grad()
def sample(
    model: WanTransformer, prompts: Prompts, noise: Tensor, settings: Settings, first: Tensor | None = None
) -> Tensor:
    """Denoise `noise` to normalised latents [B, C, T, H, W]; `first` [B, C, 1, H, W] is a given image's latent."""
    count = len(noise)
    guided = settings.guidance > 1
    states = torch.cat([prompts.states, prompts.empty_states.expand_as(prompts.states)]) if guided else prompts.states
    length = torch.cat([prompts.length, prompts.empty_length.expand(count)]) if guided else prompts.length
    text, bias = padded_text(states, length)
    rotary = model.rotary(noise)
    prepared = None
    solver = _SOLVERS[settings.solver](settings)
    x = noise
    for timestep in solver.timesteps:
        x = x if first is None else torch.cat([first, x[:, :, 1:]], 2)
        times = torch.full((len(states), noise.shape[2]), float(timestep), device=noise.device)
        if first is not None:
            times[:, 0] = 0
        with torch.autocast(noise.device.type, torch.bfloat16, enabled=noise.is_cuda):
            prepared = prepared or model.prepare_text(text, bias)
            velocity = model(torch.cat([x, x]) if guided else x, times, prepared, rotary=rotary)
        if guided:
            told, empty = velocity.chunk(2)
            velocity = empty + settings.guidance * (told - empty)
        x = solver.step(velocity, timestep, x)
    return x if first is None else torch.cat([first, x[:, :, 1:]], 2)


@torch.no_grad()
def decode(vae: WanVAE, latents: Tensor) -> Tensor:
    """Decode latents to frames [B, T, H, W, 3] uint8."""
    with torch.autocast(latents.device.type, torch.bfloat16, enabled=latents.is_cuda):
        video = vae.pixels(networks.raw(vae, latents))
    return ((video.float().clamp(-1, 1) + 1) * 127.5).round().to(torch.uint8).permute(0, 2, 3, 4, 1)


class _Euler:
    """First-order Euler steps along the flow."""

    def __init__(self, settings: Settings) -> None:
        self.sigmas = shifted_sigmas(settings.steps, settings.shift)
        self.timesteps = [int(sigma * 1000) for sigma in self.sigmas[:-1]]
        self._index = 0

    def step(self, velocity: Tensor, timestep: int, x: Tensor) -> Tensor:
        del timestep
        here, there = self.sigmas[self._index : self._index + 2]
        self._index += 1
        return x + (there - here) * velocity


class _UniPC:
    """Diffusers' scheduler with the noise levels of Wan's own."""

    def __init__(self, settings: Settings) -> None:
        import numpy as np
        from diffusers.schedulers.scheduling_unipc_multistep import UniPCMultistepScheduler

        self._scheduler = UniPCMultistepScheduler(
            prediction_type="flow_prediction", use_flow_sigmas=True, flow_shift=settings.shift, solver_order=2
        )
        levels = np.linspace(0.999, 0, settings.steps + 1)[:-1]
        self._scheduler.set_timesteps(settings.steps, sigmas=levels)
        self.timesteps = self._scheduler.timesteps.tolist()

    def step(self, velocity: Tensor, timestep: int, x: Tensor) -> Tensor:
        return self._scheduler.step(velocity, timestep, x, return_dict=False)[0]


_SOLVERS = {"euler": _Euler, "unipc": _UniPC}
