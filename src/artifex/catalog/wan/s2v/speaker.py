"""A speech transformer with everything of a clip bound to it, so that the sampling loop can ask for velocities."""

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
            network: asked for velocities.
            conditioning: of the clip.
            scale: of guidance; there is none at 1 and below, as the authors have it.
        """
        self.network = network
        self._given = conditioning
        self._scale = max(1.0, scale)
        self._prompt = network.prepare_text(*padded_states(conditioning.prompt))
        self._negative = network.prepare_text(*padded_states(conditioning.negative))

    def expert(self, segment: int, motion: Tensor | None) -> Expert:
        """The network in one segment; without guidance it is asked under the wanted condition alone.

        Args:
            segment: which one.
            motion: latents of the frames it goes on from; None for a first one that goes on from nothing.
        """
        given, network = self._given, self.network
        picture = given.picture_latent
        scene = network.prepare_scene(picture, given.layout.segment_latents, given.pose_of(segment), motion)
        states = given.voice_of(segment).to(picture.device)
        conditional = self._velocity(self._prompt, scene, states)
        if self._scale == 1.0:
            return Expert(conditional, conditional, self._scale)
        # Guidance leads away from the unwanted prompt, spoken in silence.
        return Expert(conditional, self._velocity(self._negative, scene, torch.zeros_like(states)), self._scale)

    def _velocity(self, text: PreparedText, scene: Scene, states: Tensor) -> Velocity:
        network = self.network
        prepared = PreparedSpeech(text.layers, text.bias, scene, network.prepare_voice(states))
        return lambda latents, timesteps: cast(Tensor, network(latents, timesteps, prepared))
