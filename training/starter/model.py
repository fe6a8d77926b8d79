"""What the transformer is trained with: its initialisation, auxiliary loss and noise levels."""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from artifex.catalog.wan.residual_stream import ResidualStream
from artifex.catalog.wan.text_padding import collapse_padding
from artifex.catalog.wan.transformer import TransformerConfig, WanTransformer
from artifex.catalog.wan.transformer_block import linear_float32
from artifex.engine.kernels.rows import modulated_norm
from training.starter.domain import ATTRIBUTES
from training.starter.networks import TEXT_TOKENS, TRANSFORMER

LISTENER_BLOCK = 4  # the block after which the auxiliary heads read the attributes


class TrainingTransformer(WanTransformer):
    """The same network, also returning the hidden states of one middle block for the auxiliary loss."""

    def velocity_and_states(
        self, latents: Tensor, timestep: Tensor, text: Tensor, bias: Tensor, rotary: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Velocity [B, C, T, H, W] of `forward`, and states [B, tokens, dim] after `LISTENER_BLOCK`."""
        prepared = self.prepare_text(text, bias)
        x = self.patch_embedding(latents).flatten(2).transpose(1, 2).float().contiguous()
        embedding, modulation = self.condition_embedder.time(timestep)
        states, stream = x, ResidualStream(x)
        for index, (block, key_value) in enumerate(zip(self.blocks, prepared.layers, strict=True)):
            block(stream, modulation, key_value, prepared.bias, rotary)
            if index == LISTENER_BLOCK:
                states = stream.joined()
        shift, scale = (self.scale_shift_table + embedding[:, :, None]).unbind(2)
        x = linear_float32(self.proj_out, modulated_norm(stream.joined(), scale, shift, self.config.eps))
        return self._unpatchify(x, self.grid(latents)), states


def fresh_transformer() -> TrainingTransformer:
    """A transformer whose blocks start as the identity, and attend little to the prompt's padding."""
    model = TrainingTransformer(TransformerConfig.from_dict(TRANSFORMER))
    for name, parameter in model.named_parameters():
        if parameter.dim() > 1 and "table" not in name:
            nn.init.normal_(parameter, std=1 / math.sqrt(parameter[0].numel()))
        elif name.endswith("bias"):
            nn.init.zeros_(parameter)
    for block in model.blocks:
        for layer in (block.attn1.to_out[0], block.attn2.to_out[0], block.ffn.net[2]):
            nn.init.zeros_(layer.weight)
        # Order: shift, scale, gate of the attention, then of the feed-forward.
        block.scale_shift_table.data.zero_()
        block.scale_shift_table.data[:, (2, 5)] = 1.0
        _quiet_padding(block.attn2)
    nn.init.zeros_(model.condition_embedder.time_proj.weight)
    nn.init.zeros_(model.proj_out.weight)
    model.scale_shift_table.data.zero_()
    return model


def _quiet_padding(attention: nn.Module) -> None:
    """Initialise cross-attention with low logits on padding.

    Some 490 of the 512 text tokens are padding; with equal logits they would take nearly all of the attention, and
    the prompt would be learned slowly. Padding has a zero embedding, so its key is the (normalised) bias, which is
    made opposite to that of all queries.
    """
    direction = torch.randn(attention.to_q.bias.shape).sign()
    attention.to_q.bias.data.copy_(direction)
    attention.to_k.bias.data.copy_(-0.2 * direction)


class Listener(nn.Module):
    """Linear heads that predict the caption's attributes from every video token's state, for an auxiliary loss."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.sizes = [len(values) for values in ATTRIBUTES.values()]
        self.norm = nn.LayerNorm(width)
        self.linear = nn.Linear(width, sum(self.sizes))

    def forward(self, states: Tensor, classes: Tensor) -> Tensor:
        """Summed cross entropy; states [B, tokens, dim], classes [B, 6] with UNTOLD (-100) ignored."""
        total = states.new_zeros(())
        for column, logits in enumerate(self.linear(self.norm(states)).float().split(self.sizes, -1)):
            target = classes[:, column, None].expand(-1, states.shape[1])
            # At least 1, since all captions of a batch may leave an attribute out.
            told = (target != -100).sum().clamp(min=1)
            total = total + functional.cross_entropy(logits.flatten(0, 1), target.flatten(), reduction="sum") / told
        return total


def sample_sigma(count: int, device: torch.device | str, shift: float = 8.0, uniform_share: float = 0.25) -> Tensor:
    """Noise levels [count] in (0, 1), mostly shifted towards high noise, where content is decided."""
    u = torch.rand(count, device=device)
    shifted = shift * u / (1 + (shift - 1) * u)
    return torch.where(torch.rand(count, device=device) < uniform_share, u, shifted)


def padded_text(states: Tensor, length: Tensor) -> tuple[Tensor, Tensor]:
    """Caption states [B, L, D] and their lengths as the network's text and text bias."""
    return collapse_padding(states.float(), length, TEXT_TOKENS)


def shifted_sigmas(steps: int, shift: float) -> list[float]:
    """The noise levels of Wan's samplers, with the final 0."""
    levels = [0.999 * (1 - i / steps) for i in range(steps)]
    return [shift * x / (1 + (shift - 1) * x) for x in levels] + [0.0]
