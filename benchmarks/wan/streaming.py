"""One pass of a transformer with blocks streamed from host memory, compared with all blocks on the GPU."""

from collections.abc import Iterable
from functools import partial
from typing import Any

import torch
from benchmarks.wan.passes import PASSES, TEXT_TOKENS, PassCase, first, network
from benchmarks.wan.timing import Way, alternating
from torch.autograd import DeviceType
from torch.profiler import ProfilerActivity, profile

from artifex.catalog.wan.shapes import SHAPES
from artifex.catalog.wan.transformer import WanTransformer

RESIDENT_BLOCKS = {"a14b 480p81": 5, "ti2v-5b 704p121": 5}
"""By case, as on a GPU of 8 to 12 GiB."""

Spans = list[tuple[float, float]]
"""(start, end) in microseconds, in order, without overlaps."""


def measure(name: str, device: torch.device, rounds: int) -> dict[str, Any]:
    """Seconds and ratio, whether results are equal bit for bit, and the share of copying that kernels hide."""
    case, blocks = PASSES[name], RESIDENT_BLOCKS[name]
    config = SHAPES[case.model].transformer
    whole, _ = network(config, device, "none")
    streamed, residency = network(config, device, "none", resident_blocks=blocks)
    ways = {"resident": _pass_of(whole, case, device), "streamed": _pass_of(streamed, case, device)}
    alike = torch.equal(*(first(way()) for way in ways.values()))
    timed = alternating(ways, rounds)
    traced = _traced(ways["streamed"])
    residency.close()
    seconds = {way: round(each.seconds, 3) for way, each in timed.items()}
    return {
        "resident_blocks": blocks,
        "seconds": seconds,
        "times_resident": round(seconds["streamed"] / seconds["resident"], 3),
        "same_bits": alike,
        **traced,
    }


def _pass_of(transformer: WanTransformer, case: PassCase, device: torch.device) -> Way:
    config, chance = SHAPES[case.model].transformer, torch.Generator(device).manual_seed(0)
    shape = (1, config.in_channels, case.frames, case.height, case.width)
    latents = torch.randn(shape, generator=chance, device=device)
    text = torch.randn((1, TEXT_TOKENS, config.text_dim), generator=chance, device=device, dtype=torch.bfloat16)
    return partial(transformer, latents, torch.tensor([500.0], device=device), transformer.prepare_text(text))


def _traced(way: Way) -> dict[str, Any]:
    """Time of copies to the device, and the share that overlaps with kernels, from a trace of one run."""
    with profile(activities=[ProfilerActivity.CUDA], acc_events=True) as trace:
        way()
        torch.cuda.synchronize()
    on_device = [each for each in trace.events() or () if each.device_type == DeviceType.CUDA]
    events = [(each.name, each.time_range.start, each.time_range.end) for each in on_device]
    copies = _merged((start, end) for name, start, end in events if name.startswith("Memcpy HtoD"))
    kernels = _merged((start, end) for name, start, end in events if not name.startswith(("Memcpy", "Memset")))
    copying = sum(end - start for start, end in copies)
    return {
        "seconds_copying": round(copying / 1e6, 3),
        "share_hidden": round(_overlap(copies, kernels) / copying, 3),
    }


def _merged(spans: Iterable[tuple[float, float]]) -> Spans:
    merged: Spans = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged


def _overlap(some: Spans, others: Spans) -> float:
    """Microseconds that lie in spans of both lists."""
    return sum(max(0.0, min(end, until) - max(start, since)) for start, end in some for since, until in others)
