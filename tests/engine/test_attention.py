"""Every attention backend computes the textbook formula."""

import math

import pytest
import torch

from artifex.engine.attention import pick_attention
from artifex.errors import NotAvailable, UnknownName


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


def test_eight_bits_are_refused_with_the_reason() -> None:
    with pytest.raises(NotAvailable, match=r"cudnn-fp8 does not work here: .*Hopper.*; choose auto or sdpa"):
        pick_attention("cudnn-fp8")
    assert pick_attention(may_round=True) is pick_attention("sdpa")


@pytest.mark.skipif(
    not torch.cuda.is_available() or torch.cuda.get_device_capability() < (9, 0), reason="needs an NVIDIA GPU"
)
@torch.inference_mode()
def test_eight_bits_keep_near_where_all_tokens_have_much_in_common() -> None:
    """What all keys and values share would be rounded alike in all of them."""
    device = torch.device("cuda:0")
    query, key, value = torch.randn(3, 1, 4, 4096, 128, device=device, dtype=torch.bfloat16)
    key, value = (each + 4 * torch.randn(1, 4, 1, 128, device=device, dtype=torch.bfloat16) for each in (key, value))
    exact = pick_attention("sdpa")(query.float(), key.float(), value.float())
    wrong = pick_attention("cudnn-fp8", device)(query, key, value).float() - exact
    assert float(wrong.norm() / exact.norm()) < 0.01


def test_an_unknown_choice_fails_with_the_choices() -> None:
    with pytest.raises(UnknownName, match="sdpa"):
        pick_attention("sausage")
