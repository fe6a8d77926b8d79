"""The analytic reader must be right about what was drawn, or its figures mean nothing."""

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from training.starter import heldout, mp4, reader, shapes
from training.starter.adherence import shares_right
from training.starter.domain import COLOURS, MOTIONS, SHAPES, visible
from training.starter.prompts import Question
from training.starter.shapes import Attributes
from training.starter.text import tellings


def every_attribute() -> Attributes:
    """Fifteen scenes in which each shape, colour, background and motion occurs."""
    rows = []
    for index, motion in enumerate(MOTIONS):
        shape = next(s for s in SHAPES[index % 8 :] + SHAPES if visible(s, motion))
        rows.append(
            (SHAPES.index(shape), index % 12, (index + 5) % 12, MOTIONS.index(motion), index % 3, index // 3 % 3)
        )
    return Attributes(*torch.tensor(rows).unbind(1))


@pytest.fixture(scope="module")
def drawn() -> list[tuple[Question, NDArray[np.uint8]]]:
    """Each scene with its clip [T, H, W, 3]."""
    attributes = every_attribute()
    random = torch.Generator().manual_seed(1)
    clips: list[NDArray[np.uint8]] = []
    for index in range(len(attributes)):
        scene = shapes.sample_scene(attributes[index : index + 1], random)
        clip = (shapes.draw(scene, "cpu")[0] + 1) * 127.5
        clips.append(clip.round().to(torch.uint8).permute(1, 2, 3, 0).numpy())
    return [(Question("", wanted), clip) for wanted, clip in zip(tellings(attributes), clips, strict=True)]


def test_reads_every_attribute_of_drawn_clips(drawn: list[tuple[Question, NDArray[np.uint8]]]) -> None:
    readings = [reader.read_clip(clip) for _, clip in drawn]
    assert set(shares_right([question for question, _ in drawn], readings).values()) == {1.0}


def test_reads_every_attribute_through_mp4(drawn: list[tuple[Question, NDArray[np.uint8]]]) -> None:
    readings = [reader.read_clip(mp4.decode(mp4.encode(clip))) for _, clip in drawn]
    assert set(shares_right([question for question, _ in drawn], readings).values()) == {1.0}


def test_an_empty_clip_shows_no_shape() -> None:
    frames = torch.full((9, 64, 64, 3), 130, dtype=torch.uint8).numpy()
    seen = reader.read_clip(frames)
    assert (seen.shape, seen.colour, seen.background, seen.motion) == ("none", "none", "gray", "still")


def test_held_out_combinations_are_never_trained() -> None:
    trained, held_out = set(heldout.trained()), set(heldout.held_out())
    assert not trained & held_out
    assert 0.07 < len(held_out) / (len(trained) + len(held_out)) < 0.13


def test_every_value_is_trained_and_held_out() -> None:
    for split in (heldout.trained(), heldout.held_out()):
        shape, colour, motion = (set(column) for column in zip(*split, strict=True))
        assert (shape, colour, motion) == (set(SHAPES), set(COLOURS), set(MOTIONS))
