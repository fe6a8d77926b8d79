"""A loaded Wan model behind the contract of all families: encode, denoise, decode."""

from collections.abc import Iterator
from functools import cached_property
from typing import cast

import torch
from torch import Tensor

from artifex.catalog.contract import Frames, Hooks, References, StepReport
from artifex.catalog.plan import Plan
from artifex.catalog.spec import ModelSpec
from artifex.catalog.wan.conditioning import Conditioning, conditioner_for
from artifex.catalog.wan.folder import Components, load_components
from artifex.catalog.wan.picture import fit_picture
from artifex.catalog.wan.preview import LinearPreview, fit_preview, to_uint8
from artifex.catalog.wan.text import padded_states
from artifex.catalog.wan.transformer import WanTransformer
from artifex.engine.attention import pick_attention
from artifex.engine.checkpoint import Checkpoint, dump
from artifex.engine.checkpoint import load as load_checkpoint
from artifex.engine.noise import gaussian_noise
from artifex.engine.sampling.guidance import Expert, Experts, Velocity
from artifex.engine.sampling.loop import Watch, sample
from artifex.engine.sampling.solvers import Solver, build_solver
from artifex.errors import CheckpointDamaged
from artifex.recipe import Recipe
from artifex.units import PixelSize


def load(spec: ModelSpec, plan: Plan) -> "WanModel":
    """Load a checkpoint as planned.

    Raises:
        WeightsDamaged: a file is missing, damaged or of another model.
        UnknownName: the plan names an attention backend that does not exist.
    """
    dtype = torch.bfloat16 if plan.dtype == "bfloat16" else torch.float32
    return WanModel(load_components(spec.folder, dtype, torch.device(plan.device), pick_attention(plan.attention)))


class WanModel:
    """`VideoModel` of the Wan family, for clips of one segment."""

    def __init__(self, components: Components) -> None:
        self._parts = components

    @torch.inference_mode()
    def encode(self, recipe: Recipe, references: References) -> Conditioning:
        """Prompts to text states, the picture (if any) to its latent."""
        prompts = self._parts.prompts
        picture = references.frames.get("image")
        first_frame = None if picture is None else self._encode_picture(picture[0], recipe)
        return Conditioning(prompts.encode(recipe.prompt), prompts.encode(recipe.negative_prompt), first_frame)

    @torch.inference_mode()
    def denoise(self, conditioning: Conditioning, recipe: Recipe, hooks: Hooks, resume: bytes | None) -> Tensor:
        """Noise to clean latents [channels, frames, height, width]; see `VideoModel`."""
        device = self._parts.device
        solver = build_solver(recipe.solver, recipe.steps, recipe.shift)
        conditioner = conditioner_for(conditioning)
        if resume is None:
            noise = gaussian_noise((1, *self._latent_shape(recipe)), recipe.seed)
            latents, done = conditioner.start(noise.to(device)), 0
        else:
            latents, done = _resume(load_checkpoint(resume, recipe.sha256), solver, device)
        watch = _watch(hooks, recipe, solver)
        return sample(solver, self._experts(conditioning, recipe), conditioner, latents, watch, done)[0]

    def decode(self, latents: Tensor, conditioning: Conditioning) -> Iterator[Frames]:
        """Frames as the VAE finishes them: 1, then 4 at a time."""
        chunks = self._parts.vae.decode(latents[None])
        while True:
            # Entered for each chunk: a generator would keep the mode switched on in its caller.
            with torch.inference_mode():
                chunk = next(chunks, None)
                if chunk is None:
                    return
                frames = to_uint8(chunk[0].permute(1, 2, 3, 0)).cpu().numpy()
            yield frames

    def preview(self, latents: Tensor) -> Frames:
        """One pixel for each latent cell."""
        return self._preview.frames(latents)

    def peak_vram(self) -> int:
        """See `VideoModel`."""
        device = self._parts.device
        return torch.cuda.max_memory_reserved(device) if device.type == "cuda" else 0

    @cached_property
    def _preview(self) -> LinearPreview:
        return fit_preview(self._parts.vae)

    def _encode_picture(self, picture: Frames, recipe: Recipe) -> Tensor:
        fitted = torch.from_numpy(fit_picture(picture, PixelSize(recipe.width, recipe.height)))
        return self._parts.vae.encode(fitted[None, :, None].to(self._parts.device))

    def _latent_shape(self, recipe: Recipe) -> tuple[int, int, int, int]:
        vae = self._parts.vae.config
        frames = (recipe.frame_count - 1) // vae.temporal_factor + 1
        return vae.z_dim, frames, recipe.height // vae.spatial_factor, recipe.width // vae.spatial_factor

    def _experts(self, conditioning: Conditioning, recipe: Recipe) -> Experts:
        low, high = recipe.guidance
        parts = self._parts
        return Experts(
            low=_expert(parts.low_noise, conditioning, low),
            high=None if parts.high_noise is None else _expert(parts.high_noise, conditioning, high),
            boundary=parts.boundary,
        )


def _expert(transformer: WanTransformer, conditioning: Conditioning, scale: float) -> Expert:
    def under(states: Tensor) -> Velocity:
        text = transformer.prepare_text(*padded_states(states))
        return lambda latents, timesteps: cast(Tensor, transformer(latents, timesteps, text))

    return Expert(under(conditioning.prompt), under(conditioning.negative), scale)


def _resume(checkpoint: Checkpoint, solver: Solver, device: torch.device) -> tuple[Tensor, int]:
    """Bring the solver to the checkpoint; returns its latents and the number of steps done."""
    try:
        solver.restore({name: tensor.to(device) for name, tensor in checkpoint.solver.items()})
    except KeyError as error:
        raise CheckpointDamaged("The checkpoint lacks its solver's state; the clip starts again.") from error
    return checkpoint.latents.to(device), checkpoint.step


def _watch(hooks: Hooks, recipe: Recipe, solver: Solver) -> Watch:
    def on_step(done: int, expected: Tensor) -> None:
        hooks.on_step(StepReport(0, 1, done, solver.schedule.steps, expected[0]))

    def on_checkpoint(done: int, latents: Tensor) -> None:
        hooks.on_checkpoint(dump(Checkpoint(0, done, latents, solver.state()), recipe.sha256))

    return Watch(on_step, on_checkpoint, hooks.checkpoint_every)
