"""What fits which card: full models planned for small ones, and what gives when memory runs out all the same."""

from dataclasses import replace
from typing import Any

import pytest

from artifex.catalog.execution import Execution
from artifex.catalog.ladder import apply_rungs, compromises, next_rung, quantised
from artifex.catalog.plan import CONTEXT, Budget, Plan, block_count, make_plan, place, planned, shortage
from artifex.catalog.rates import typical
from artifex.catalog.registry import find_model
from artifex.catalog.wan import cost
from artifex.errors import BadRecipe
from artifex.machine import Accelerator, Machine, TorchBuild
from artifex.recipe import Recipe
from tests.catalog.model_folders import a_recipe

GIB = 2**30
CARD = Accelerator("a card", 80 * GIB, 79 * GIB, "580.1", (9, 0))
SERVER = Machine(16, "a processor", 128 * GIB, 120 * GIB, (CARD,), TorchBuild("2.13.0", "13.0"))
A14B, TI2V = find_model("wan2.2-t2v-a14b"), find_model("wan2.2-ti2v-5b")
RATES = typical("cuda:0")


def film(**changes: Any) -> Recipe:
    """81 frames of 1280x720."""
    return a_recipe(**{"width": 1280, "height": 720, "frame_count": 81, "accuracy": "exact"} | changes)


def plan_for(vram: int | None = None, ram: int | None = None, spec: Any = A14B, **changes: Any) -> Plan:
    room = [None if size is None else size * GIB for size in (vram, ram)]
    budget = Budget(vram=room[0], ram=room[1])
    return make_plan(spec, film(**changes), SERVER, RATES, budget)


@pytest.mark.parametrize("vram", [10, 12, 16, 24, 48])
def test_720p_of_the_large_model_fits_small_cards(vram: int) -> None:
    plan = plan_for(vram)
    assert plan.prediction.vram <= vram * GIB
    assert plan.quantisation == "none", "exact never rounds weights"
    assert plan.resident_blocks is not None


def test_more_memory_keeps_more_on_the_device() -> None:
    residents = [plan_for(vram).resident_blocks or 0 for vram in (10, 12, 16, 24)]
    assert residents == sorted(residents)
    assert len(set(residents)) == 4


def test_everything_stays_on_a_large_card() -> None:
    plan = plan_for(width=832, height=480)
    assert (plan.resident_blocks, plan.text_encoder, plan.token_chunk, plan.vae_tile) == (None, "device", None, None)
    assert plan.decode_dtype == "float32"


def test_a_card_too_small_for_two_experts_keeps_one_of_them_whole() -> None:
    machine = replace(SERVER, accelerators=(replace(CARD, memory_free=32 * GIB),))
    recipe = film(accuracy="high", width=832, height=480)
    both, high, low = (
        make_plan(A14B, recipe, machine, RATES, Budget(experts=experts)) for experts in ("both", "high", "low")
    )
    assert (both.resident_blocks is None, high.resident_blocks is None) == (False, True)
    assert high.prediction == low.prediction
    assert high.work.weights < 0.7 * both.work.weights, "the text encoder is read by each"


def test_little_host_memory_keeps_one_expert_then_some_blocks() -> None:
    blocks = block_count(A14B)
    kept = [plan_for(12, ram).host_blocks for ram in (100, 40, 16)]
    assert kept[:2] == [None, blocks]
    assert kept[2] is not None
    assert kept[2] < blocks
    predicted = [plan_for(12, ram).prediction.ram for ram in (100, 40, 16)]
    assert predicted == sorted(predicted, reverse=True)
    assert all(ram <= size * GIB for ram, size in zip(predicted, (100, 40, 16), strict=True))


def test_high_accuracy_rounds_where_the_card_computes_in_fp8() -> None:
    assert plan_for(12, accuracy="high").quantisation == "fp8"
    older = replace(SERVER, accelerators=(replace(CARD, capability=(8, 6)),))
    assert make_plan(A14B, film(accuracy="high"), older, RATES).quantisation == "none"


def test_rounding_comes_before_tiles_and_tiles_come_last() -> None:
    clip: dict[str, Any] = {"spec": TI2V, "height": 704, "frame_count": 121}
    large, small, tiny = (plan_for(vram, **clip) for vram in (32, 10, 4))
    assert (large.decode_dtype, large.vae_tile) == ("float32", None)
    assert (small.decode_dtype, small.decode_by_frame, small.vae_tile) == ("bfloat16", True, None)
    assert tiny.vae_tile is not None


def test_what_cannot_fit_is_told() -> None:
    plan = plan_for(2)
    told = shortage(plan, SERVER, 10**12, Budget(2 * GIB))
    assert told is not None
    assert "GPU memory" in told
    assert shortage(plan_for(12), SERVER, 10**12, Budget(12 * GIB)) is None


# Peaks that torch reserved on an H200, in GiB; see benchmarks/results/memory_h200.json.
@pytest.mark.parametrize(
    ("name", "size", "frames", "execution", "peak"),
    [
        (
            "wan2.1-t2v-14b",
            (1280, 720),
            81,
            Execution("cuda:0", "bfloat16"),
            56.57,
        ),
        (
            "wan2.1-t2v-14b",
            (832, 480),
            81,
            Execution(
                "cuda:0",
                "bfloat16",
                resident_blocks=3,
                text_encoder="streamed",
                token_chunk=8192,
                decode_by_frame=True,
            ),
            6.85,
        ),
        (
            "wan2.2-ti2v-5b",
            (1280, 704),
            121,
            Execution(
                "cuda:0",
                "bfloat16",
                resident_blocks=8,
                text_encoder="streamed",
                token_chunk=8192,
                decode_dtype="bfloat16",
                decode_by_frame=True,
                vae_tile=48,
            ),
            4.93,
        ),
    ],
    ids=["resident", "streamed", "tiled"],
)
def test_predictions_are_what_was_measured(
    name: str, size: tuple[int, int], frames: int, execution: Execution, peak: float
) -> None:
    recipe = film(width=size[0], height=size[1], frame_count=frames, prompt="word" * 60, negative_prompt="word" * 120)
    predicted = planned(find_model(name), recipe, RATES, execution).prediction.vram - CONTEXT
    assert predicted / GIB == pytest.approx(peak, rel=0.1)


