"""Clips made in different arithmetic, brought to one measure, so that what one took says how long another will take."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from artifex.catalog.work import Work

_FP8 = (0.55, 0.8)
"""Of the time in bfloat16 that products, and attention, take in float8: 820 and 1,534 TFLOP/s, 575 and 731, on an
H200."""
_NARROW_DECODE = 0.37
"""Of the time in float32 that a decode in bfloat16 takes: 5.3 and 1.7 s on an H200."""


def in_one_measure(work: Work, choices: Mapping[str, Any]) -> Work:
    """The work as if all had been asked for in bfloat16, and decoded in float32, with FLOPs fewer for what is quicker.

    ``choices`` are fields of an :class:`artifex.catalog.execution.Execution`; without them the work is left as it is. A
    processor has one manner only.
    """
    if not str(choices.get("device", "cpu")).startswith("cuda"):
        return work
    linear, attention = _FP8 if choices.get("quantisation") == "fp8" else (1.0, 1.0)
    decode = _NARROW_DECODE if choices.get("decode_dtype") == "bfloat16" else 1.0
    return replace(
        work,
        linear=work.linear * linear,
        attention=work.attention * attention,
        decode=work.decode * decode,
        between=work.between * decode,
    )
