"""Full-size Wan models with random weights on one GPU: passes, decodes and whole clips, compared with diffusers and the
hardware's floor. Also passes and a decode shared by all GPUs, which need 40 GB each.

    python -m benchmarks.wan [--only NAME ...] [--rounds N] [--compiled] [--json FILE]

Weights are random, as speed does not depend on their values; nothing here measures how a clip looks. Passes need 80 GB
of GPU memory, diffusers 0.42, and for `high` nvidia-cudnn-frontend.
"""

import argparse
import json
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import torch
from benchmarks.wan import attention, clips, decodes, floor, passes, pipeline, scaling, seams, sparse, streaming, walks
from benchmarks.wan.record import Record

BARS: dict[str, list[tuple[str, str, float, bool]]] = {
    "pass a14b 480p81": [("exact", "times_diffusers", 1.25, True), ("high", "times_diffusers", 1.7, True)],
    "pass a14b 720p81": [
        ("exact", "times_diffusers", 1.25, True),
        ("high", "times_diffusers", 1.7, True),
        ("high", "seconds", 6.9, False),
    ],
    "decode 2.1 720p81": [("fused", "seconds", 1.9, False), ("fused", "times_diffusers", 2.0, True)],
    "decode 2.2 704p121": [("fused", "seconds", 3.5, False), ("fused", "times_diffusers", 1.7, True)],
}
"""By case: (way, figure, bar, whether more is better)."""

SLOWEST_STREAMING = 1.25
"""Bar of a streamed pass, relative to one whose blocks are all on the GPU."""


def judge(name: str, result: dict[str, Any]) -> list[str]:
    """A line for every bar of a case: met or missed."""
    told: list[str] = []
    for way, figure, bar, more in BARS.get(name, []):
        value = result[way][figure]
        met = value >= bar if more else value <= bar
        told.append(f"{way} {figure} {value} ({'at least' if more else 'at most'} {bar}): {_met(met)}")
    if "times_resident" in result:
        ratio = result["times_resident"]
        told.append(f"{ratio} times resident (at most {SLOWEST_STREAMING}): {_met(ratio <= SLOWEST_STREAMING)}")
    if "target" in result:
        told.append(f"{result['whole']} s from prompt to file (at most {result['target']}): {_met(result['met'])}")
    if name.startswith("scaling decode"):
        return seams.judge(result)
    return told + (scaling.judge(result) if name.startswith("scaling") and name.endswith("720p81") else [])


def _met(bar: bool) -> str:
    return "met" if bar else "MISSED"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="*", metavar="NAME", help="cases whose names begin so")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--compiled", action="store_true", help="also diffusers' compiled blocks, which takes a minute")
    parser.add_argument("--json", type=Path, metavar="FILE", help="what it has of other cases is kept")
    options = parser.parse_args()
    device, rounds = torch.device("cuda:0"), options.rounds
    results: dict[str, Any] = {}
    with torch.inference_mode():
        ceilings = floor.measure(device)
        cases: dict[str, Callable[[], dict[str, Any]]] = {
            f"decode {name}": partial(decodes.measure, name, device, rounds) for name in decodes.DECODES
        }
        for name in decodes.ENCODES:
            cases[f"encode {name}"] = partial(decodes.measure_encode, name, device, rounds)
        for name in passes.PASSES:
            cases[f"pass {name}"] = partial(passes.measure, name, ceilings, device, rounds, compiled=options.compiled)
        for name in streaming.RESIDENT_BLOCKS:
            cases[f"streaming {name}"] = partial(streaming.measure, name, device, rounds)
        cases |= {f"clip {name}": partial(clips.measure, name, device, rounds) for name in clips.CLIPS}
        cases |= {f"clip of diffusers, {name}": partial(pipeline.measure, name, device) for name in pipeline.LIKE}
        cases |= {f"attention {name}": partial(attention.measure, name, device, rounds) for name in sparse.GRIDS}
        cases |= {f"walks {name}": partial(walks.measure, name, ceilings, device, rounds) for name in sparse.GRIDS}
        cases |= {f"sparse {name}": partial(sparse.measure, name, device, rounds) for name in sparse.GRIDS}
        cases |= scaling.cases(rounds)
        cases[f"scaling decode {seams.NAME}"] = partial(seams.measure, rounds)  # after the cases that have a team
        record = None if options.json is None else Record(options.json, device, ceilings)
        for name, case in cases.items():
            if options.only is not None and not name.startswith(tuple(options.only)):
                continue
            results[name] = case()
            torch.cuda.empty_cache()
            print(name, json.dumps(results[name]), *judge(name, results[name]), sep="\n  ", flush=True)
            if record is not None:  # after each case, as the next may crash the process
                record.keep(name, results[name])
    missed = any("MISSED" in line for name, result in results.items() for line in judge(name, result))
    sys.exit(missed)


if __name__ == "__main__":
    main()
