"""The work in a recipe, in operations and bytes, and how long its stages took."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

Stage = Literal["start", "load", "encode", "denoise", "decode", "end"]
"""``start``: from the start of the process to the job; ``load``: torch and the weights; ``decode``: from latents to the
published file, since decoding, video encoding and writing overlap; ``end``: from there to the end of the process."""


@dataclass(frozen=True, slots=True)
class Work:
    """One clip's work, counted from shapes. FLOPs count a multiply-add as two; memory is in bytes."""

    forwards: int
    """Passes through the denoising network; the two of a guided step count once if batched."""
    linear: float
    """FLOPs of all passes in linear layers."""
    attention: float
    """FLOPs of all passes in attention."""
    encode: float
    """FLOPs of encoding the prompt and the reference picture."""
    decode: float
    """FLOPs from latents to frames."""
    chunks: int
    """Runs of the decoder, each of which yields a short chunk of frames."""
    pixels: int
    """Pixels of the clip, all frames together: what the video encoder sees."""
    weights: int
    """Bytes of weights read before the clip can begin."""
    host: int
    """Peak host memory beyond what a process takes anyway."""
    device: int
    """Peak GPU memory beyond what CUDA takes anyway; 0 where the processor computes."""
    disk: int
    """Checkpoints and the clip while it is written."""
    heard: float = 0.0
    """FLOPs of the voice encoder, which runs on the processor."""
    between: float = 0.0
    """FLOPs of decoding and encoding between the segments of a clip, while it is denoised."""
    float8: float = 0.0
    """1 if kernels for float8 are loaded along with the weights; known only once `manner.py` has measured the work."""


@dataclass(frozen=True, slots=True)
class StageTimes:
    """What one finished clip took: seconds by stage, and peak memory in bytes.

    A stage that was skipped (a model already loaded) or done only in part (a job resumed half-way)
    is left out of ``seconds``: it says nothing about the whole.
    """

    seconds: Mapping[Stage, float]
    peak_ram: int
    """Most host memory the process held, without what is only read from files on its way to a GPU."""
    peak_vram: int = 0
    """Most memory held on the GPU."""
    warm_up: float = 0.0
    """Seconds of denoising by which the first step took longer than the others, in which kernels are loaded and
    compiled; 0 where nothing tells."""

    def without(self, stage: Stage) -> "StageTimes":
        """The same, leaving out a stage that was done only in part."""
        return replace(self, seconds={name: value for name, value in self.seconds.items() if name != stage})
