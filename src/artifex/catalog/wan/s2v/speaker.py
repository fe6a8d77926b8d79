"""Binds a speech transformer to a clip's conditions, for the sampling loop."""

from typing import cast

import torch
from torch import Tensor

from artifex.catalog.wan.s2v.conditioning import SpeechConditioning
from artifex.catalog.wan.s2v.network import PreparedSpeech, Scene, SpeechTransformer
from artifex.catalog.wan.text import padded_states
from artifex.catalog.wan.transformer import PreparedText
from artifex.engine.sampling.guidance import Expert, Velocity


class Speaker:
    """One transformer and one clip; the prompts are prepared once for all segments."""

    def __init__(self, network: SpeechTransformer, conditioning: SpeechConditioning, scale: float) -> None:
        """Bind them.

        Args:
            network: predicts velocities.
            conditioning: of the clip.
            scale: guidance scale; no guidance at 1 and below, as in the authors' code.
        """
        self.network = network
        self._given = conditioning
        self._scale = max(1.0, scale)
        self._prompt = network.prepare_text(*padded_states(conditioning.prompt))
        self._negative = network.prepare_text(*padded_states(conditioning.negative))

    def expert(self, segment: int, motion: Tensor | None) -> Expert:
        """The network bound to one segment; without guidance, under the prompt alone.

        Args:
            segment: its number.
            motion: latents of the frames it continues from; None for a first segment without any.
        """
        given, network = self._given, self.network
        picture = given.picture_latent
        scene = network.prepare_scene(picture, given.layout.segment_latents, given.pose_of(segment), motion)
        states = given.voice_of(segment).to(picture.device)
        conditional = self._velocity(self._prompt, scene, states)
        if self._scale == 1.0:
            return Expert(conditional, conditional, self._scale)
        # The unconditional pass has the negative prompt and a silent voice.
        return Expert(conditional, self._velocity(self._negative, scene, torch.zeros_like(states)), self._scale)

    def _velocity(self, text: PreparedText, scene: Scene, states: Tensor) -> Velocity:
        network = self.network
        prepared = PreparedSpeech(text.layers, text.bias, scene, network.prepare_voice(states))
        return lambda latents, timesteps: cast(Tensor, network(latents, timesteps, prepared))
