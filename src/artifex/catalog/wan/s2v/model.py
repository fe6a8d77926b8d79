"""A loaded S2V model behind the contract of all families: makes a clip segment by segment, each continuing the last."""

import math
from collections.abc import Callable, Iterator
from functools import partial

import torch
from torch import Tensor

from artifex.catalog.contract import Frames, Hooks, References, Samples
from artifex.catalog.wan.components import Components
from artifex.catalog.wan.conditioning import TextConditioner
from artifex.catalog.wan.loaded import LoadedModel, as_frames
from artifex.catalog.wan.s2v.conditioning import SpeechConditioning, encode_poses, frames_before
from artifex.catalog.wan.s2v.layout import ClipLayout
from artifex.catalog.wan.s2v.network import SpeechTransformer
from artifex.catalog.wan.s2v.picture import fit_picture
from artifex.catalog.wan.s2v.progress import Progress, after_segment, start
from artifex.catalog.wan.s2v.segments import clip_frames, recent_frames
from artifex.catalog.wan.s2v.speaker import Speaker
from artifex.catalog.wan.s2v.timing import SAMPLE_RATE
from artifex.catalog.wan.s2v.voice import VoiceEncoder, load_voice, states_of_frames
from artifex.catalog.wan.sparsity import sparsely
from artifex.catalog.wan.trajectory import Segment, denoise_segment
from artifex.catalog.wan.transformer import WanTransformer
from artifex.engine.checkpoint import Checkpoint
from artifex.engine.checkpoint import load as load_checkpoint
from artifex.engine.memory.shortage import memory_shortage
from artifex.engine.noise import gaussian_noise
from artifex.engine.sampling.guidance import Expert, Experts
from artifex.errors import BadInput, WeightsDamaged
from artifex.recipe import Recipe
from artifex.units import PixelSize

ExpertsIn = Callable[[int, Tensor | None], Experts]
"""(segment, latents of the frames it continues from, or None) -> the networks bound to that segment."""


def speech_model(components: Components) -> "SpeechModel":
    """The model of loaded networks, with the voice encoder from their folder.

    Raises:
        WeightsDamaged: there is no voice encoder, or it is damaged.
    """
    if components.voice_folder is None:
        raise WeightsDamaged("This model has no wav2vec2 folder to hear a voice with; fetch the model's files again.")
    return SpeechModel(components, load_voice(components.voice_folder))


