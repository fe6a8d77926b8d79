"""Sizes, rates and amounts are read exactly or refused."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artifex.errors import BadInput
from artifex.units import PixelSize, counted, parse_bytes, parse_frame_rate, show_bytes, show_seconds


@given(st.integers(1, 99_999), st.integers(1, 99_999))
def test_a_size_reads_back(width: int, height: int) -> None:
    assert PixelSize.parse(str(PixelSize(width, height))) == PixelSize(width, height)


@pytest.mark.parametrize(
    "text", ["", "256", "256x", "x256", "-1x2", "2.5x3", "256xx256", "٢x٣", "9999999x1", "a" * 5000]
)
def test_other_sizes_are_refused_shortly(text: str) -> None:
    with pytest.raises(BadInput) as refusal:
        PixelSize.parse(text)
    assert len(refusal.value.message) < 200


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("24", Fraction(24)),
        ("23.976", Fraction(24000, 1001)),
        ("30000/1001", Fraction(30000, 1001)),
        ("12.5", Fraction(25, 2)),
    ],
)
def test_rates_are_exact(text: str, rate: Fraction) -> None:
    assert parse_frame_rate(text) == rate


@pytest.mark.parametrize(
    "text", ["", "0", "-1", "nan", "inf", "1e9", "1e99999999", "1/0", "24fps", "1/99999999", "24".ljust(40) + "fps"]
)
def test_other_rates_are_refused(text: str) -> None:
    with pytest.raises(BadInput):
        parse_frame_rate(text)


def test_amounts_of_memory() -> None:
    assert parse_bytes("12GiB") == 12 * 2**30
    assert parse_bytes("1.5 mb") == 1_500_000
    assert parse_bytes("512") == 512
    with pytest.raises(BadInput):
        parse_bytes("lots")


def test_figures_for_people() -> None:
    assert show_bytes(1536 * 2**20) == "1.5 GiB"
    assert show_bytes(10) == "10 B"
    assert [show_seconds(seconds) for seconds in (0.84, 42, 200, 7500)] == ["0.8 s", "42 s", "3 min 20 s", "2 h 5 min"]
    assert [counted(count, "clip") for count in (0, 1, 2)] == ["0 clips", "1 clip", "2 clips"]
