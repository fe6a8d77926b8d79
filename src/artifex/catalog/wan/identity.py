"""Which network a file of weights is for, and in which naming, told by the names of its tensors."""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

from artifex.catalog.wan.key_names import transformer_name, umt5_name, vae_name

Kind = Literal[
    "transformer", "speech transformer", "text encoder", "VAE", "CLIP picture encoder", "voice encoder", "LoRA"
]
Rename = Callable[[str], str]

_PREFIXES = ("", "model.diffusion_model.", "diffusion_model.", "model.")
"""Prefixes of programs that store the network as a submodule."""

_UNUSED = frozenset({"encoder.embed_tokens.weight", "spiece_model"})
"""A duplicate of the text encoder's embedding, and its tokenizer as bytes."""

_SPEECH = ("casual_audio_encoder.", "frame_packer.")
_LORA = re.compile(r"(^|[._])lora_|\.lokr_|\.hada_")
_PARTS_OF_VAE = re.compile(r"^encoder\.downsamples\.(\d+)\.(resample)?")


@dataclass(frozen=True, slots=True)
class Identity:
    """What the tensors of a file are."""

    kind: Kind
    prefix: str
    translate: Rename
    """Name without the prefix -> name in the network; for a speech transformer, only for tensors that every Wan has."""

    def network_name(self, stored: str) -> str | None:
        """The name that a tensor of the file has in its network; None where the network does not need it."""
        name = stored.removeprefix(self.prefix)
        return None if name in _UNUSED else self.translate(name)


def identify(names: Collection[str]) -> Identity | None:
    """Identify a file by the names of its tensors; None if it is no part of a Wan model or lacks its main tensors."""
    for prefix in _PREFIXES:
        bare = {name.removeprefix(prefix) for name in names if name.startswith(prefix)}
        for sign in _SIGNS:
            if bare.issuperset(sign.tensors):
                kind, translate = sign.told(bare)
                return Identity(kind, prefix, translate)
    if any(_LORA.search(name) for name in names):
        return Identity("LoRA", "", str)
    return None


@dataclass(frozen=True, slots=True)
class _Sign:
    """Tensors that together occur in one kind of file only."""

    tensors: Sequence[str]
    told: Callable[[Collection[str]], tuple[Kind, Rename]]


def _always(kind: Kind, rename: Rename = str) -> Callable[[Collection[str]], tuple[Kind, Rename]]:
    return lambda _: (kind, rename)


def _transformer(rename: Rename) -> Callable[[Collection[str]], tuple[Kind, Rename]]:
    def told(names: Collection[str]) -> tuple[Kind, Rename]:
        listens = any(name.startswith(_SPEECH) for name in names)
        return "speech transformer" if listens else "transformer", rename

    return told


def _authors_vae(names: Collection[str]) -> tuple[Kind, Rename]:
    """Renaming the decoder's flat list of blocks takes the number of blocks per scale."""
    parts = [match for match in map(_PARTS_OF_VAE.match, names) if match]
    resamplers = len({match[1] for match in parts if match[2]})
    blocks = len({match[1] for match in parts}) - resamplers
    return "VAE", partial(vae_name, res_blocks=blocks // (resamplers + 1))


_SIGNS = (
    _Sign(("patch_embedding.weight", "head.head.weight"), _transformer(transformer_name)),
    _Sign(("patch_embedding.weight", "proj_out.weight"), _transformer(str)),
    _Sign(("token_embedding.weight", "blocks.0.attn.q.weight"), _always("text encoder", umt5_name)),
    _Sign(("shared.weight", "encoder.block.0.layer.0.SelfAttention.q.weight"), _always("text encoder")),
    _Sign(("encoder.conv1.weight", "decoder.conv1.weight"), _authors_vae),
    _Sign(("encoder.conv_in.weight", "post_quant_conv.weight"), _always("VAE")),
    _Sign(("visual.patch_embedding.weight",), _always("CLIP picture encoder")),
    _Sign(("vision_model.embeddings.patch_embedding.weight",), _always("CLIP picture encoder")),
    _Sign(("embeddings.patch_embedding.weight", "pre_layrnorm.weight"), _always("CLIP picture encoder")),
    _Sign(("wav2vec2.encoder.layer_norm.weight",), _always("voice encoder")),
)
