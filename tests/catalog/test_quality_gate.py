"""The gate of ``benchmarks/quality`` on small layers: it lets rounding pass, and no wrong scale."""

from dataclasses import replace

import pytest
import torch
from benchmarks.quality import layers

from artifex.catalog.wan.shapes import SHAPES
from artifex.catalog.wan.transformer_config import TransformerConfig
from tests.catalog.small_wan import TRANSFORMER

SMALL = TransformerConfig.from_dict({**TRANSFORMER, "num_attention_heads": 8, "ffn_dim": 256})
WAYS = (layers.BFLOAT16, layers.INT8, layers.FP8_EMULATED)


@pytest.mark.parametrize(("breakage", "passed"), [(1.0, [True, True, True]), (1.25, [True, False, False])])
def test_a_broken_scale_fails(monkeypatch: pytest.MonkeyPatch, breakage: float, passed: list[bool]) -> None:
    monkeypatch.setattr(layers, "SHAPES", {layers.MODEL: replace(SHAPES[layers.MODEL], transformer=SMALL)})
    size = layers.Size(3, (1, 8, 8), 16)
    found = layers.measure(torch.device("cpu"), size, WAYS, breakage)
    assert [one["passed"] for one in found.values()] == passed
    assert [len(one["blocks"]) for one in found.values()] == [3, 3, 3]
