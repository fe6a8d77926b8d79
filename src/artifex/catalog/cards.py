"""How fast NVIDIA's GPUs multiply matrices, by name: what is expected of a card before it was measured."""

_TERA = 1e12

# Dense bfloat16 products summed up in float32, in TFLOP/s, as NVIDIA's data sheets give them; longer names first.
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
"""Of the desktop's card of the same name: fewer units and less power."""


def peak_flops(name: str) -> float | None:
    """FLOP/s of dense bfloat16 products by a card's name as its driver tells it; None for a card that is not known."""
    words = f" {name.lower().replace('-', ' ')} "
    for known, peak in _PEAKS:
        if f" {known.lower()} " in words:
            return peak * _TERA * (_LAPTOP if " laptop " in words else 1.0)
    return None
