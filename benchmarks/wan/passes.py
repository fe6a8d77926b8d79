"""One pass of a transformer: ours in each accuracy, diffusers' plain and compiled, on the same random weights."""

from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from benchmarks.wan.floor import Ceilings
from benchmarks.wan.timing import Timed, Way, alternating
from torch import Tensor

from artifex.catalog.execution import Execution
from artifex.catalog.wan.residency import Residency
from artifex.catalog.wan.shapes import SHAPES
from artifex.catalog.wan.transformer import TransformerConfig, WanTransformer
from artifex.engine.attention import pick_attention
from artifex.engine.weights.empty import build_empty
from artifex.engine.weights.fill import fill
from artifex.engine.weights.random import RandomTensors

TEXT_TOKENS = 512


@dataclass(frozen=True)
class PassCase:
    """A model and the latents it sees."""

    model: str
    frames: int
    height: int
    width: int


PASSES = {
    "a14b 480p81": PassCase("wan2.2-t2v-a14b", 21, 60, 104),
    "a14b 720p81": PassCase("wan2.2-t2v-a14b", 21, 90, 160),
    "ti2v-5b 704p121": PassCase("wan2.2-ti2v-5b", 31, 44, 80),
}


def measure(name: str, ceilings: Ceilings, device: torch.device, rounds: int, *, compiled: bool) -> dict[str, Any]:
    """Seconds of each way, ratios to diffusers, shares of the floor, and differences between results."""
    case = PASSES[name]
    config = SHAPES[case.model].transformer
    (exact, _), (high, _) = (network(config, device, kind) for kind in ("none", "fp8"))
    latents = torch.randn(1, config.in_channels, case.frames, case.height, case.width, device=device)
    timestep = torch.tensor([500.0], device=device)
    text = torch.randn(1, TEXT_TOKENS, config.text_dim, device=device, dtype=torch.bfloat16)

    def ours(transformer: WanTransformer) -> Way:
        prepared = transformer.prepare_text(text)
        return partial(transformer, latents, timestep, prepared)

    theirs = diffusers_twin(exact)
    ways: dict[str, Way] = {"exact": ours(exact), "high": ours(high)}
    ways["diffusers"] = partial(theirs, latents.to(torch.bfloat16), timestep, text, return_dict=False)
    distances = distance(ways)
    timed = alternating(ways, rounds)
    if compiled:
        theirs.compile_repeated_blocks(fullgraph=True)
        timed |= alternating({"diffusers compiled": ways["diffusers"], "exact again": ways["exact"]}, rounds)
    tokens = case.frames * (case.height // 2) * (case.width // 2)
    floors = {fp8: ceilings.seconds(config, tokens, fp8=fp8) for fp8 in (False, True)}
    return {"tokens": tokens, "apart_from_exact": distances} | told(timed, floors)


def told(timed: dict[str, Timed], floors: dict[bool, float]) -> dict[str, Any]:
    """Figures as they are recorded."""
    result: dict[str, Any] = {}
    for name, each in timed.items():
        floor = floors[name == "high"]
        result[name] = {
            "seconds": round(each.seconds, 3),
            "all_seconds": [round(one, 3) for one in each.all_seconds],
            "peak_gib": round(each.peak_gib, 1),
            "floor_seconds": round(floor, 3),
            "share_of_floor": round(floor / each.seconds, 3),
        }
        if name in ("exact", "high"):
            result[name]["times_diffusers"] = round(timed["diffusers"].seconds / each.seconds, 3)
    return result


def network(
    config: TransformerConfig, device: torch.device, quantisation: Any, rank: int = 0, **choices: Any
) -> tuple[WanTransformer, Residency]:
    """A transformer with random weights, loaded as a plan would load it; equal models get equal weights.

    ``choices`` are further fields of an `Execution`; ``rank`` is this process's, where several share the weights.
    """
    execution = Execution(str(device), "bfloat16", quantisation=quantisation, **choices)
    transformer = build_empty(lambda: WanTransformer(config, pick_attention(device=device)))
    source, residency = RandomTensors.like(transformer, torch.bfloat16, 0), Residency(execution, 1, rank)
    fill(transformer, source, residency.prepare(transformer, source))
    return transformer.eval(), residency


def diffusers_twin(ours: WanTransformer) -> Any:
    """diffusers' transformer with the same weights, which are not copied."""
    from diffusers import WanTransformer3DModel  # an optional package

    config = ours.config
    names = ("in_channels", "out_channels", "num_attention_heads", "attention_head_dim", "ffn_dim", "num_layers")
    names += ("text_dim", "freq_dim")
    with torch.device("meta"):
        theirs: Any = WanTransformer3DModel(**{name: getattr(config, name) for name in names})
    theirs.load_state_dict(ours.state_dict(), assign=True)
    rope = type(theirs.rope)(config.attention_head_dim, config.patch_size, 1024)  # not part of the weights
    theirs.rope = rope.to(ours.patch_embedding.weight.device)
    return theirs.eval()


def distance(ways: dict[str, Way]) -> dict[str, float]:
    """Relative error of every way's result against ours in bf16."""
    results = {name: first(way()) for name, way in ways.items()}
    exact = results["exact"].float()
    return {name: float((each.float() - exact).norm() / exact.norm()) for name, each in results.items()}


def first(result: object) -> Tensor:
    """A result's tensor; diffusers returns a tuple."""
    tensor = result[0] if isinstance(result, tuple) else result
    assert isinstance(tensor, Tensor)
    return tensor
