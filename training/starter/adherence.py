"""Prompt adherence: how much of what was asked a clip shows, as measured by the analytic reader."""

from collections.abc import Sequence
from concurrent.futures import Executor, Future

import torch
from transformers import UMT5EncoderModel

from artifex.catalog.wan.transformer import WanTransformer
from artifex.catalog.wan.vae import WanVAE
from training.starter import captions, prompts, reader, text
from training.starter.latents import LATENT_SHAPE, encode_captions
from training.starter.prompts import Question
from training.starter.reader import Reading
from training.starter.sampling import Prompts, Settings, decode, sample

JUDGED = ("shape", "colour", "background", "motion")


def shares_right(questions: Sequence[Question], readings: Sequence[Reading]) -> dict[str, float]:
    """Share of clips that show what was asked, by attribute and for all four together."""
    right = [
        [getattr(seen, name) == getattr(question.wanted, name) for name in JUDGED]
        for question, seen in zip(questions, readings, strict=True)
    ]
    shares = {name: sum(column) / len(right) for name, column in zip(JUDGED, zip(*right, strict=True), strict=True)}
    return {**shares, "all": sum(map(all, right)) / len(right)}


def encode_prompts(encoder: UMT5EncoderModel, texts: list[str], device: str) -> Prompts:
    """Prompts ready for `sample`."""
    states, length = encode_captions(encoder, text.tokenize(texts)[None], device)
    empty_states, empty_length = encode_captions(encoder, text.tokenize([""])[None], device)
    return Prompts(states[0], length[0], empty_states[0], empty_length[0])


class Exam:
    """A quick check of adherence during training: a fixed set of questions in all languages."""

    def __init__(
        self,
        vae: WanVAE,
        encoder: UMT5EncoderModel,
        readers: Executor,
        device: str,
        settings: Settings,
        count: int = 96,
    ) -> None:
        each = count // len(captions.LANGUAGES)
        self.questions = [question for name in captions.LANGUAGES for question in prompts.questions(each, name)]
        self.prompts = encode_prompts(encoder, [question.prompt for question in self.questions], device)
        self.noise = torch.randn(len(self.questions), *LATENT_SHAPE, generator=torch.Generator().manual_seed(7)).to(
            device
        )
        self.vae, self.readers, self.settings = vae, readers, settings
        self._pending: list[Future[Reading]] = []

    def start(self, model: WanTransformer) -> None:
        """Sample now, and start reading the clips in other processes."""
        latents = sample(model, self.prompts, self.noise, self.settings)
        for part in latents.split(16):
            self._pending += [
                self.readers.submit(reader.read_clip, clip) for clip in decode(self.vae, part).cpu().numpy()
            ]

    def report(self) -> None:
        """Print the shares if all clips have been read."""
        if self._pending and all(future.done() for future in self._pending):
            shares = shares_right(self.questions, [future.result() for future in self._pending])
            print("exam", {name: round(share, 3) for name, share in shares.items()}, flush=True)
            self._pending = []
