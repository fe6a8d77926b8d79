"""Plans: which device, what is predicted, and whether it fits."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from artifex.catalog.attention import EIGHT_BIT, exact_attention
from artifex.catalog.execution import ADA
from artifex.catalog.gpus import require_gpus
from artifex.catalog.ladder import next_rung
from artifex.catalog.plan import Budget, Plan, make_plan, planned, seconds_in_a_row, shares_passes, shortage
from artifex.catalog.rates import learn, typical
from artifex.catalog.registry import find_model
from artifex.catalog.work import StageTimes
from artifex.errors import BadInput
from artifex.machine import Accelerator, Machine, TorchBuild
from artifex.recipe import ModelLock
from tests.catalog.model_folders import SMALL, T2V_A14B, a_recipe

GIB = 2**30
LAPTOP = Machine(4, "a processor", 16 * GIB, 12 * GIB, (), TorchBuild("2.13.0+cpu", None))
CARD = Accelerator("a card", 24 * GIB, 23 * GIB, "580.1")
WORKSTATION = replace(LAPTOP, accelerators=(CARD,), torch=TorchBuild("2.13.0", "13.0"))


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    return make_plan(SMALL.write(tmp_path), a_recipe(), LAPTOP, typical("cpu"))


def test_the_processor_in_float32_where_there_is_no_gpu(plan: Plan) -> None:
    assert (plan.device, plan.dtype) == ("cpu", "float32")
    assert plan.prediction.vram == 0


def test_the_gpu_in_bfloat16_where_there_is_one(tmp_path: Path) -> None:
    plan = make_plan(SMALL.write(tmp_path), a_recipe(), WORKSTATION, typical("cuda:0"))
    assert (plan.device, plan.dtype, plan.resident_blocks) == ("cuda:0", "bfloat16", None)
    assert plan.prediction.vram > plan.work.weights


def test_a_gpu_that_torch_was_not_built_for_is_not_used(tmp_path: Path) -> None:
    machine = replace(WORKSTATION, torch=TorchBuild("2.13.0+cpu", None))
    assert make_plan(SMALL.write(tmp_path), a_recipe(), machine, typical("cpu")).device == "cpu"


def test_predictions_add_up_and_say_what_they_rest_on(tmp_path: Path, plan: Plan) -> None:
    assert plan.prediction.seconds == pytest.approx(sum(plan.prediction.stages.values()))
    assert all(seconds > 0 for seconds in plan.prediction.stages.values())
    assert plan.prediction.basis == "estimated"
    measured = StageTimes({"load": 2.0, "denoise": 5.0, "decode": 3.0}, peak_ram=10**9)
    spec = SMALL.write(tmp_path / "again")
    plans = [make_plan(spec, a_recipe(steps=steps), LAPTOP, typical("cpu")) for steps in (4, 8, 16)]
    rates = learn([(each.work, measured) for each in plans], "cpu")
    assert make_plan(spec, a_recipe(), LAPTOP, rates).prediction.basis == "calibrated"


def test_any_field_can_be_overridden(plan: Plan) -> None:
    loaded_otherwise = replace(plan, dtype="bfloat16", resident_blocks=2)
    assert loaded_otherwise.placement != plan.placement
    assert replace(plan, vae_tile=32, token_chunk=64).placement == plan.placement


def test_a_plan_that_fits(plan: Plan) -> None:
    assert shortage(plan, LAPTOP, disk_free=GIB) is None


def test_too_little_memory_is_said_with_a_remedy(plan: Plan) -> None:
    told = shortage(plan, replace(LAPTOP, ram_available=100 * 2**20), disk_free=GIB)
    assert told is not None
    assert "100 MiB" in told
    assert "smaller size" in told


def test_a_budget_that_is_too_small_is_said(plan: Plan) -> None:
    """There is memory: closing other programs would not help."""
    told = shortage(plan, LAPTOP, GIB, Budget(ram=100 * 2**20))
    assert told is not None
    assert "may take 100 MiB; allow it more" in told


@pytest.mark.parametrize(("capability", "told"), [(None, True), ((8, 6), True), (ADA, False)])
def test_fp8_is_said_not_to_fit_where_nothing_computes_in_it(
    tmp_path: Path, capability: tuple[int, int] | None, told: bool
) -> None:
    cards = () if capability is None else (replace(CARD, capability=capability),)
    machine, asked = replace(WORKSTATION, accelerators=cards), a_recipe(rungs=("fp8",))
    plan = make_plan(SMALL.write(tmp_path), asked, machine, typical("cpu" if capability is None else "cuda:0"))
    assert plan.quantisation == "fp8"
    assert ("choose int8 or fp8-storage" in (shortage(plan, machine, GIB) or "")) == told


def test_a_budget_of_a_gpu_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="there is none here"):
        make_plan(SMALL.write(tmp_path), a_recipe(), LAPTOP, typical("cpu"), Budget(vram=8 * GIB))


def test_too_little_disk_is_said(plan: Plan) -> None:
    told = shortage(plan, LAPTOP, disk_free=1)
    assert told is not None
    assert "disk" in told


def test_too_little_gpu_memory_is_said(tmp_path: Path) -> None:
    full = replace(WORKSTATION, accelerators=(replace(CARD, memory_free=2**20),))
    plan = make_plan(SMALL.write(tmp_path), a_recipe(), full, typical("cuda:0"))
    told = shortage(plan, full, disk_free=GIB)
    assert told is not None
    assert "GPU memory" in told


def test_planning_imports_neither_torch_nor_numpy(tmp_path: Path) -> None:
    SMALL.write(tmp_path)
    program = """
