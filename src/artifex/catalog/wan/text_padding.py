"""Wan attends to its prompt padded with zeros to 512 tokens, unmasked; one padding token can stand for all."""

import torch
from torch import Tensor


def collapse_padding(text: Tensor, length: Tensor, total: int) -> tuple[Tensor, Tensor]:
    """Shorten a padded prompt while keeping the effect of its padding on cross-attention.

    All padding tokens are zero vectors, hence have one and the same key and value, so n of them weigh as much in a
    softmax as m of them whose logits are raised by log(n / m). One more token than the longest prompt is enough.

    Args:
        text: encoder states, [batch, longest, text_dim]; values beyond a row's length are ignored.
        length: actual lengths, [batch], integers, none above `total`.
        total: tokens the network was trained to see, 512 for Wan.

    Returns:
        text [batch, longest + 1, text_dim] and the bias on its logits, float32 [batch, longest + 1]
        (-inf where `length` equals `total`, because then there is no padding).
    """
    batch, longest, width = text.shape
    length = length.to(text.device)[:, None]
    padding = torch.arange(longest + 1, device=text.device)[None] >= length
    padded = torch.cat((text, text.new_zeros(batch, 1, width)), dim=1)
    weight = torch.log((total - length).float() / (longest + 1 - length).float())
    return padded.masked_fill(padding[..., None], 0.0), torch.where(padding, weight, 0.0)
