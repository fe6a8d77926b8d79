"""The evaluation's prompts: held-out combinations, with every attribute stated."""

from dataclasses import dataclass
from random import Random

import torch

from training.starter import captions, heldout, shapes, text
from training.starter.telling import Telling

_SEED = 20_000


@dataclass(frozen=True)
class Question:
    """A prompt and what its clip must show."""

    prompt: str
    wanted: Telling


def questions(count: int, language: str) -> list[Question]:
    """Prompts for the same scenes in every language; medium size and normal speed are not mentioned."""
    attributes = scenes(count)
    random = Random(f"{language}/{_SEED}")
    asked = []
    for wanted in text.tellings(attributes):
        told = Telling(
            shape=wanted.shape,
            colour=wanted.colour,
            background=wanted.background,
            motion=wanted.motion,
            size=None if wanted.size == "medium" else wanted.size,
            speed=None if wanted.speed == "normal" or wanted.motion == "still" else wanted.speed,
        )
        asked.append(Question(captions.write(told, language, random), wanted))
    return asked


def scenes(count: int) -> shapes.Attributes:
    """The attributes of the questions; the first n are the same for every count of at least n."""
    random = torch.Generator().manual_seed(_SEED)
    return shapes.sample_attributes(4096, heldout.held_out(), random)[:count]
