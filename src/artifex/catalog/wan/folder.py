"""A checkpoint in the Diffusers layout, loaded: `transformer/`, `vae/`, `text_encoder/`, `tokenizer/`."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from artifex.catalog.wan.text import PromptEncoder, read_tokenizer
from artifex.catalog.wan.transformer import TransformerConfig, WanTransformer
from artifex.catalog.wan.umt5 import UMT5Config, UMT5Encoder
from artifex.catalog.wan.vae import VaeConfig, WanVAE
from artifex.catalog.wan.weights import fill, read_config, read_tensors, weight_files
from artifex.engine.attention import Attention
from artifex.errors import WeightsDamaged

Network = TypeVar("Network", bound=nn.Module)

_TIED = "encoder.embed_tokens.weight"
"""Some files store the text encoder's embedding a second time under this name."""


@dataclass(frozen=True, slots=True)
class Components:
    """The networks of one model."""

    prompts: PromptEncoder
    vae: WanVAE
    low_noise: WanTransformer
    """The only transformer, or the one for low noise."""
    high_noise: WanTransformer | None
    boundary: float
    """Share of the timesteps from which on `high_noise` is asked."""
    device: torch.device


def load_components(folder: Path, dtype: torch.dtype, device: torch.device, attention: Attention) -> Components:
    """Load every component; the VAE stays in float32, because encoding in less harms the picture.

    Raises:
        WeightsDamaged: naming the file or tensor that is missing, damaged or unexpected.
    """
    index = read_config(folder / "model_index.json")

    def transformer(name: str) -> WanTransformer:
        return _load(
            folder / name,
            "diffusion_pytorch_model",
            lambda config: WanTransformer(TransformerConfig.from_dict(config), attention),
            dtype,
            device,
        )

    # Diffusers' `transformer` is the high-noise expert where there are two.
    first = transformer("transformer")
    second = transformer("transformer_2") if (folder / "transformer_2").is_dir() else None
    encoder = _load(
        folder / "text_encoder",
        "model",
        lambda config: UMT5Encoder(UMT5Config.from_dict(config)),
        dtype,
        device,
    )
    vae = _load(
        folder / "vae",
        "diffusion_pytorch_model",
        lambda config: WanVAE(VaeConfig.from_dict(config)),
        torch.float32,
        device,
    )
    return Components(
        prompts=PromptEncoder(read_tokenizer(folder / "tokenizer" / "tokenizer.json"), encoder),
        vae=vae,
        low_noise=first if second is None else second,
        high_noise=None if second is None else first,
        boundary=float(index.get("boundary_ratio") or 1.0),
        device=device,
    )


class _WithoutInitialisation(TorchFunctionMode):
    """Skips `torch.nn.init`: parameters about to be loaded need no random values.

    On the meta device that is more than a saving of work: torch draws those values through its compiler, whose import
    takes seconds.
    """

    def __torch_function__(
        self, func: Callable[..., Any], types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        kwargs = kwargs or {}
        if getattr(func, "__module__", None) == nn.init.__name__:
            return kwargs.get("tensor", args[0] if args else None)
        return func(*args, **kwargs)


def _load(
    folder: Path,
    stem: str,
    build: Callable[[Mapping[str, Any]], Network],
    dtype: torch.dtype,
    device: torch.device,
) -> Network:
    config = read_config(folder / "config.json")
    files = weight_files(folder, stem)
    try:
        with torch.device("meta"), _WithoutInitialisation():
            network = build(config)
    except (TypeError, ValueError, KeyError) as error:
        raise WeightsDamaged(f"{folder / 'config.json'} is not understood: {error}.") from error
    fill(network, _untied(read_tensors(files)), dtype, device)
    return network


def _untied(tensors: Iterator[tuple[str, Tensor]]) -> Iterator[tuple[str, Tensor]]:
    return (pair for pair in tensors if pair[0] != _TIED)
