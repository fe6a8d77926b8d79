"""Complete models with random weights, of any shape, for measuring speed and memory without a download."""

from collections.abc import Callable
from functools import partial

import torch
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace

from artifex.catalog.execution import Execution
from artifex.catalog.wan.assembly import Makers, assemble
from artifex.catalog.wan.components import Components
from artifex.catalog.wan.loading import build_transformer
from artifex.catalog.wan.residency import DTYPES
from artifex.catalog.wan.shapes import Shapes
from artifex.catalog.wan.umt5 import UMT5Encoder
from artifex.catalog.wan.vae import WanVAE
from artifex.engine.attention import Attention
from artifex.engine.weights.empty import Network, build_empty
from artifex.engine.weights.fill import Prepare, fill
from artifex.engine.weights.random import RandomTensors


def random_components(shapes: Shapes, execution: Execution, attention: Attention) -> Components:
    """Build the networks of a checkpoint in `catalog/wan/shapes.py`, or of any other shapes.

    CLIP and voice encoders are not included.

    Args:
        shapes: of all networks.
        execution: devices, dtypes and quantisation, as for loaded models.
        attention: backend of the transformers.

    Raises:
        NotAvailable: the device cannot compute as the plan says.
    """
    dtype = DTYPES[execution.dtype]
    build = partial(build_transformer, shapes.transformer, attention)
    makers = Makers(
        transformers=[partial(_random, build, dtype, seed) for seed in range(shapes.experts)],
        text_encoder=partial(_random, lambda: UMT5Encoder(shapes.text), dtype, 0),
        vae=partial(_random, lambda: WanVAE(shapes.vae), torch.float32, 0),
        tokenizer=_words_as_one(),
        boundary=shapes.boundary,
    )
    return assemble(makers, execution)


def _random(build: Callable[[], Network], dtype: torch.dtype, seed: int, prepare: Prepare[Network]) -> Network:
    network = build_empty(build)
    source = RandomTensors.like(network, dtype, seed)
    fill(network, source, prepare(network, source))
    return network


def _words_as_one() -> Tokenizer:
    """A tokenizer that maps every word to the same token, which is enough for random weights."""
    tokenizer = Tokenizer(WordLevel({"<unk>": 0}, unk_token="<unk>"))
    tokenizer.pre_tokenizer = Whitespace()
    return tokenizer