class SpeechModel(LoadedModel):
    """`VideoModel` for speech-driven clips."""

    def __init__(self, components: Components, voice: VoiceEncoder) -> None:
        """Take the networks, whose transformers are `SpeechTransformer`s."""
        super().__init__(components)
        self._voice = voice
        self._low = _listener(components.low_noise)
        self._high = None if components.high_noise is None else _listener(components.high_noise)

    @torch.inference_mode()
    def encode(self, recipe: Recipe, references: References) -> SpeechConditioning:
        """Encode prompts to text states, the sound to voice states of every frame, picture and pose to latents.

        Raises:
            BadInput: the picture or the sound is missing.
            OutOfMemory: there is too little.
        """
        pictures, sound = references.frames.get("image"), references.audio
        if pictures is None or sound is None:
            raise BadInput("A clip that speaks needs a picture and a sound; give both.")
        with memory_shortage("encoding prompt, picture and voice"):
            return self._encode(recipe, references, pictures[0], sound)

    @torch.inference_mode()
    def denoise(self, conditioning: SpeechConditioning, recipe: Recipe, hooks: Hooks, resume: bytes | None) -> Tensor:
        """Denoise to clean latents [channels, frames, height, width] of all segments, each preceded by its prefix.

        See `VideoModel`.
        """
        checkpoint = None if resume is None else load_checkpoint(resume, recipe.identity)
        progress = start(conditioning, checkpoint)
        with memory_shortage("denoising"), self._wearing(conditioning.loras):
            experts_in = self._experts(conditioning, recipe)
            motion_after = partial(self._motion_after, conditioning)
            while progress.segment < conditioning.layout.segments:
                latents = self._denoise_segment(experts_in, conditioning, recipe, hooks, progress, checkpoint)
                progress, checkpoint = after_segment(progress, latents, conditioning, motion_after), None
        return progress.finished[0]

    def decode(self, latents: Tensor, conditioning: SpeechConditioning) -> Iterator[Frames]:
        """Frames as the VAE finishes them, as many as the recipe asks for. Raises OutOfMemory."""
        return as_frames(clip_frames(self._decode_video, latents[None], conditioning.layout), self._parts.device)

    def _encode(self, recipe: Recipe, references: References, seen: Frames, sound: Samples) -> SpeechConditioning:
        layout, size = ClipLayout.of(recipe), PixelSize(recipe.width, recipe.height)
        picture = fit_picture(seen, size)
        prompt, negative = self._encode_prompts(recipe.prompt, recipe.negative_prompt)
        return SpeechConditioning(
            layout=layout,
            prompt=prompt,
            negative=negative,
            voice=self._hear(sound, layout),
            picture=picture,
            picture_latent=self._encode_video(picture),
            motion=self._motion_before(picture) if layout.looks_back(0) else None,
            poses=encode_poses(self._encode_video, references, layout, size),
            loras=references.loras,
        )

    def _motion_before(self, picture: Tensor) -> Tensor:
        """Latents that a first segment continues from when it starts from its picture."""
        return self._encode_video(frames_before(picture, start_from_picture=True))

    def _motion_after(self, conditioning: SpeechConditioning, finished: Tensor) -> Tensor:
        """Latents that the segment after the finished ones continues from."""
        return self._encode_video(recent_frames(self._decode_video, finished, conditioning))

    def _hear(self, sound: Samples, layout: ClipLayout) -> Tensor:
        """Voice states of every frame. With `compat`, the whole sound is encoded, as by the authors."""
        if not layout.speech.compat:
            sound = sound[: math.ceil(layout.made_frames / layout.frame_rate * SAMPLE_RATE)]
        return states_of_frames(self._voice.encode(sound), layout.made_frames, layout.frame_rate)

    def _denoise_segment(
        self,
        experts_in: ExpertsIn,
        conditioning: SpeechConditioning,
        recipe: Recipe,
        hooks: Hooks,
        progress: Progress,
        checkpoint: Checkpoint | None,
    ) -> Tensor:
        index, layout = progress.segment, conditioning.layout
        channels, _, *sides = conditioning.picture_latent.shape[1:]
        noise = gaussian_noise((1, channels, layout.segment_latents, *sides), recipe.seed + index)
        return denoise_segment(
            experts_in(index, progress.motion),
            TextConditioner(),
            noise.to(self._parts.device),
            recipe,
            hooks,
            Segment(index, layout.segments, progress.carried),
            checkpoint,
        )

    def _experts(self, conditioning: SpeechConditioning, recipe: Recipe) -> ExpertsIn:
        """The networks bound to a clip, but not yet to a segment."""
        low_scale, high_scale = recipe.guidance
        low = Speaker(self._low, conditioning, low_scale)
        high = None if self._high is None else Speaker(self._high, conditioning, high_scale)

        def asked(speaker: Speaker, index: int, motion: Tensor | None) -> Expert:
            return sparsely(speaker.expert(index, motion), speaker.network, recipe)

        def in_segment(index: int, motion: Tensor | None) -> Experts:
            upper = None if high is None else asked(high, index, motion)
            return Experts(asked(low, index, motion), upper, self._parts.boundary, recipe.guided_steps)

        return in_segment


def _listener(transformer: WanTransformer) -> SpeechTransformer:
    if isinstance(transformer, SpeechTransformer):
        return transformer
    raise WeightsDamaged("This model's transformer cannot listen to a voice; fetch the model's files again.")
