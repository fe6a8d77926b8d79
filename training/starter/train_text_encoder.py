"""Train the text encoder alone: every token's state must encode the whole caption.

Linear heads on each token predict shape, colour, background, motion, size and speed. With transformers' own
initialisation, training gets stuck at knowing both colours but not which is the background's, so attention heads start
with a preferred relative offset, which binds an adjective to its noun.
"""

import argparse
import os
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn import functional
from transformers import UMT5EncoderModel

from training.starter import heldout, text
from training.starter.domain import ATTRIBUTES
from training.starter.networks import text_encoder_config
from training.starter.shapes import sample_attributes

PREFERRED_OFFSETS = (-1, -2, -3, 1, 2, None)  # of the six heads; None: no preference
PREFERENCE = 3.0  # logits


def fresh_encoder() -> UMT5EncoderModel:
    """An encoder whose heads start with preferred offsets and small content logits."""
    encoder = UMT5EncoderModel(text_encoder_config())
    for block in encoder.encoder.block:
        attention = block.layer[0].SelfAttention
        nn.init.normal_(attention.q.weight, std=0.02)
        bias = attention.relative_attention_bias.weight
        nn.init.zeros_(bias)
        for head, offset in enumerate(PREFERRED_OFFSETS):
            if offset is not None:
                # In transformers, the upper half of the buckets is for keys after the query.
                bias.data[abs(offset) + (bias.shape[0] // 2 if offset > 0 else 0), head] = PREFERENCE
    return encoder


class Heads(nn.Module):
    """One linear layer for all attributes; the last class of each means that the caption leaves it out."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.sizes = [len(values) + 1 for values in ATTRIBUTES.values()]
        self.linear = nn.Linear(width, sum(self.sizes))

    def forward(self, states: Tensor) -> list[Tensor]:
        return list(self.linear(states).split(self.sizes, -1))


def loss(heads: Heads, states: Tensor, mask: Tensor, classes: Tensor) -> tuple[Tensor, Tensor]:
    """Mean cross entropy over tokens, and the share of captions whose </s> state gives each attribute rightly [6].

    states [B, L, D]; mask [B, L]; classes [B, 6] with UNTOLD for attributes left out.
    """
    last = mask.sum(1) - 1
    total, right = states.new_zeros(()), []
    for column, logits in enumerate(heads(states)):
        target = classes[:, column].clone()
        target[target == text.UNTOLD] = logits.shape[-1] - 1
        per_token = functional.cross_entropy(
            logits.transpose(1, 2), target[:, None].expand(-1, logits.shape[1]), reduction="none"
        )
        total = total + (per_token * mask).sum() / mask.sum()
        final = logits[torch.arange(len(last)), last].argmax(-1)
        right.append((final == target).float().mean())
    return total, torch.stack(right)


def caption_set(combinations: list[tuple[str, str, str]], scenes: int, seed: int, device: str) -> tuple[Tensor, Tensor]:
    """Token ids [N, TOKENS] and classes [N, 6] of one caption per scene and language."""
    attributes = sample_attributes(scenes, combinations, torch.Generator().manual_seed(seed))
    ids, classes = text.caption_bank(attributes, 1, seed, os.cpu_count() or 1)
    return ids.flatten(0, 1).long().to(device), classes.flatten(0, 1).long().to(device)


def train(encoder: UMT5EncoderModel, steps: int, size: int, rate: float, device: str) -> Heads:
    """Train in place; returns the heads."""
    heads = Heads(192).to(device)
    encoder.to(device).train()
    captions, told = caption_set(heldout.trained(), 60_000, 1, device)
    optimiser = torch.optim.AdamW([*encoder.parameters(), *heads.parameters()], rate, betas=(0.9, 0.98))
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, rate, total_steps=steps, pct_start=0.05)
    for step in range(steps):
        chosen = torch.randint(len(captions), (size,), device=device)
        ids = captions[chosen]
        mask = (ids != 0).long()
        states = encoder(input_ids=ids, attention_mask=mask).last_hidden_state
        total, right = loss(heads, states, mask, told[chosen])
        optimiser.zero_grad()
        total.backward()
        nn.utils.clip_grad_norm_(encoder.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        if step % 100 == 99:
            print(f"step {step + 1} loss {total.item():.3f} right {[round(r, 3) for r in right.tolist()]}", flush=True)
    return heads


@torch.no_grad()
def accuracy(encoder: UMT5EncoderModel, heads: Heads, device: str) -> Tensor:
    """Share of held-out captions whose </s> state gives each attribute rightly [6]."""
    ids, classes = caption_set(heldout.held_out(), 2000, 2, device)
    mask = (ids != 0).long()
    states = encoder(input_ids=ids, attention_mask=mask).last_hidden_state
    return loss(heads, states, mask, classes)[1]


def main() -> None:
    """Train from scratch or from earlier weights, and save."""
    options = argparse.ArgumentParser()
    options.add_argument("--output", type=Path, required=True, help="safetensors file to write")
    options.add_argument("--warm-start", type=Path)
    options.add_argument("--steps", type=int, default=1500)
    options.add_argument("--batch", type=int, default=384)
    options.add_argument("--rate", type=float, default=2e-3)
    options.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    chosen = options.parse_args()
    torch.manual_seed(0)
    encoder = fresh_encoder()
    if chosen.warm_start:
        encoder.load_state_dict(load_file(chosen.warm_start), strict=False)
    heads = train(encoder, chosen.steps, chosen.batch, chosen.rate, chosen.device)
    told = accuracy(encoder, heads, chosen.device)
    print("held out:", dict(zip(ATTRIBUTES, (round(value, 4) for value in told.tolist()), strict=True)))
    weights = {name: value for name, value in encoder.state_dict().items() if name != "encoder.embed_tokens.weight"}
    save_file({name: value.cpu().contiguous() for name, value in weights.items()}, chosen.output)


if __name__ == "__main__":
    main()
