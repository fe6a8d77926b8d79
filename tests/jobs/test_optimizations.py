"""What of the speed there is a GPU can have."""

import pytest

from artifex.jobs.optimizations import optimizations
from artifex.jobs.own_clip import own_clip
from tests.jobs.test_alternatives import outlook

INT8 = {"sage", "comfy-int8"}
ON_HOPPER = {"flash-4", "cudnn-fp8", "flash-4-fp8"}


@pytest.mark.parametrize(
    ("capability", "lacking"),
    [
        ((7, 5), {"needs_ampere": {"xformers"}, "needs_fp8": INT8, "needs_hopper": ON_HOPPER}),
        ((8, 6), {"needs_fp8": INT8, "needs_hopper": ON_HOPPER}),
        ((8, 9), {"needs_hopper": ON_HOPPER}),
        ((9, 0), {}),
    ],
)
def test_attention_says_which_gpu_it_needs(capability: tuple[int, int], lacking: dict[str, set[str]]) -> None:
    here = outlook(24, capability=capability)
    items = {item.name: item for item in optimizations(here, own_clip(here.spec), (), ())}
    reasons = {value.value: value.reason for value in items["attention"].values}
    assert reasons["auto"] is reasons["sdpa"] is None
    for reason in ("needs_ampere", "needs_fp8", "needs_hopper"):
        assert {name for name, why in reasons.items() if why == reason} == lacking.get(reason, set())
