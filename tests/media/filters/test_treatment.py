"""Several stages in a row: what comes out, how many frames there are, and how a treatment is written down."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from artifex.errors import BadField
from artifex.media.continuity.meter import continuity
from artifex.media.filters.treatment import NOTHING, Treatment, parse_treatment, treated

SHARES = st.none() | st.floats(0, 1)
TREATMENTS = st.builds(
    Treatment,
    SHARES,
    st.none() | st.integers(2, 33),
    SHARES,
    st.none() | st.fractions(1, 240),
    st.none() | st.floats(0, 2),
)


@given(TREATMENTS)
def test_what_is_written_down_is_read_as_the_same(treatment: Treatment) -> None:
    assert parse_treatment(treatment.to_data()) == treatment
    assert (treatment == NOTHING) == (not treatment.to_data())


def test_a_drifting_clip_is_held_and_gets_twice_the_frames(scene, lit) -> None:
    frames = [lit(frame, 1 + 0.5 * number / 24) for number, frame in enumerate(scene(24))]
    treatment = Treatment(denoise=0.3, hold_colour=1.0, frame_rate=Fraction(48), sharpen=0.3)
    made = list(treated(iter(frames), Fraction(24), treatment))
    assert len(made) == treatment.count(24, Fraction(24)) == 48
    assert (made[0].shape, made[0].dtype) == (frames[0].shape, np.uint8)
    assert continuity(made).drift.colour < continuity(frames).drift.colour / 3


def test_nothing_passes_frames_on_as_they_are(scene) -> None:
    frames = scene(3)
    assert all(a is b for a, b in zip(treated(iter(frames), Fraction(24), NOTHING), frames, strict=True))


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"denoise": 1.5}, "denoise"),
        ({"deflicker": 1}, "deflicker"),
        ({"hold_colour": float("nan")}, "hold_colour"),
        ({"frame_rate": Fraction(500)}, "frame_rate"),
        ({"sharpen": -1}, "sharpen"),
    ],
    ids=str,
)
def test_what_is_out_of_range_is_named(values, field) -> None:
    with pytest.raises(BadField) as refused:
        Treatment(**values)
    assert refused.value.field == field


def test_frames_are_never_taken_out() -> None:
    with pytest.raises(BadField, match="30 frames a second"):
        treated(iter([]), Fraction(30), Treatment(frame_rate=Fraction(24)))
