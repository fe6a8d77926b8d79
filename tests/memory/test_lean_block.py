"""Chunks of tokens change what is held, not what is computed."""

import gc

import pytest
import torch

from artifex.catalog.wan.residual_stream import ResidualStream
from artifex.catalog.wan.rotary import rotary_table
from artifex.catalog.wan.token_chunks import TokenChunk, token_chunks
from artifex.catalog.wan.transformer import WanTransformer
from artifex.engine.kernels.rows import joined, modulated_norm
from tests.memory.small import CONFIG, PLAIN, experts, inputs

TOKENS = 72


@pytest.fixture(scope="module")
def network() -> WanTransformer:
    return experts(PLAIN, count=1)[1][0]


def test_chunks_cover_every_token_once_with_its_own_rows() -> None:
    for groups, runs in ((1, None), (3, None), (72, None), (3, (50, 20, 2)), (2, (71, 1))):
        row_of = [row for row in range(groups) for _ in range(runs[row] if runs else TOKENS // groups)]
        for most in (None, 1, 5, 24, 30, 72, 100):
            chunks = token_chunks(TOKENS, groups, runs, most)
            assert [token for chunk in chunks for token in range(chunk.tokens.start, chunk.tokens.stop)] == list(
                range(TOKENS)
            )
            for chunk in chunks:
                rows = row_of[chunk.tokens]
                assert set(rows) == set(range(chunk.rows.start, chunk.rows.stop))
                assert len(rows) % (chunk.rows.stop - chunk.rows.start) == 0
                assert most is None or len(rows) <= max(most, 1)


def test_parts_are_nearly_equal() -> None:
    assert token_chunks(10, 1, None, 4) == [
        TokenChunk(slice(0, 3), slice(0, 1)),
        TokenChunk(slice(3, 6), slice(0, 1)),
        TokenChunk(slice(6, 10), slice(0, 1)),
    ]


def test_what_goes_row_by_row_is_equal_bit_for_bit() -> None:
    generator = torch.Generator().manual_seed(0)
    x, update = (torch.randn((1, TOKENS, 48), generator=generator) for _ in range(2))
    scale, shift, gate = (torch.randn((1, 3, 48), generator=generator) for _ in range(3))
    normed, moved = modulated_norm(x, scale, shift, 1e-6), joined(x, update, gate)
    with torch.no_grad():
        for chunk in token_chunks(TOKENS, 3, None, 10):
            part, rows = x[:, chunk.tokens], chunk.rows
            assert torch.equal(modulated_norm(part, scale[:, rows], shift[:, rows], 1e-6), normed[:, chunk.tokens])
            assert torch.equal(joined(part.clone(), update[:, chunk.tokens], gate[:, rows]), moved[:, chunk.tokens])


def test_only_the_stream_and_its_last_update_are_held_where_a_block_begins() -> None:
    """Tokens that were embedded in 16 bits would be half as large again."""
    network = experts(PLAIN, count=1)[1][0].to(torch.bfloat16)
    latents, timestep, text = inputs()
    alive: list[list[torch.dtype]] = []

    def look(*_: object) -> None:
        tensors = [each for each in gc.get_objects() if type(each) is torch.Tensor]
        as_large = {each.data_ptr(): each.dtype for each in tensors if each.shape == (1, TOKENS, CONFIG.dim)}
        alive.append(list(as_large.values()))

    for block in network.blocks:
        block.register_forward_pre_hook(look)
    with torch.inference_mode():
        network(latents, timestep, text)
    assert alive == [[torch.float32], *[[torch.float32, torch.bfloat16]] * (CONFIG.num_layers - 1)]


@pytest.mark.parametrize("groups", [1, 3])
@pytest.mark.parametrize("chunk", [5, 24, 30, 1000])
def test_a_pass_in_chunks(network: WanTransformer, groups: int, chunk: int) -> None:
    latents, _, text = inputs()
    timestep = torch.tensor([[0, 500, 500][:groups]])
    network.chunk_tokens(None)
    with torch.inference_mode():
        expected = network(latents, timestep, text)
        network.chunk_tokens(chunk)
        assert torch.allclose(network(latents, timestep, text), expected, rtol=1e-5, atol=1e-6)
    network.chunk_tokens(None)


def test_rows_of_uneven_runs(network: WanTransformer) -> None:
    """As many rows as tokens say the same as rows that stand for runs."""
    generator = torch.Generator().manual_seed(0)
    x, modulation = torch.randn((1, TOKENS, 96), generator=generator), torch.randn((1, 2, 6, 96), generator=generator)
    rotary = rotary_table(CONFIG.attention_head_dim, (3, 4, 6), x.device)
    runs = (50, 22)
    per_token = modulation.repeat_interleave(torch.tensor(runs), dim=1)
    block = network._blocks()[0]
    with torch.no_grad():
        text = block.attn2.key_value(torch.randn((1, 9, 96), generator=generator))
        even, uneven = ResidualStream(x.clone()), ResidualStream(x.clone())
        block(even, per_token, text, None, rotary)
        block(uneven, modulation, text, None, rotary, runs)
        assert torch.allclose(uneven.joined(), even.joined(), rtol=1e-5, atol=1e-6)


def test_the_stream_is_left_alone_while_gradients_are_asked_for(network: WanTransformer) -> None:
    latents, timestep, text = inputs()
    latents.requires_grad_(True)
    network.chunk_tokens(7)
    network(latents, timestep, text).square().mean().backward()
    chunked, latents.grad = latents.grad, None
    network.chunk_tokens(None)
    network(latents, timestep, text).square().mean().backward()
    assert chunked is not None
    assert latents.grad is not None
    assert torch.allclose(chunked, latents.grad, rtol=1e-4, atol=1e-8)
