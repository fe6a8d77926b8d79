"""LoRA files before any model is loaded: reading the command-line option, checking the file, and checking that it fits
the model. No torch."""

import importlib
import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from artifex.catalog.spec import ModelSpec
from artifex.engine.weights.safetensors_header import read_safetensors_header
from artifex.errors import BadInput, BadWeights, WeightsDamaged

_MOST_HEADER = 16 * 2**20
"""Bytes; a LoRA that changes every layer of the largest model needs a hundredth of it."""

_NUMBER = r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)"
_STRENGTHS = re.compile(rf"({_NUMBER})(?:,({_NUMBER}))?")
_CHANGE = re.compile(r"lora_(?:A|B|down|up)\b|lora\.(?:down|up)\b|\.diff(?:_b)?$")
_PICKLES = (".pt", ".pth", ".ckpt", ".bin", ".pkl")
_STARTS_OF_PICKLES = (b"PK", *(bytes((0x80, protocol)) for protocol in range(2, 6)))
"""PyTorch's zip archive, and Python's pickles; a safetensors file may start so too, but has a brace at byte 8."""


class LoraOption(NamedTuple):
    """A requested LoRA: its file, and its strength on the low-noise and on the high-noise expert."""

    path: Path
    low: float
    high: float


def parse_lora_option(text: str) -> LoraOption:
    """Read ``FILE[:STRENGTH[,STRENGTH_HIGH]]``; one strength applies to both experts, the default is 1.

    A colon that belongs to the path (after a drive letter, or before a slash) stays in the path.

    Raises:
        BadInput: the strengths are not numbers. Their range is checked with the recipe.
    """
    name, colon, tail = text.rpartition(":")
    if not colon or re.fullmatch("[A-Za-z]", name) or "/" in tail or "\\" in tail:
        name, tail = text, "1"
    strengths = _STRENGTHS.fullmatch(tail)
    if strengths is None:
        raise BadInput(f"The LoRA's strength {tail[:40]!r} is not understood; give FILE:0.8, or FILE:LOW,HIGH.")
    if not name or "\0" in name:
        raise BadInput("A LoRA was asked for without its file; give FILE:STRENGTH.")
    low = float(strengths[1])
    return LoraOption(Path(name), low, low if strengths[2] is None else float(strengths[2]))


def require_lora_file(path: Path, name: str | None = None) -> None:
    """Refuse, before parsing anything, a file that is not a complete safetensors file with a plausible header size.

    Args:
        path: the file.
        name: for messages; None for the file's own name.

    Raises:
        BadInput: there is no such file, or it is a pickle or something else.
        BadWeights: it is cut short, or its header is larger than any LoRA's.
    """
    name = name or path.name
    if not path.is_file():  # opening a pipe can wait for ever
        raise BadInput(f"The LoRA {path} cannot be read; check its name.")
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            start = file.read(9)
    except (OSError, ValueError) as error:
        raise BadInput(f"The LoRA {path} cannot be read; check its name.") from error
    if path.suffix.lower() in _PICKLES or (start[8:] != b"{" and start.startswith(_STARTS_OF_PICKLES)):
        raise BadInput(
            f"{name} is a pickle, which can run programs when it is opened; "
            "get it as .safetensors, or make one of it with 'artifex models convert'."
        )
    if len(start) < 9 or start[8:] != b"{":
        raise BadInput(f"{name} is not a safetensors file; give the weights as .safetensors.")
    header = int.from_bytes(start[:8], "little")
    if header > min(_MOST_HEADER, size - 8):
        raise BadWeights(f"{name} is cut short or damaged; fetch it again.")


def may_be_lora(tensors: Iterable[str]) -> bool:
    """Whether some tensor has the name of a LoRA weight; applying it to a model checks the rest."""
    return any(_CHANGE.search(name) for name in tensors)


def check_lora_fits(spec: ModelSpec, path: Path, name: str) -> None:
    """Refuse a LoRA that was made for another network, as far as its header shows; loading it checks the rest.

    Raises BadInput, BadWeights; WeightsDamaged when the model's own configuration cannot be read.
    """
    family = importlib.import_module(f"artifex.catalog.{spec.family}.lora_fit")
    reason: str | None = family.misfit(spec, shapes_of(path, name))
    if reason is not None:
        raise BadInput(f"{name} is not for {spec.name}: {reason}; choose a LoRA made for this model.")


def shapes_of(path: Path, name: str) -> dict[str, tuple[int, ...]]:
    """Shapes of all tensors by name, each checked to lie within the file. Raises BadWeights."""
    try:
        return {tensor: stored.shape for tensor, stored in read_safetensors_header(path).tensors.items()}
    except (WeightsDamaged, LookupError, TypeError, ValueError, AttributeError) as error:
        raise BadWeights(f"{name} is cut short or damaged; fetch it again.") from error
