"""The Wan2.2 S2V transformer: Wan's, conditioned also on a picture, earlier frames, a pose and a voice.

Parameters shared with `WanTransformer` have Diffusers' names, its own have the authors', except for attention to the
voice, which belongs to the blocks here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor, nn

from artifex.catalog.wan.residual_stream import ResidualStream
from artifex.catalog.wan.rotary import rotary_at
from artifex.catalog.wan.s2v.audio_encoder import CausalAudioEncoder
from artifex.catalog.wan.s2v.config import SpeechConfig
from artifex.catalog.wan.s2v.frame_packer import FramePacker
from artifex.catalog.wan.s2v.listening import ListeningBlock, PreparedVoice
from artifex.catalog.wan.s2v.timing import MOTION_FRAMES, MOTION_LATENTS
from artifex.catalog.wan.transformer import PreparedText, WanTransformer
from artifex.engine.attention import Attention, pick_attention

__all__ = ["PreparedSpeech", "Scene", "SpeechConfig", "SpeechTransformer"]

_REFERENCE_TIME = 30
"""The picture's position on the time axis: after every frame of a segment."""


@dataclass(frozen=True, slots=True)
class Scene:
    """Picture, earlier frames and pose of one segment as tokens; the same at every step and for every prompt."""

    pose: Tensor
    """Added to the video's tokens, in the weights' dtype: [1, video tokens, dim], or [1, 1, dim] without a pose."""
    still: Tensor
    """Tokens of the picture and of earlier frames, which follow the video's, float32 [1, tokens, dim]."""
    rotary: Tensor
    """Position table of all tokens."""


@dataclass(frozen=True, slots=True)
class PreparedSpeech(PreparedText):
    """Everything of one segment that does not depend on the step."""

    scene: Scene
    voice: PreparedVoice


class SpeechTransformer(WanTransformer):
    """Predicts the flow velocity of one segment; a batch is one clip."""

    def __init__(self, config: SpeechConfig, attention: Attention | None = None) -> None:
        """Build the network with random weights; arguments as `WanTransformer`'s."""
        attention = attention or pick_attention()
        super().__init__(config, attention)
        for index in config.audio_inject_layers:
            self.blocks[index] = ListeningBlock(config, attention)
        self.cond_encoder = nn.Conv3d(
            config.pose_channels, config.dim, kernel_size=config.patch_size, stride=config.patch_size
        )
        self.trainable_cond_mask = nn.Embedding(3, config.dim)  # rows: video, picture, earlier frames
        self.casual_audio_encoder = CausalAudioEncoder(
            config.audio_dim, config.audio_layers, config.dim, config.audio_tokens
        )
        self.frame_packer = FramePacker(config)

    def prepare_scene(self, picture: Tensor, frames: int, pose: Tensor | None, motion: Tensor | None) -> Scene:
        """Embed picture, pose and earlier frames of a segment as tokens.

        Args:
            picture: latent of the reference picture, [1, in_channels, 1, height, width].
            frames: latent frames of the segment.
            pose: latents of its poses, [1, pose_channels, frames, height, width], or None.
            motion: latents of earlier frames, [1, in_channels, up to 19, height, width], or None.
        """
        kinds = self.trainable_cond_mask.weight.float()[:, None, None]
        still = [_tokens(self.patch_embedding, picture) + kinds[1]]
        _, rows, columns = self.grid(picture)
        tables = [self._places(range(frames), rows, columns), self._places([_REFERENCE_TIME], rows, columns)]
        if motion is not None:
            packed, table = self.frame_packer(motion)
            still.append(packed + kinds[2])
            tables.append(table)
        added = (self._pose(pose) + kinds[0]).to(self.cond_encoder.weight.dtype)
        return Scene(added, torch.cat(still, dim=1), torch.cat(tables))

    def prepare_voice(self, states: Tensor) -> PreparedVoice:
        """Prepare a segment's voice for the blocks that attend to it.

        Args:
            states: [1, layers, audio_dim, frames]; see `voice.states_of_frames`.
        """
        return PreparedVoice(*self.encode_voice(states))

    def encode_voice(self, states: Tensor) -> tuple[Tensor, Tensor]:
        """`prepare_voice`'s states -> tokens [1, latent frames, tokens + 1, dim], vectors [1, latent frames, dim]."""
        # The encoder is causal: the first state is repeated for the frames before the segment.
        before = states[..., :1].expand(*states.shape[:-1], MOTION_FRAMES)
        tokens, vectors = self.casual_audio_encoder(torch.cat((before, states), dim=-1))
        return tokens[:, MOTION_LATENTS:], vectors[:, MOTION_LATENTS:]

    def forward(
        self,
        latents: Tensor,
        timestep: Tensor,
        text: Tensor | PreparedText,
        text_bias: Tensor | None = None,
        rotary: Tensor | None = None,
    ) -> Tensor:
        """Velocity of the flow at `timestep`.

        Args:
            latents: [1, in_channels, frames, height, width], divisible by the patch size.
            timestep: in [0, 1000], [1].
            text: a `PreparedSpeech`; other types raise TypeError.
            text_bias: part of `text` here.
            rotary: part of `text` here.

        Returns:
            [1, out_channels, frames, height, width], float32.
        """
        if not isinstance(text, PreparedSpeech):
            raise TypeError("a speech transformer needs a PreparedSpeech")
        scene = text.scene
        x = torch.cat((_tokens(self.patch_embedding, latents) + scene.pose, scene.still), dim=1)
        runs = (x.shape[1] - scene.still.shape[1], scene.still.shape[1])
        # Tokens other than the video's are always clean: they have timestep 0 and their own row of modulation.
        timesteps = torch.cat((timestep, torch.zeros_like(timestep)))[None]
        embedding, modulation = self.condition_embedder.time(timesteps)
        listen = partial(self._listen, voice=text.voice, video=runs[0])
        x = self._walk(x, modulation, text, scene.rotary, runs, listen)
        return self._velocity(x[:, : runs[0]], embedding[:, :1], self.grid(latents))

    def _listen(self, index: int, stream: ResidualStream, voice: PreparedVoice, video: int) -> None:
        """Called after block `index`; the first `video` tokens attend to the voice."""
        block = self.blocks[index]
        if isinstance(block, ListeningBlock):
            block.listen(stream, video, voice.heard(index, block))

    def _pose(self, pose: Tensor | None) -> Tensor:
        """Tokens of a pose, float32; without one, those of zeros, which are the bias."""
        if pose is not None:
            return _tokens(self.cond_encoder, pose)
        assert self.cond_encoder.bias is not None
        return self.cond_encoder.bias.float()[None, None]

    def _places(self, times: Iterable[int], rows: int, columns: int) -> Tensor:
        """Position table of whole latent frames."""
        positions = tuple(times), tuple(range(rows)), tuple(range(columns))
        return rotary_at(self.config.attention_head_dim, positions, self.patch_embedding.weight.device)


def _tokens(patches: nn.Conv3d, latents: Tensor) -> Tensor:
    """[1, channels, frames, height, width] -> float32 [1, tokens, dim]."""
    return patches(latents.to(patches.weight.dtype)).flatten(2).transpose(1, 2).float()
