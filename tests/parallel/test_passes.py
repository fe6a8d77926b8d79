"""Clips whose passes several processes share are the clips that one process makes."""

import signal
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Timer

import numpy as np
import pytest
import torch
from torch import Tensor

from artifex.catalog.contract import Frames, References
from artifex.catalog.wan.conditioning import Conditioning
from artifex.catalog.wan.model import WanModel
from artifex.catalog.wan.token_chunks import rows_within
from artifex.errors import Interrupted, TeamBroken
from artifex.recipe import Lora, PromptMark, Recipe
from tests.adapters.lora_files import in_layout, random_pairs, write
from tests.catalog.small_wan import write_small_wan
from tests.catalog.test_wan_model import NOTHING, PICTURE, RECIPE, Journal
from tests.parallel.teams import followers, loaded

PLAIN = replace(RECIPE, guidance=(1.0, 1.0))
ODD = replace(PLAIN, width=96, height=96)
"""27 tokens."""
TRACKED = replace(ODD, frame_count=21, prompt_track=(PromptMark(5, "A large green boat"), PromptMark(13, "Snow", 4)))
CLIPS = {
    "guided": (RECIPE, NOTHING),
    "guided only at high noise": (replace(RECIPE, guidance=(1.0, 3.0)), NOTHING),
    "guided for half of the steps": (replace(RECIPE, guidance_until=0.5), NOTHING),
    "with less attention": (replace(PLAIN, width=96, height=96, frame_count=17, attention_density=0.25), NOTHING),
    "shared tokens": (PLAIN, NOTHING),
    "tokens that do not divide": (ODD, NOTHING),
    "a picture, whose frame has a timestep of its own": (ODD, PICTURE),
    "prompts over time": (TRACKED, NOTHING),
    "windows": (replace(TRACKED, window_frames=9), PICTURE),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_small_wan(tmp_path_factory.mktemp("wan") / "model", experts=2)


@pytest.fixture(scope="module")
def alone(folder: Path) -> Iterator[WanModel]:
    with loaded(folder, 1) as model:
        yield model


@pytest.fixture(scope="module")
def pair(folder: Path) -> Iterator[WanModel]:
    with loaded(folder, 2) as model:
        yield model


def latents(model: WanModel, recipe: Recipe, references: References = NOTHING, resume: bytes | None = None) -> Tensor:
    return model.denoise(model.encode(recipe, references), recipe, Journal().hooks, resume)


def near(one: Tensor, other: Tensor) -> bool:
    return torch.allclose(one, other, rtol=0, atol=1e-5)


@pytest.mark.parametrize("name", CLIPS)
def test_two_processes_make_the_clip_of_one(pair: WanModel, alone: WanModel, name: str) -> None:
    recipe, references = CLIPS[name]
    assert near(latents(pair, recipe, references), latents(alone, recipe, references))


def test_tokens_in_chunks(pair: WanModel, alone: WanModel) -> None:
    whole = latents(alone, ODD, PICTURE)
    execution = pair.components.execution
    pair.follow(replace(execution, token_chunk=4))
    try:
        assert near(latents(pair, ODD, PICTURE), whole)
    finally:
        pair.follow(execution)


def test_every_process_wears_the_loras(pair: WanModel, alone: WanModel, tmp_path: Path) -> None:
    path = write(tmp_path / "lora.safetensors", in_layout("authors", random_pairs()))
    worn = References({}, loras=((Lora("a LoRA", "0" * 64, 1.0, 1.0), path),))
    assert near(latents(pair, PLAIN, worn), latents(alone, PLAIN, worn))
    assert near(latents(pair, PLAIN), latents(alone, PLAIN))
    assert not near(latents(pair, PLAIN, worn), latents(pair, PLAIN))


def test_an_interrupted_clip_goes_on_from_its_checkpoint(pair: WanModel, alone: WanModel) -> None:
    whole, journal = latents(pair, RECIPE), Journal(stop_after=2)
    with pytest.raises(Interrupted):
        pair.denoise(pair.encode(RECIPE, NOTHING), RECIPE, journal.hooks, None)
    [checkpoint] = journal.checkpoints
    assert torch.equal(latents(pair, RECIPE, resume=checkpoint), whole)
    assert near(latents(alone, RECIPE, resume=checkpoint), whole)


@pytest.mark.parametrize(
    ("part", "values", "runs"),
    [
        (slice(0, 6), [0.0, 9.0], (4, 2)),
        (slice(6, 12), [9.0], (6,)),
        (slice(3, 5), [0.0, 9.0], (1, 1)),
        (slice(0, 4), [0.0], (4,)),
    ],
)
def test_rows_of_a_part_of_the_tokens(part: slice, values: list[float], runs: tuple[int, ...]) -> None:
    rows, lengths = rows_within(torch.tensor([[0.0, 9.0, 9.0]]), 12, part)
    assert (rows.tolist(), lengths) == ([values], runs)


def decoded(model: WanModel, clean: Tensor, **changes: object) -> Frames:
    """A clip that is decoded with some of a plan's fields changed."""
    execution = model.components.execution
    model.follow(replace(execution, **changes))
    frames = np.concatenate(list(model.decode(clean, Conditioning(clean, clean))))
    model.follow(execution)
    return frames


@pytest.mark.parametrize(
    "changes", [{}, {"decode_by_frame": True}, {"vae_tile": 16}], ids=["whole", "by frame", "tiles"]
)
def test_a_pair_decodes_what_one_does(pair: WanModel, alone: WanModel, changes: dict[str, object]) -> None:
    """But for what the last bit of a sum rounds to; tiles are left to the one who leads."""
    clean = latents(alone, ODD)
    apart = np.abs(decoded(pair, clean, **changes).astype(int) - decoded(alone, clean, **changes))
    assert apart.shape == (9, 96, 96, 3)
    assert apart.max() <= 1
    assert apart.mean() < 1e-3


def test_who_is_gone_while_a_clip_is_decoded_is_missed_and_who_gives_it_up_is_not(pair: WanModel) -> None:
    clean = latents(pair, RECIPE)
    whole = decoded(pair, clean)
    [follower] = followers()
    given_up, cut_off = (pair.decode(clean, Conditioning(clean, clean)) for _ in range(2))
    next(given_up)  # and no more
    assert np.array_equal(decoded(pair, clean), whole)
    assert followers() == [follower]

    next(cut_off)
    follower.send_signal(signal.SIGSTOP)  # it is waited for when it dies
    Timer(0.5, follower.kill).start()
    began = time.monotonic()
    with pytest.raises(TeamBroken, match="ended while the clip was made"):
        next(cut_off)
    assert time.monotonic() - began < 10
    assert followers() == []
    assert np.array_equal(decoded(pair, clean), whole)
    assert len(followers()) == 1
