"""A loaded Wan model behind the contract of all families: encode, denoise, decode."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

import torch
from torch import Tensor

from artifex.catalog.attention import exact_attention
from artifex.catalog.contract import Frames, Hooks, References, VideoModel
from artifex.catalog.execution import Execution
from artifex.catalog.manifest import require_folder
from artifex.catalog.spec import ModelSpec
from artifex.catalog.wan.assembly import load_components, load_followers
from artifex.catalog.wan.clip import load_picture_encoder
from artifex.catalog.wan.components import Components
from artifex.catalog.wan.conditioning import Conditioning, conditioner_for, given_channels
from artifex.catalog.wan.crew import Crew
from artifex.catalog.wan.experts import Timing, expert_for
from artifex.catalog.wan.given_frames import GivenFrames, given_clip, given_frames, start_frames
from artifex.catalog.wan.handover import elsewhere, handing_over
from artifex.catalog.wan.layouts import find_parts
from artifex.catalog.wan.layouts.parts import Part
from artifex.catalog.wan.loaded import LoadedModel, as_frames
from artifex.catalog.wan.loading import build_transformer, check_parts
from artifex.catalog.wan.lora import read_fitting
from artifex.catalog.wan.passes import begin_on
from artifex.catalog.wan.prompt_shares import latent_shares
from artifex.catalog.wan.s2v.model import speech_model
from artifex.catalog.wan.s2v.network import SpeechTransformer
from artifex.catalog.wan.sparsity import sparsely
from artifex.catalog.wan.trajectory import Segment, denoise_segment
from artifex.catalog.wan.transformer import WanTransformer
from artifex.catalog.wan.windows import OVERVIEW, latent_frames, windows_of
from artifex.engine.attention import Attention, Winners, pick_attention
from artifex.engine.checkpoint import load as load_checkpoint
from artifex.engine.memory.allocator import limit_device_memory, use_growing_segments
from artifex.engine.memory.shortage import memory_shortage
from artifex.engine.noise import gaussian_noise
from artifex.engine.sampling.guidance import Experts
from artifex.engine.weights.empty import build_empty, is_empty
from artifex.errors import NotAvailable
from artifex.recipe import Lora, Recipe
from artifex.units import PixelSize


def load(spec: ModelSpec, plan: Execution, winners: Winners | None = None) -> VideoModel:
    """Load a checkpoint as planned.

    Args:
        spec: the checkpoint.
        plan: how it is executed.
        winners: see `pick_attention`.

    Raises:
        WeightsDamaged: a file is missing, damaged or of another model.
        UnknownName: the plan names an attention backend that does not exist.
        NotAvailable: the device cannot compute as the plan says, or several GPUs cannot make its clips together.
        OutOfMemory: it does not fit, against the plan's prediction.
    """
    folder = require_folder(spec)
    with ExitStack() as unless_loaded:
        follow = partial(begin_on, partial(load_follower, winners=winners), folder)
        crew = None if plan.gpus == 1 else Crew(plan, follow)
        if crew is not None:
            unless_loaded.callback(crew.close)
        with memory_shortage("loading the model"):
            components = _load(folder, plan, winners, partial(load_components, winners=winners))
        if isinstance(components.low_noise, SpeechTransformer):
            if crew is not None:
                raise NotAvailable("Clips that speak are made on one GPU; leave out --gpus.")
            return speech_model(components)
        unless_loaded.pop_all()
        return WanModel(components, crew)


def load_follower(folder: Path, execution: Execution, rank: int, winners: Winners | None = None) -> "WanModel":
    """Load a model that only joins in the passes and decodes of another process. Raises as `load`."""
    with memory_shortage("loading the model"):
        return WanModel(_load(folder, execution, winners, partial(load_followers, rank=rank, winners=winners)))


def _load(
    folder: Path,
    execution: Execution,
    winners: Winners | None,
    load: Callable[[Path, Execution, Attention], Components],
) -> Components:
    device = torch.device(execution.device)
    use_growing_segments()
    limit_device_memory(device, execution.vram_limit)
    return load(folder, execution, pick_attention(exact_attention(execution.attention), device, winners=winners))


def check_folder(folder: Path) -> None:
    """Check, tensor by tensor, that a folder holds a complete model. Raises WeightsDamaged."""
    check_parts(find_parts(folder))


def check_loras(spec: ModelSpec, loras: Sequence[tuple[Lora, Path]]) -> None:
    """Check that LoRAs fit a model before any of its weights are read. Raises BadInput, WeightsDamaged."""
    parts = find_parts(require_folder(spec))
    attention = pick_attention()

    def empty(part: Part) -> WanTransformer:
        config = part.transformer_config()
        return build_empty(lambda: build_transformer(config, attention))

    read_fitting(empty(parts.low_noise), None if parts.high_noise is None else empty(parts.high_noise), loras)


class WanModel(LoadedModel):
    """`VideoModel` of the Wan family, for clips of one segment."""

    def __init__(self, components: Components, crew: Crew | None = None) -> None:
        """Take the networks, and the other GPUs' processes that share their passes and decodes."""
        super().__init__(components)
        self._crew = crew

    @property
    def components(self) -> Components:
        """The networks."""
        return self._parts

    def close(self) -> None:
        """See `VideoModel`."""
        if self._crew is not None:
            self._crew.close()
        super().close()

    @torch.inference_mode()
    def encode(self, recipe: Recipe, references: References) -> Conditioning:
        """Encode prompts to text states and given frames to latents. Raises OutOfMemory."""
        with memory_shortage("encoding the prompt and pictures"):
            later = [mark.prompt for mark in recipe.prompt_track]
            prompt, negative, *others = self._encode_prompts(recipe.prompt, recipe.negative_prompt, *later)
            conditioning = Conditioning(prompt, negative, others, loras=references.loras)
            given = given_frames(references, self._parts.vae.config.temporal_factor)
            return conditioning if given is None else self._with_frames(conditioning, given, recipe)

    @torch.inference_mode()
    def denoise(self, conditioning: Conditioning, recipe: Recipe, hooks: Hooks, resume: bytes | None) -> Tensor:
        """Denoise to clean latents [channels, frames, height, width]; see `VideoModel`."""
        checkpoint = None if resume is None else load_checkpoint(resume, recipe.identity)
        noise = gaussian_noise((1, *self._latent_shape(recipe)), recipe.seed).to(self._parts.device)
        conditioner = conditioner_for(conditioning)
        with memory_shortage("denoising"), self.bound(conditioning, recipe) as experts:
            if self._crew is None:
                return denoise_segment(experts, conditioner, noise, recipe, hooks, Segment(), checkpoint)[0]
            watched = self._crew.watching(hooks)
            with self._crew.clip(experts, self._parts, conditioning, recipe) as shared:
                return denoise_segment(shared, conditioner, noise, recipe, watched, Segment(), checkpoint)[0]

    @contextmanager
    def bound(self, conditioning: Conditioning, recipe: Recipe) -> Iterator[Experts]:
        """The transformers bound to a clip's conditions, with its LoRAs applied until the block ends."""
        with self._wearing(conditioning.loras):
            yield self._experts(conditioning, recipe)

    def decode(self, latents: Tensor, conditioning: Conditioning) -> Iterator[Frames]:
        """Frames as the VAE finishes them: 1, then 4 at a time. Raises OutOfMemory."""
        return as_frames(self._decode_video(latents[None]), self._parts.device)

    def _decode_whole(self, latents: Tensor) -> Iterator[Tensor]:
        execution = self._parts.execution
        if self._crew is None or execution.decoders(latents.shape[3]) == 1:
            return super()._decode_whole(latents)
        return self._crew.decode(self._parts.vae, latents, by_frame=execution.decode_by_frame)

    def _with_frames(self, conditioning: Conditioning, given: GivenFrames, recipe: Recipe) -> Conditioning:
        parts, size = self._parts, PixelSize(recipe.width, recipe.height)
        if parts.clip is not None:
            states = load_picture_encoder(parts.clip, parts.device).encode(given.start[0])
            conditioning = replace(conditioning, picture=states)
        config = parts.low_noise.config
        if config.in_channels == config.out_channels:
            start = start_frames(given, size, recipe.frame_count)
            return replace(conditioning, start=self._encode_video(start))
        vae = parts.vae.config
        clip = given_clip(given, size, recipe.frame_count, grid=vae.spatial_factor * config.patch_size[1])
        mask = given.mask(recipe.frame_count, vae.temporal_factor)
        return replace(conditioning, channels=given_channels(mask, self._encode_video(clip)))

    def _latent_shape(self, recipe: Recipe) -> tuple[int, int, int, int]:
        vae = self._parts.vae.config
        frames = latent_frames(recipe.frame_count, vae.temporal_factor)
        return vae.z_dim, frames, recipe.height // vae.spatial_factor, recipe.width // vae.spatial_factor

    def _experts(self, conditioning: Conditioning, recipe: Recipe) -> Experts:
        low, high = recipe.guidance
        parts, timing = self._parts, self._timing(recipe)
        bind = partial(expert_for, timing=timing, is_roomy=parts.execution.is_roomy)
        upper = None if parts.high_noise is None else elsewhere("high", high)
        if parts.high_noise is not None and not is_empty(parts.high_noise):
            told = None if parts.residency is None else parts.residency.hand_over
            last = handing_over(recipe, parts.boundary, told) if told else None
            upper = bind(parts.high_noise, conditioning, high, last=last)
            upper = sparsely(upper, parts.high_noise, recipe)
        lower = elsewhere("low", low)
        if not is_empty(parts.low_noise):
            lower = sparsely(bind(parts.low_noise, conditioning, low), parts.low_noise, recipe)
        turns = (OVERVIEW,) if len(timing.windows) > 1 else ()
        return Experts(lower, upper, parts.boundary, recipe.guided_steps, turns)

    def _timing(self, recipe: Recipe) -> Timing:
        vae, (_, rows, columns) = self._parts.vae.config, self._parts.low_noise.config.patch_size
        _, _, height, width = self._latent_shape(recipe)
        shares = latent_shares(recipe.prompt_track, recipe.frame_count, vae.temporal_factor)
        return Timing(windows_of(recipe, vae), shares, (height // rows) * (width // columns))
