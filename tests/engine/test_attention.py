"""Every attention backend computes the textbook formula."""

import math

import pytest
import torch

from artifex.engine.attention import pick_attention
from artifex.errors import UnknownName


@pytest.mark.parametrize("name", ["auto", "sdpa"])
@pytest.mark.parametrize("with_bias", [False, True])
def test_against_the_formula(name: str, with_bias: bool) -> None:
    query, key, value = torch.randn(2, 3, 5, 8), torch.randn(2, 3, 7, 8), torch.randn(2, 3, 7, 8)
    bias = torch.randn(2, 7) if with_bias else None
    if bias is not None:
        bias[0, 2] = -math.inf
    logits = query @ key.transpose(-1, -2) / math.sqrt(8)
    logits = logits if bias is None else logits + bias[:, None, None]
    expected = logits.softmax(-1) @ value
    assert torch.allclose(pick_attention(name)(query, key, value, bias), expected, atol=1e-5)


def test_an_unknown_choice_fails_with_the_choices() -> None:
    with pytest.raises(UnknownName, match="sdpa"):
        pick_attention("sausage")
