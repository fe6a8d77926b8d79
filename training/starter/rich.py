"""Busier clips for the VAE only: two shapes over gradients and stripes, so that it also encodes other pictures."""

from math import pi

import torch
from torch import Tensor

from training.starter import heldout, shapes
from training.starter.domain import FRAMES, SIDE


def draw_rich(count: int, random: torch.Generator, device: str) -> Tensor:
    """Clips [B, 3, T, SIDE, SIDE] in [-1, 1]."""
    clip = _ground(count, random, device)
    for _ in range(2):
        attributes = shapes.sample_attributes(count, heldout.trained(), random)
        clip = shapes.paint(clip, shapes.sample_scene(attributes, random))
    return clip * 2 - 1


def _ground(count: int, random: torch.Generator, device: str) -> Tensor:
    """A gradient between two colours, half of them cut into stripes [B, 3, T, SIDE, SIDE] in [0, 1]."""
    first, second = torch.rand(2, count, 3, 1, 1, 1, generator=random).to(device)
    angle = (torch.rand(count, 1, 1, generator=random) * 2 * pi).to(device)
    bands = (torch.rand(count, 1, 1, generator=random) * 5 + 2).to(device)
    striped = (torch.rand(count, 1, 1, generator=random) < 0.5).to(device)
    place = torch.linspace(-0.5, 0.5, SIDE, device=device)
    along = place * angle.cos() + place[:, None] * angle.sin() + 0.5
    stripes = ((along * bands * 2 * pi).sin() * 8).clamp(-1, 1) / 2 + 0.5
    mix = torch.where(striped, stripes, along.clamp(0, 1))[:, None, None]
    return (first + (second - first) * mix).expand(-1, -1, FRAMES, -1, -1)
