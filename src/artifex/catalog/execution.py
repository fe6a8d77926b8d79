"""Execution choices: everything about how a recipe is executed that changes memory or speed."""

from dataclasses import dataclass, fields
from typing import Any, Literal

Dtype = Literal["float32", "bfloat16", "float16"]
Quantisation = Literal["none", "fp8", "int8", "fp8-storage"]
QUANTISED: tuple[Quantisation, ...] = ("int8", "fp8", "fp8-storage")
TextEncoder = Literal["device", "released", "streamed", "cpu"]
"""``device``: stays there; ``released``: loaded for each clip and freed once its prompts are encoded; ``streamed``: the
same, block by block; ``cpu``: the processor encodes the prompts."""

Expert = Literal["high", "low"]
"""Of a model with two: ``high`` denoises the noisy first steps, ``low`` the rest."""
Experts = Literal["both", "high", "low"]

AMPERE, ADA, HOPPER = (8, 0), (8, 9), (9, 0)
"""CUDA compute capabilities: the A100's, from which on GPUs compute in bfloat16; the RTX 40's, from which on they
compute in fp8; and the H100's."""

ELEMENT_SIZE: dict[str, int] = {"float32": 4, "bfloat16": 2, "float16": 2}
"""Bytes of one element."""


@dataclass(frozen=True, slots=True)
class Execution:
    """How a recipe is executed; ``dataclasses.replace`` overrides any field."""

    device: str
    """``cpu`` or ``cuda:N``, as torch names it; the first of several GPUs."""
    dtype: Dtype
    """Dtype of transformers and text encoder."""
    attention: str = "auto"
    """Name of an attention backend, or ``auto``."""
    quantisation: Quantisation = "none"
    """Quantisation of the linear layers in all blocks but the first and the last."""
    resident_blocks: int | None = None
    """Blocks of the active expert that stay on the device while the others are streamed from host memory; None keeps
    all blocks of all experts on the device."""
    host_blocks: int | None = None
    """Blocks of all experts kept in host memory while streaming; any others are read from the model's files when
    needed. None keeps all."""
    text_encoder: TextEncoder = "device"
    token_chunk: int | None = None
    """Tokens that a block normalises, projects and feeds forward at once; None for all."""
    decode_dtype: Dtype = "float32"
    """Dtype of the VAE's decoder."""
    decode_by_frame: bool = False
    """Run the decoder's largest scales one frame at a time: the same values in less memory."""
    vae_tile: int | None = None
    """Side in latent cells of the tiles that are decoded one by one; None decodes whole frames."""

    vram_limit: int | None = None
    """Bytes that torch may allocate on the device, where a budget was set; None for no limit."""
    gpus: int = 1
    """GPUs that share every pass and the decode, each with its own process and networks: ``device`` and those after
    it. With ``cpu``, the number of processes, for tests only."""
    sharded: bool = False
    """Whether each of several GPUs keeps only an equal share of every block, gathered when the block runs."""
    experts: Experts = "both"
    """Which of a model's two experts are loaded; with one, a clip is denoised only for that expert's steps."""

    @property
    def choices(self) -> dict[str, Any]:
        """The fields of this class, without those that a plan adds."""
        return {each.name: getattr(self, each.name) for each in fields(Execution)}

    @property
    def devices(self) -> tuple[str, ...]:
        """The devices that make the clip, as torch names them."""
        kind, _, first = self.device.partition(":")
        if kind == "cpu":
            return (self.device,) * self.gpus
        return tuple(f"{kind}:{int(first or 0) + number}" for number in range(self.gpus))

    def decoders(self, rows: int) -> int:
        """How many GPUs decode latents of ``rows`` rows together: one if they are decoded in tiles or there are fewer
        rows than GPUs."""
        return self.gpus if self.vae_tile is None and rows >= self.gpus else 1

    @property
    def is_roomy(self) -> bool:
        """Whether all blocks stay on the device and compute all tokens at once."""
        return self.resident_blocks is None and self.token_chunk is None

    def loaded(self, experts: int) -> int:
        """How many of a model's experts are loaded."""
        return experts if self.experts == "both" else 1

    @property
    def placement(self) -> tuple[object, ...]:
        """What determines how a model is loaded: executions with equal placements can share a loaded model."""
        return (
            self.devices,
            self.dtype,
            self.attention,
            self.quantisation,
            self.resident_blocks,
            self.host_blocks,
            self.text_encoder,
            self.sharded,
            self.decode_dtype,  # weights rounded to bfloat16 cannot be restored
            self.experts,
        )