def test_cards_without_bfloat16_compute_in_float16() -> None:
    for capability, dtype in (((7, 5), "float16"), ((8, 0), "bfloat16"), ((0, 0), "bfloat16")):
        machine = replace(SERVER, accelerators=(replace(CARD, capability=capability),))
        assert place(machine) == ("cuda:0", dtype)


def test_eight_bits_that_were_asked_for_stand_over_the_accuracy() -> None:
    recipe = quantised(film(), "int8")
    assert make_plan(A14B, recipe, SERVER, RATES).quantisation == "int8"
    assert quantised(recipe, "fp8").rungs == ("fp8",)


@pytest.mark.parametrize("decoding", [False, True])
def test_every_rung_needs_no_more_than_the_one_before(decoding: bool) -> None:
    blocks, rungs = block_count(A14B), list[str]()
    plan = start = plan_for(24)
    measure = cost.measure(A14B, film())
    measured = measure(plan)
    while (step := next_rung(plan, blocks, decoding=decoding, quantise="int8")) is not None:
        name, plan = step
        rungs.append(name)
        needs = measure(plan)
        assert needs.decode <= measured.decode
        assert max(needs.text, needs.denoise) <= max(measured.text, measured.denoise)
        measured = needs
    order = ["tile-48", "tile-24", "offload"] if decoding else ["offload", "text-on-cpu", "int8"]
    assert list(dict.fromkeys(rungs)) == order
    assert apply_rungs(start, rungs, blocks) == plan


def test_rounding_has_to_be_allowed() -> None:
    blocks, plan, names = block_count(A14B), plan_for(12), set[str]()
    while (step := next_rung(plan, blocks)) is not None:
        names.add(step[0])
        plan = step[1]
    assert names == {"offload", "text-on-cpu"}


def test_the_processor_has_only_tiles_and_fewer_bits_to_give() -> None:
    plan = Execution("cpu", "float32")
    tiled = replace(plan, decode_by_frame=True, vae_tile=48)
    assert next_rung(plan, 8, decoding=True) == ("tile-48", tiled)
    assert next_rung(replace(plan, vae_tile=16), 8, decoding=True) is None
    assert next_rung(plan, 8, quantise="int8") == ("int8", replace(plan, quantisation="int8"))


def test_what_a_plan_gave_up_from_the_beginning_is_kept_as_rungs() -> None:
    plain = Execution("cuda:0", "bfloat16")
    tight = replace(plain, decode_dtype="bfloat16", decode_by_frame=True, vae_tile=32, resident_blocks=3)
    assert compromises(plain, "exact") == ()
    assert compromises(tight, "exact") == ("tile-32", "decode-bfloat16")
    assert compromises(replace(tight, vae_tile=None), "high") == ("by-frame",)
    again = apply_rungs(plain, compromises(tight, "exact"), 40)
    assert again == replace(tight, resident_blocks=None)


@pytest.mark.parametrize("name", ["ladder", "tile-", "tile-8", "tile-99999", "tile--4", ""])
def test_unknown_rungs_are_refused(name: str) -> None:
    with pytest.raises(BadRecipe, match="which is none"):
        apply_rungs(Execution("cpu", "float32"), [name], 8)


def test_fast_rounds_only_where_high_is_offered() -> None:
    unrounded = replace(A14B, accuracies=("exact", "fast"))
    plans = {name: make_plan(unrounded, film(accuracy=name), SERVER, RATES) for name in ("exact", "fast")}
    assert (plans["fast"].quantisation, plans["fast"].decode_dtype) == ("none", plans["exact"].decode_dtype)
    assert plan_for(accuracy="fast").quantisation == "fp8"


def test_who_decodes_together_holds_strips_but_not_of_tiles_nor_of_fewer_rows_than_there_are_gpus() -> None:
    """Of 720p, 90 rows of latents."""
    measure, whole = cost.measure(A14B, film()), Execution("cuda:0", "bfloat16", decode_dtype="bfloat16")
    four, tiled = replace(whole, gpus=4), replace(whole, vae_tile=32)
    assert [four.decoders(rows) for rows in (90, 4, 3)] == [4, 4, 1]
    assert measure(four).decode < measure(whole).decode - 2**30
    assert measure(replace(tiled, gpus=4)) == measure(tiled)


def test_what_guided_passes_have_in_common_is_counted_where_it_is_kept() -> None:
    """The first block's self-attention; the unwanted prompt's keys and values are counted wherever they are."""
    guided, plain = (cost.measure(A14B, film(guidance=(scale, scale))) for scale in (3.0, 1.0))
    whole = Execution("cuda:0", "bfloat16")
    attention = 2 * 5120 * 75600

    def more(execution: Execution) -> int:
        return guided(execution).denoise - plain(execution).denoise

    for narrow in (replace(whole, token_chunk=4096), replace(whole, resident_blocks=5)):
        assert attention < more(whole) - more(narrow) < 1.2 * attention
