"""A clip decoded by all GPUs, a strip each, compared with one GPU: seconds, and whether strips meet without a seam."""

from functools import partial
from typing import Any

import torch
from benchmarks.wan.decodes import DECODES, consume, whole
from benchmarks.wan.timing import alternating
from torch import Tensor

from artifex.catalog.wan.decoding import ChunkTask, Strip, decode_together
from artifex.catalog.wan.vae import VaeConfig, WanVAE
from artifex.engine.parallel.links import Links
from artifex.engine.parallel.share import shared_out
from artifex.engine.parallel.team import Team

NAME = "2.1 720p81"
"""A key of `DECODES`."""

REACH = 2
"""Rows on either side of where two strips meet that count as the seam."""
_ALLOWED, _NOTHING = 1.25, 1e-5
"""Allowed error at seams relative to that of other rows; and an absolute error that is invisible."""


def seams(shared: Tensor, exact: Tensor, rows: int, strips: int) -> tuple[float, float]:
    """Mean absolute error at the seams, and in all other rows.

    Args:
        shared: [1, 3, frames, height, width], decoded in strips.
        exact: the same clip, decoded by one process in float32. In 16 bits, cuDNN sums in another order towards the end
            of a picture, and of each strip: there two ways to decode differ by as much as either does from float32.
        rows: number of rows of the latents, which are split into strips.
        strips: number of strips.
    """
    apart = (shared - exact).abs().mean(dim=(0, 1, 2, 4))
    ends = torch.tensor(shared_out(rows, strips)).cumsum(0)[:-1] * (len(apart) // rows)
    at_seam = torch.zeros_like(apart, dtype=torch.bool)
    for end in ends.tolist():
        at_seam[end - REACH : end + REACH] = True
    return float(apart[at_seam].mean()), float(apart[~at_seam].mean())


def seamless(at_seams: float, elsewhere: float) -> bool:
    """The gate: whether the error where strips meet is no larger than elsewhere, within tolerances."""
    return at_seams <= _ALLOWED * elsewhere + _NOTHING


def decoder(config: VaeConfig, device: torch.device) -> WanVAE:
    """An autoencoder that decodes in bfloat16, with the same random weights in every process."""
    torch.manual_seed(0)
    with device:
        vae = WanVAE(config).eval()
    vae.decode_in(torch.bfloat16)
    return vae


class Decoder:
    """A follower's work."""

    def __init__(self, config: VaeConfig, device: torch.device, rank: int) -> None:
        self._device = device
        self._strip = Strip(decoder(config, device))

    def __call__(self, task: ChunkTask, links: Links) -> None:
        self._strip.decode(task, links, links.everyone.spread(torch.empty(task.shape, device=self._device)))


def measure(rounds: int) -> dict[str, Any]:
    """Median seconds of one GPU and of all, the speed-up, and errors at seams and elsewhere."""
    if torch.cuda.device_count() < 2:
        return {"skipped": "there is one GPU only"}
    devices = [torch.device("cuda", index) for index in range(torch.cuda.device_count())]
    config, (frames, rows, columns) = DECODES[NAME]
    team = Team(devices, partial(Decoder, config))
    try:
        vae = decoder(config, devices[0])
        latents = torch.randn(1, config.z_dim, frames, rows, columns, device=devices[0])
        together = partial(decode_together, team, vae, by_frame=False)
        ways = {"one": partial(consume, vae, latents), "all": lambda: sum(1 for _ in together(latents))}
        timed = alternating(ways, rounds)
        few = latents[:, :, :4]
        shared = torch.cat(list(together(few)), dim=2)
        at_seams, elsewhere = seams(shared, _in_float32(vae, few), rows, len(devices))
    finally:
        team.close()
    return {
        "gpus": len(devices),
        **{
            way: {"seconds": round(each.seconds, 3), "peak_gib": round(each.peak_gib, 1)} for way, each in timed.items()
        },
        "times_one": round(timed["one"].seconds / timed["all"].seconds, 3),
        "apart": {"at_seams": at_seams, "elsewhere": elsewhere},
    }


def _in_float32(vae: WanVAE, latents: Tensor) -> Tensor:
    """Decode in float32, without TF32: cuDNN's default convolutions keep only ten bits of mantissa."""
    vae.decode_in(torch.float32)
    with torch.backends.cudnn.flags(allow_tf32=False):
        return whole(vae, latents)


def judge(result: dict[str, Any]) -> list[str]:
    """A line for the gate: met or missed."""
    if "apart" not in result:
        return []
    return [f"no seam where strips meet: {'met' if seamless(**result['apart']) else 'MISSED'}"]
