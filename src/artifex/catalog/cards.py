"""Peak matrix-multiply rates of NVIDIA GPUs by name: what to expect of a card before it is measured."""

_TERA = 1e12

# Dense bfloat16 with float32 accumulation, in TFLOP/s, from NVIDIA's data sheets; the first match wins, so longer
# names come first.
_PEAKS: tuple[tuple[str, float], ...] = (
    ("GB200", 2500), ("B200", 2250), ("H200", 989), ("H100 PCIe", 756), ("H100 NVL", 835), ("H100", 989), ("H800", 989),
    ("H20", 148), ("A100", 312), ("A800", 312), ("A40", 150), ("A30", 165), ("A10G", 70), ("A10", 125),
    ("L40S", 362), ("L40", 181), ("L4", 121), ("RTX PRO 6000", 500), ("RTX 6000 Ada", 364), ("RTX A6000", 155),
    ("RTX A5000", 111), ("RTX A4000", 77),
    ("RTX 5090 D", 209), ("RTX 5090", 209), ("RTX 5080", 113), ("RTX 5070 Ti", 88), ("RTX 5070", 62),
    ("RTX 5060 Ti", 47), ("RTX 5060", 38),
    ("RTX 4090", 165), ("RTX 4080 SUPER", 104), ("RTX 4080", 97), ("RTX 4070 Ti SUPER", 88), ("RTX 4070 Ti", 80),
    ("RTX 4070 SUPER", 71), ("RTX 4070", 58), ("RTX 4060 Ti", 44), ("RTX 4060", 30),
    ("RTX 3090 Ti", 80), ("RTX 3090", 71), ("RTX 3080 Ti", 68), ("RTX 3080", 60), ("RTX 3070 Ti", 43),
    ("RTX 3070", 41), ("RTX 3060 Ti", 32), ("RTX 3060", 25),
)  # fmt: skip
_LAPTOP = 0.6
"""Share of the rate of the desktop card of the same name: fewer units and less power."""


def peak_flops(name: str) -> float | None:
    """Dense bfloat16 FLOP/s of a card, by the name its driver reports; None for an unknown card."""
    words = f" {name.lower().replace('-', ' ')} "
    for known, peak in _PEAKS:
        if f" {known.lower()} " in words:
            return peak * _TERA * (_LAPTOP if " laptop " in words else 1.0)
    return None
