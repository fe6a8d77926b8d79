"""The split of (shape, colour, motion) combinations into trained and never trained."""

from hashlib import sha256

from training.starter.domain import combinations

HELD_OUT_SHARE = 0.10


def is_held_out(shape: str, colour: str, motion: str) -> bool:
    """Whether this combination is kept from training, decided by a hash and so independent of order and seed."""
    digest = sha256(f"{shape}/{colour}/{motion}".encode()).digest()
    return digest[0] < HELD_OUT_SHARE * 256


def trained() -> list[tuple[str, str, str]]:
    """Combinations the model is trained on."""
    return [combination for combination in combinations() if not is_held_out(*combination)]


def held_out() -> list[tuple[str, str, str]]:
    """Combinations kept for the evaluation."""
    return [combination for combination in combinations() if is_held_out(*combination)]
