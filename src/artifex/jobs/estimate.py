"""A plan's predicted cost as plain data, for ``artifex plan --json`` and the API."""

from collections.abc import Iterator
from typing import Any

from artifex.catalog.plan import Plan


def plan_data(plan: Plan, lacking: str | None) -> dict[str, Any]:
    """Memory and disk in bytes, stages in seconds; ``shortage`` says why it does not fit, or is None."""
    needs = plan.prediction
    return {
        "device": plan.device,
        "gpus": plan.gpus,
        "dtype": plan.dtype,
        "attention": plan.attention,
        "quantisation": plan.quantisation,
        "resident_blocks": plan.resident_blocks,
        "host_blocks": plan.host_blocks,
        "text_encoder": plan.text_encoder,
        "token_chunk": plan.token_chunk,
        "decode_dtype": plan.decode_dtype,
        "decode_by_frame": plan.decode_by_frame,
        "vae_tile": plan.vae_tile,
        "costs_quality": list(quality_costs(plan)),
        "vram": needs.vram,
        "ram": needs.ram,
        "disk": needs.disk,
        "seconds": needs.seconds,
        "stages": dict(needs.stages),
        "basis": needs.basis,
        "fits": lacking is None,
        "shortage": lacking,
    }


def quality_costs(plan: Plan) -> Iterator[str]:
    """A phrase for each of the plan's choices that costs quality."""
    if plan.quantisation != "none":
        yield f"weights are rounded to eight bits ({plan.quantisation})"
    if plan.vae_tile is not None:
        yield "frames are decoded in tiles, whose seams may show in smooth areas"
    if plan.device != "cpu" and plan.decode_dtype != "float32":
        yield "frames are decoded in 16 bits"
