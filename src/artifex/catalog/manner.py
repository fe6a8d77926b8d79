"""Converts work done in different arithmetic to one measure, so that one clip's times predict another's."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from artifex.catalog.work import Work

_FP8 = (0.55, 0.8)
"""Time of linear layers and of attention in float8, relative to bfloat16: an H200 reaches 1,534 instead of 820 TFLOP/s,
and 731 instead of 575."""
_NARROW_DECODE = 0.32
"""Time of a decode in bfloat16, relative to float32: of 81 frames at 720p, an H200 takes 1.7 instead of 5.3 s."""


def in_one_measure(work: Work, choices: Mapping[str, Any]) -> Work:
    """The equivalent work in bfloat16 with a float32 decode: FLOPs are reduced where the arithmetic used is quicker.

    ``choices`` are fields of an :class:`artifex.catalog.execution.Execution`; without them, or on a processor, the work
    is returned unchanged.
    """
    if not str(choices.get("device", "cpu")).startswith("cuda"):
        return work
    float8 = choices.get("quantisation") == "fp8"
    linear, attention = _FP8 if float8 else (1.0, 1.0)
    decode = _NARROW_DECODE if choices.get("decode_dtype") == "bfloat16" else 1.0
    return replace(
        work,
        linear=work.linear * linear,
        attention=work.attention * attention,
        decode=work.decode * decode,
        between=work.between * decode,
        float8=float(float8),
    )
