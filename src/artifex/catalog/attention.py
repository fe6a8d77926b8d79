"""Attention backends that can be requested, and what each needs. No torch."""

from artifex.catalog.execution import ADA, AMPERE, HOPPER, Quantisation
from artifex.errors import BadInput, UnknownName

ATTENTION: dict[str, tuple[int, int]] = {
    "sdpa": (0, 0),
    "flash-4": HOPPER,
    "xformers": AMPERE,
    "flash-4-fp8": HOPPER,
    "cudnn-fp8": HOPPER,
    "sage": ADA,
    "comfy-int8": ADA,
}
"""Backend, besides ``auto`` -> least compute capability of the GPU; ``engine/attention/pick.py`` loads them."""

EIGHT_BIT = frozenset({"flash-4-fp8", "cudnn-fp8", "sage", "comfy-int8"})
"""Backends that round to eight bits; used only in blocks whose weights are float8."""

_GPUS = {AMPERE: "an RTX 30, an A100 or later", ADA: "an RTX 40 or later", HOPPER: "an H100 or later"}


def exact_attention(name: str) -> str:
    """The backend for blocks that must not be rounded, where ``name`` was requested."""
    return "auto" if name in EIGHT_BIT else name


def require_attention(name: str, capability: tuple[int, int], quantisation: Quantisation) -> None:
    """Refuse an unknown backend, one that the GPU cannot run, or an eight-bit one for weights that are not fp8.

    Whether its package is installed and computes correctly is checked when a model is loaded.

    Args:
        name: a backend, or ``auto``.
        capability: of the GPU; (0, 0) for a processor.
        quantisation: of the weights.

    Raises:
        UnknownName, BadInput.
    """
    if name == "auto":
        return
    if name not in ATTENTION:
        raise UnknownName(f"There is no attention backend {name!r:.40}; choose auto or {', '.join(ATTENTION)}.")
    if capability < ATTENTION[name]:
        raise BadInput(f"Attention {name} needs an NVIDIA GPU: {_GPUS[ATTENTION[name]]}; choose another --attention.")
    if name in EIGHT_BIT and quantisation != "fp8":
        raise BadInput(
            f"Attention {name} rounds to eight bits, and this clip's weights are not rounded to fp8; "
            "choose --accuracy high, where the model has it, or another --attention."
        )
