"""A checkpoint comes back whole, or is refused."""

import json

import pytest
import torch

from artifex.engine.checkpoint import Checkpoint, dump, load
from artifex.errors import CheckpointDamaged

RECIPE = "ab" * 32


def a_checkpoint() -> Checkpoint:
    latents = torch.randn(1, 2, 3, 4, 4)
    return Checkpoint(1, 3, latents, {"latents": latents, "clean.0": latents + 1}, {"motion": torch.zeros(2)})


def test_round_trip() -> None:
    before = a_checkpoint()
    after = load(dump(before, RECIPE), RECIPE)
    assert (after.segment, after.step) == (1, 3)
    assert torch.equal(after.latents, before.latents)
    assert set(after.solver) == {"latents", "clean.0"}
    assert torch.equal(after.solver["clean.0"], before.solver["clean.0"])
    assert torch.equal(after.carried["motion"], before.carried["motion"])


def test_another_recipe_is_refused() -> None:
    with pytest.raises(CheckpointDamaged, match="another recipe"):
        load(dump(a_checkpoint(), RECIPE), "cd" * 32)


@pytest.mark.parametrize("metadata", [None, {}, {"sha256": "0"}])
def test_notes_that_say_nothing_are_refused(metadata: object) -> None:
    data = dump(a_checkpoint(), RECIPE)
    end = 8 + int.from_bytes(data[:8], "little")
    header = json.dumps(json.loads(data[8:end]) | {"__metadata__": metadata}).encode()
    with pytest.raises(CheckpointDamaged, match="cannot be read"):
        load(len(header).to_bytes(8, "little") + header + data[end:], RECIPE)


def test_every_cut_and_every_flip_is_refused() -> None:
    data = dump(a_checkpoint(), RECIPE)
    for length in range(0, len(data), 97):
        with pytest.raises(CheckpointDamaged):
            load(data[:length], RECIPE)
    for position in range(0, len(data), 31):
        flipped = bytearray(data)
        flipped[position] ^= 0x10
        with pytest.raises(CheckpointDamaged):
            load(bytes(flipped), RECIPE)
