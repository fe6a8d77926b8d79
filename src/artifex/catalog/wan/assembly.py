"""Builds a model's networks, from files or other sources of weights, and places each as a plan says."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import torch
from tokenizers import Tokenizer

from artifex.catalog.execution import Execution, Expert
from artifex.catalog.wan.components import Components, Prompts
from artifex.catalog.wan.layouts import find_parts
from artifex.catalog.wan.layouts.parts import Part, Parts
from artifex.catalog.wan.loading import (
    empty_transformer,
    load_decoder,
    load_text_encoder,
    load_transformer,
    load_vae,
    tensors_of,
    usual_boundary,
)
from artifex.catalog.wan.prompts import LentPrompts, let_go
from artifex.catalog.wan.residency import DTYPES, Residency, StreamedText
from artifex.catalog.wan.text import PromptEncoder, read_tokenizer
from artifex.catalog.wan.transformer import WanTransformer
from artifex.catalog.wan.umt5 import UMT5Encoder
from artifex.catalog.wan.vae import WanVAE
from artifex.engine.attention import Attention, Winners
from artifex.engine.memory.shortage import give_back
from artifex.engine.weights.contract import TensorSource
from artifex.engine.weights.fill import Place, Prepare, keep_on


@dataclass(frozen=True, slots=True)
class Makers:
    """Builders of each network, which take a callback that places its tensors."""

    transformers: Sequence[Callable[[Prepare[WanTransformer]], WanTransformer]]
    """In order of use: the high-noise expert first, where there are two."""
    text_encoder: Callable[[Prepare[UMT5Encoder]], UMT5Encoder]
    vae: Callable[[Prepare[WanVAE]], WanVAE]
    tokenizer: Tokenizer
    boundary: float | None = None
    """Share of the timesteps above which noise counts as high; None for the usual value."""


def load_components(
    folder: Path, execution: Execution, attention: Attention, rank: int = 0, winners: Winners | None = None
) -> Components:
    """Load every network of a model in any of the layouts of `catalog/wan/layouts`.

    Args:
        folder: the model's.
        execution: devices, dtypes and quantisation of the networks.
        attention: backend of the transformers.
        rank: of this process among those that make the clip.
        winners: attention backends measured as quickest; see `pick_attention`.

    Raises:
        WeightsDamaged: naming the file or tensor that is missing, damaged or unexpected.
        NotAvailable: the device cannot compute as the plan says.
    """
    parts = find_parts(folder)
    clip = None if parts.clip is None else tensors_of(parts.clip)
    components = assemble(_makers(parts, execution, attention), execution, rank, winners)
    return replace(components, voice_folder=parts.voice_folder, clip=clip)


def load_followers(
    folder: Path, execution: Execution, attention: Attention, rank: int, winners: Winners | None = None
) -> Components:
    """Load what a process needs that only joins in passes and decodes: the transformers and the VAE's decoder.

    ``execution.text_encoder`` must be ``released``, so that no text encoder is loaded. Arguments and errors as of
    `load_components`.
    """
    parts = find_parts(folder)
    makers = replace(_makers(parts, execution, attention), vae=partial(load_decoder, parts.vae))
    return assemble(makers, execution, rank, winners)


def assemble(makers: Makers, execution: Execution, rank: int = 0, winners: Winners | None = None) -> Components:
    """Build and place every network; the VAE encodes in float32, because less would harm the picture."""
    residency = Residency(execution, execution.loaded(len(makers.transformers)), rank, winners)
    transformers = [make(residency.prepare) for make in makers.transformers]
    *high, low = transformers
    return Components(
        prompts=_prompts(makers, execution),
        vae=_vae(makers, execution),
        low_noise=low,
        high_noise=high[0] if high else None,
        boundary=(makers.boundary or usual_boundary(low.config)) if high else 1.0,
        execution=execution,
        residency=residency,
    )


def _makers(parts: Parts, execution: Execution, attention: Attention) -> Makers:
    return Makers(
        transformers=_transformers(parts, execution, attention),
        text_encoder=partial(load_text_encoder, parts.text_encoder),
        vae=partial(load_vae, parts.vae),
        tokenizer=read_tokenizer(parts.tokenizer),
        boundary=parts.boundary,
    )


def _transformers(
    parts: Parts, execution: Execution, attention: Attention
) -> list[Callable[[Prepare[WanTransformer]], WanTransformer]]:
    """An expert that is not to be loaded is built without values."""
    if parts.high_noise is None:
        return [partial(load_transformer, parts.low_noise, attention)]
    experts: tuple[tuple[Expert, Part], ...] = (("high", parts.high_noise), ("low", parts.low_noise))
    return [
        partial(load_transformer if execution.experts in ("both", expert) else empty_transformer, part, attention)
        for expert, part in experts
    ]


def _vae(makers: Makers, execution: Execution) -> WanVAE:
    """On the device, or on the host until it is needed where blocks are streamed."""
    stays = execution.resident_blocks is None
    vae = makers.vae(keep_on(torch.device(execution.device if stays else "cpu"), torch.float32))
    vae.decode_in(DTYPES[execution.decode_dtype])
    return vae


def _prompts(makers: Makers, execution: Execution) -> Prompts:
    device = torch.device("cpu" if execution.text_encoder == "cpu" else execution.device)

    def whole() -> PromptEncoder:
        return PromptEncoder(makers.tokenizer, makers.text_encoder(keep_on(device, DTYPES[execution.dtype])))

    match execution.text_encoder:
        case "device" | "cpu":
            return whole()
        case "released":
            return LentPrompts(lambda: let_go(whole(), give_back))
        case "streamed":
            return LentPrompts(lambda: _streamed(makers, execution))


def _streamed(makers: Makers, execution: Execution) -> AbstractContextManager[PromptEncoder]:
    streams: list[StreamedText] = []

    def prepare(network: UMT5Encoder, source: TensorSource) -> Place:
        streams.append(StreamedText(network, source, str, execution))
        return streams[0].place

    return let_go(PromptEncoder(makers.tokenizer, makers.text_encoder(prepare)), streams[0].close)
