"""Networks of the recorded cases, loaded from the authors' tensors as any file is."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from artifex.catalog.execution import Execution
from artifex.catalog.wan.assembly import load_components
from artifex.catalog.wan.components import Components
from artifex.catalog.wan.layouts.parts import Part, identified
from artifex.catalog.wan.loading import load_text_encoder, load_transformer, load_vae
from artifex.catalog.wan.transformer import WanTransformer
from artifex.catalog.wan.umt5 import UMT5Encoder
from artifex.catalog.wan.vae import WanVAE
from artifex.engine.attention import pick_attention
from artifex.engine.weights.fill import keep_on
from artifex.engine.weights.header import read_header

CPU = torch.device("cpu")
FLOAT32 = keep_on(CPU, torch.float32)


def components(folder: Path) -> Components:
    """A whole checkpoint, in float32."""
    return load_components(folder, Execution("cpu", "float32"), pick_attention())


def transformer(config: Mapping[str, Any], file: Path) -> WanTransformer:
    return load_transformer(replace(part(file), config=config), pick_attention(), FLOAT32)


def vae(file: Path) -> WanVAE:
    return load_vae(part(file), FLOAT32)


def text_encoder(file: Path) -> UMT5Encoder:
    return load_text_encoder(part(file), FLOAT32)


def part(file: Path) -> Part:
    found = identified((read_header(file),))
    assert found is not None
    return found
