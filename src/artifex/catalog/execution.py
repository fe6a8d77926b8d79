"""The choices of a plan: everything about how a recipe is executed that changes memory or speed."""

from dataclasses import dataclass, fields
from typing import Any, Literal

Dtype = Literal["float32", "bfloat16", "float16"]
Quantisation = Literal["none", "fp8", "int8", "fp8-storage"]
QUANTISED: tuple[Quantisation, ...] = ("int8", "fp8", "fp8-storage")
TextEncoder = Literal["device", "released", "streamed", "cpu"]
"""``device``: stays there; ``released``: read for each clip, and let go of when its prompts are encoded; ``streamed``:
the same block by block; ``cpu``: the processor encodes the prompts."""

Expert = Literal["high", "low"]
"""Of a model with two: the one for high noise, which is asked first, and the one for low noise."""
Experts = Literal["both", "high", "low"]

AMPERE, ADA, HOPPER = (8, 0), (8, 9), (9, 0)
"""Compute capabilities, as NVIDIA counts generations of GPUs: the A100's, from which on they compute in bfloat16, the
RTX 40's, likewise in fp8, and the H100's."""

ELEMENT_SIZE: dict[str, int] = {"float32": 4, "bfloat16": 2, "float16": 2}
"""Bytes."""


@dataclass(frozen=True, slots=True)
class Execution:
    """How a recipe is executed; ``dataclasses.replace`` overrides any field."""

    device: str
    """``cpu`` or ``cuda:N``, as torch names it; the first where there are several."""
    dtype: Dtype
    """Of transformers and text encoder."""
    attention: str = "auto"
    """Name of an attention backend, or ``auto``."""
    quantisation: Quantisation = "none"
    """Of the linear layers in all blocks but the first and the last."""
    resident_blocks: int | None = None
    """Blocks of the expert at work that stay on the device, the others being streamed from host memory; None keeps all
    blocks of all experts there."""
    host_blocks: int | None = None
    """Blocks of all experts that are kept in host memory while streaming; fewer than there are means that the others
    are read from the model's files when their turn comes. None keeps all."""
    text_encoder: TextEncoder = "device"
    token_chunk: int | None = None
    """Tokens that a block normalises, projects and feeds forward together; None for all."""
    decode_dtype: Dtype = "float32"
    """Of the VAE's decoder."""
    decode_by_frame: bool = False
    """Take one frame at a time through the decoder's largest scales: the same values in less memory."""
    vae_tile: int | None = None
    """Side of the tiles that are decoded one after the other, in latent cells; None decodes whole frames."""

    vram_limit: int | None = None
    """Bytes that torch may take of the device, where somebody set a budget; None for all there is."""
    gpus: int = 1
    """GPUs that share every pass and the decode, each with a process and networks of its own: ``device`` and those
    after it. For ``cpu``, so many processes compute there, which only tests want."""
    sharded: bool = False
    """Whether each of several GPUs keeps an equal share of every block only, which is gathered when its turn comes."""
    experts: Experts = "both"
    """Which of a model's two are loaded: with one, a clip is made up to the other's first step, or from it on."""

    @property
    def choices(self) -> dict[str, Any]:
        """Its own fields, also of a plan, which has more."""
        return {each.name: getattr(self, each.name) for each in fields(Execution)}

    @property
    def devices(self) -> tuple[str, ...]:
        """Of each of them, as torch names it."""
        kind, _, first = self.device.partition(":")
        if kind == "cpu":
            return (self.device,) * self.gpus
        return tuple(f"{kind}:{int(first or 0) + number}" for number in range(self.gpus))

    def decoders(self, rows: int) -> int:
        """How many GPUs decode together what has so many rows of latents: one, where it is cut in tiles or they are
        too few to go round."""
        return self.gpus if self.vae_tile is None and rows >= self.gpus else 1

    @property
    def is_roomy(self) -> bool:
        """Whether all blocks lie on the device, and compute all tokens at once."""
        return self.resident_blocks is None and self.token_chunk is None

    def loaded(self, experts: int) -> int:
        """How many of a model's experts are loaded."""
        return experts if self.experts == "both" else 1

    @property
    def placement(self) -> tuple[object, ...]:
        """What decides how a model is loaded: two executions with equal placements can share one."""
        return (
            self.devices,
            self.dtype,
            self.attention,
            self.quantisation,
            self.resident_blocks,
            self.host_blocks,
            self.text_encoder,
            self.sharded,
            self.decode_dtype,  # a decoder that was narrowed cannot be widened again
            self.experts,
        )