import sys
from pathlib import Path
from artifex.catalog.plan import make_plan
from artifex.jobs.measurements import read_rates
from artifex.machine import this_machine
from tests.catalog.model_folders import a_recipe, spec_of
machine = this_machine()
make_plan(spec_of(Path(sys.argv[1])), a_recipe(), machine, read_rates(Path("none"), machine, "cpu"))
print({"torch", "numpy", "diffusers", "transformers"} & set(sys.modules))
"""
    ran = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, check=True, timeout=60
    )
    assert ran.stdout.strip() == "set()"


PAIR = replace(WORKSTATION, accelerators=(CARD, replace(CARD, memory_free=20 * GIB)))


def test_several_gpus_make_a_clip_where_they_are_asked_to(tmp_path: Path) -> None:
    spec = SMALL.write(tmp_path)
    one = make_plan(spec, a_recipe(), PAIR, typical("cuda:0"))
    two = make_plan(spec, a_recipe(), PAIR, typical("cuda:0"), Budget(gpus=2))
    assert (one.devices, two.devices) == (("cuda:0",), ("cuda:0", "cuda:1"))
    assert one.placement != two.placement
    assert two.prediction.stages["denoise"] == pytest.approx(one.prediction.stages["denoise"] / 1.8)
    frames = typical("cuda:0").costs["decode"][2] * one.work.decode
    saved = one.prediction.stages["decode"] - two.prediction.stages["decode"]
    assert saved == pytest.approx(frames * (1 - 1 / 1.6)), "frames are decoded together, and encoded by one"
    assert shortage(two, PAIR, disk_free=GIB, budget=Budget(gpus=2)) is None


def test_more_gpus_than_a_clip_has_rows_do_not_share_its_decode(tmp_path: Path) -> None:
    spec, server, rates = SMALL.write(tmp_path), replace(PAIR, accelerators=(CARD,) * 5), typical("cuda:0")
    flat = a_recipe(height=64)
    one, four, five = (
        make_plan(spec, flat, server, rates, Budget(gpus=gpus)).prediction.stages["decode"] for gpus in (1, 4, 5)
    )
    assert four < one, "four rows of latents"
    assert five == pytest.approx(one)


@pytest.mark.parametrize(
    ("machine", "gpus", "told"),
    [
        (PAIR, 3, "this machine has 2 GPUs"),
        (WORKSTATION, 2, "this machine has one GPU"),
        (LAPTOP, 2, "this machine has no GPU"),
    ],
)
def test_gpus_that_there_are_not_are_refused(tmp_path: Path, machine: Machine, gpus: int, told: str) -> None:
    with pytest.raises(BadInput, match=told):
        make_plan(SMALL.write(tmp_path), a_recipe(), machine, typical("cuda:0"), Budget(gpus=gpus))


HOPPER = replace(WORKSTATION, accelerators=(replace(CARD, capability=(9, 0)),))


@pytest.mark.parametrize("attention", ["sdpa", "flash-4", "cudnn-fp8"])
def test_attention_is_computed_as_it_was_asked_for(tmp_path: Path, attention: str) -> None:
    spec = replace(SMALL.write(tmp_path), accuracies=("exact", "high"))
    recipe = a_recipe(accuracy="high" if attention in EIGHT_BIT else "exact")
    plan = make_plan(spec, recipe, HOPPER, typical("cuda:0"), Budget(attention=attention))
    assert plan.attention == attention
    assert exact_attention(attention) == ("auto" if attention == "cudnn-fp8" else attention)


@pytest.mark.parametrize(
    ("machine", "attention", "told"),
    [
        (HOPPER, "flash-5", "no attention backend 'flash-5'; choose auto or sdpa,"),
        (LAPTOP, "xformers", "needs an NVIDIA GPU: an RTX 30, an A100 or later"),
        (WORKSTATION, "flash-4", "needs an NVIDIA GPU: an H100 or later"),
        (HOPPER, "flash-4-fp8", "rounds to eight bits, and this clip's weights are not"),
    ],
)
def test_attention_that_cannot_be_is_refused(tmp_path: Path, machine: Machine, attention: str, told: str) -> None:
    with pytest.raises(BadInput, match=told):
        make_plan(SMALL.write(tmp_path), a_recipe(), machine, typical("cuda:0"), Budget(attention=attention))


def test_heads_need_not_divide_by_gpus_and_clips_that_speak_are_made_on_one(tmp_path: Path) -> None:
    trio = replace(PAIR, accelerators=(CARD,) * 3)
    plan = make_plan(SMALL.write(tmp_path), a_recipe(), trio, typical("cuda:0"), Budget(gpus=3))
    assert plan.devices == ("cuda:0", "cuda:1", "cuda:2")
    with pytest.raises(BadInput, match="are made on one GPU; leave out --gpus"):
        require_gpus(2, shares_passes(find_model("wan2.2-s2v-14b", tmp_path)), 3)


def test_clips_in_a_row_start_once_and_load_a_model_where_another_is_wanted(tmp_path: Path) -> None:
    one = make_plan(SMALL.write(tmp_path), a_recipe(), LAPTOP, typical("cpu"))
    apart, (start, load, end) = (
        one.prediction.seconds,
        (one.prediction.stages[each] for each in ("start", "load", "end")),
    )
    clip, other = (a_recipe(), one), (replace(a_recipe(), model=ModelLock("another", ())), one)
    assert seconds_in_a_row([]) == 0
    assert seconds_in_a_row([clip]) == pytest.approx(apart)
    assert seconds_in_a_row([clip] * 3) == pytest.approx(3 * apart - 2 * (start + load + end))
    assert seconds_in_a_row([clip, other, clip]) == pytest.approx(3 * apart - 2 * (start + end))


def test_several_gpus_share_out_blocks_where_each_cannot_hold_them_all(tmp_path: Path) -> None:
    spec, recipe, rates = T2V_A14B.write(tmp_path), a_recipe(), typical("cuda:0")
    server = replace(PAIR, ram_available=2**40, accelerators=(CARD,) * 8)
    plan = make_plan(spec, recipe, server, rates, Budget(gpus=8))
    assert (plan.sharded, plan.resident_blocks) == (True, None)
    assert shortage(plan, server, 2**40, Budget(gpus=8)) is None
    two, four, eight = (planned(spec, recipe, rates, replace(plan, gpus=gpus)).prediction.vram for gpus in (2, 4, 8))
    assert two - four == pytest.approx(2 * (four - eight)), "what is shared is halved"
    small = replace(server, accelerators=(replace(CARD, memory_free=12 * GIB),) * 2)
    told = shortage(make_plan(spec, recipe, small, rates, Budget(gpus=2)), small, 2**40, Budget(gpus=2))
    assert told is not None
    assert "leave out --gpus" in told
    large = replace(server, accelerators=(replace(CARD, memory_free=139 * GIB),) * 2)
    assert not make_plan(spec, recipe, large, rates, Budget(gpus=2)).sharded
    found = next_rung(plan, 40)
    assert found is not None
    assert (found[1].gpus, found[1].sharded) == (1, False), "memory that runs out is found on one GPU, by streaming"
