"""What both passes of a guided step have in common is computed once, and the clip is the same."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor

from artifex.catalog.contract import Hooks, References
from artifex.catalog.execution import Execution
from artifex.catalog.wan.assembly import load_components
from artifex.catalog.wan.model import WanModel
from artifex.engine.attention.sdpa import sdpa_attention
from artifex.recipe import Recipe
from tests.catalog.small_wan import write_small_wan
from tests.catalog.test_wan_model import RECIPE

TOKENS = 3 * 1 * 2
BLOCKS = 2


class Counting:
    """Attention that counts how often tokens of a whole clip attend to one another."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, query: Tensor, key: Tensor, value: Tensor, bias: Tensor | None = None) -> Tensor:
        self.calls += query.shape[2] == key.shape[2] == TOKENS
        return sdpa_attention(query, key, value, bias)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("small")
    write_small_wan(folder)
    return folder


def made(folder: Path, recipe: Recipe, token_chunk: int | None = None) -> tuple[Tensor, int]:
    """Latents, and how often tokens attended to one another."""
    attention = Counting()
    execution = Execution("cpu", "float32", token_chunk=token_chunk)
    model = WanModel(load_components(folder, execution, attention))
    model.follow(execution)
    conditioning = model.encode(recipe, References({}))
    latents = model.denoise(conditioning, recipe, Hooks(lambda _: None, lambda _: None, 100), None)
    return latents, attention.calls


def test_the_first_blocks_self_attention_is_computed_once_a_step(folder: Path) -> None:
    latents, calls = made(folder, RECIPE)
    assert calls == RECIPE.steps * (2 * BLOCKS - 1)
    in_chunks, each = made(folder, RECIPE, token_chunk=2)
    assert each == RECIPE.steps * 2 * BLOCKS
    assert torch.allclose(latents, in_chunks, atol=1e-5)


def test_the_clip_is_that_of_passes_that_have_nothing_in_common(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    together, _ = made(folder, RECIPE)
    monkeypatch.setattr(Execution, "is_roomy", False)
    apart, calls = made(folder, RECIPE)
    assert calls == RECIPE.steps * 2 * BLOCKS
    assert torch.equal(together, apart)


def test_nothing_is_kept_of_a_step_without_guidance_nor_between_windows(folder: Path) -> None:
    _, calls = made(folder, replace(RECIPE, guidance_until=0.25))
    assert calls == (2 * BLOCKS - 1) + (RECIPE.steps - 1) * BLOCKS
    long = replace(RECIPE, frame_count=17, window_frames=9, steps=2, shift=1.0)
    _, calls = made(folder, long)
    windows, narrow_steps = 3, 1
    assert calls == windows * narrow_steps * 2 * BLOCKS
