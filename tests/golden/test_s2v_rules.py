"""Tables of the authors' integer rules for speech-driven clips."""

import json
from fractions import Fraction
from typing import Any

import pytest
import torch

from artifex.catalog.wan.s2v.timing import feature_of_frame, speech_size
from artifex.catalog.wan.s2v.voice import states_of_frames
from artifex.units import PixelSize
from tests.golden.cases import find_case


@pytest.fixture(scope="module")
def rules() -> dict[str, Any]:
    case = find_case("rules")
    return json.loads((case.folder / case.about["file"]).read_text(encoding="utf-8"))


def test_size_for_a_picture(rules: dict[str, Any]) -> None:
    for width, height, area, *expected in rules["s2v_output_size"]["rows"]:
        size = speech_size(PixelSize(width, height), area)
        assert [size.width, size.height] == expected, (width, height, area)


def test_states_of_frames(rules: dict[str, Any]) -> None:
    for row in rules["s2v_audio_indices"]:
        indices, count = row["indices"], row["audio_frames_30fps"]
        assert [feature_of_frame(frame, Fraction(16)) for frame in range(len(indices))] == indices
        states = torch.arange(1.0, count + 1).view(1, count, 1)
        heard = states_of_frames(states, len(indices), Fraction(16)).flatten().tolist()
        assert heard == [index + 1 if index < count else 0 for index in indices]
