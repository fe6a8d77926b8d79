"""Which optimizations a GPU supports."""

import pytest

from artifex.catalog.work import StageTimes
from artifex.jobs.measurements import Measured
from artifex.jobs.optimizations import Item, optimizations
from artifex.jobs.own_clip import own_clip
from artifex.jobs.planner import Outlook
from tests.jobs.test_alternatives import outlook

INT8 = {"sage", "comfy-int8"}
ON_HOPPER = {"flash-4", "cudnn-fp8", "flash-4-fp8"}


def items_of(here: Outlook, *clips: Measured) -> dict[str, Item]:
    return {item.name: item for item in optimizations(here, own_clip(here.spec), clips, ())}


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
    items = items_of(here)
    reasons = {value.value: value.reason for value in items["attention"].values}
    assert reasons["auto"] is reasons["sdpa"] is None
    for reason in ("needs_ampere", "needs_fp8", "needs_hopper"):
        assert {name for name, why in reasons.items() if why == reason} == lacking.get(reason, set())


def test_figures_are_of_this_model() -> None:
    """Clips of other models take different times."""
    small, large = (outlook(80, model) for model in ("wan2.1-t2v-1.3b", "wan2.2-t2v-a14b"))
    plan = small.plan(own_clip(small.spec))
    choices = plan.choices
    clip = Measured(plan.work, StageTimes({"denoise": 100.0}, 0), 1.0, choices)
    [here, there] = (items_of(each, clip)["offload"].measured for each in (small, large))
    assert here is not None
    assert here.figure == 100.0 / plan.work.forwards
    assert there is None
