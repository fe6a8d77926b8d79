"""The Diffusers layout: `model_index.json`, and a folder for each part with a complete config."""

from dataclasses import replace
from pathlib import Path

from artifex.catalog.wan.identity import Identity, Kind
from artifex.catalog.wan.layouts.parts import Part, Parts, identified, wrong_kind
from artifex.engine.weights.json_object import read_json_object
from artifex.engine.weights.shards import read_weight_files
from artifex.engine.weights.stored import REMEDY
from artifex.errors import WeightsDamaged

_INDEX = "model_index.json"
_FOLDERS = ("transformer", "vae", "text_encoder")


def is_here(folder: Path) -> bool:
    """Whether a folder has this layout, even if incomplete."""
    return (folder / _INDEX).exists() or all((folder / name).is_dir() for name in _FOLDERS)


def find_parts(folder: Path) -> Parts:
    """See `find_parts` of the package; `transformer` is the high-noise expert where there are two."""
    first = _part(folder / "transformer", "transformer")
    second = _part(folder / "transformer_2", "transformer") if (folder / "transformer_2").is_dir() else None
    clip = folder / "image_encoder"
    voices = (folder / "audio_encoder", *sorted(folder.glob("wav2vec2*")))
    return Parts(
        low_noise=second or first,
        high_noise=first if second else None,
        text_encoder=_part(folder / "text_encoder", "text encoder", "model"),
        vae=_part(folder / "vae", "VAE"),
        tokenizer=folder / "tokenizer" / "tokenizer.json",
        boundary=_boundary(folder),
        clip=_part(clip, "CLIP picture encoder", "model") if clip.is_dir() else None,
        voice_folder=next((path for path in voices if path.is_dir()), None),
    )


def _boundary(folder: Path) -> float | None:
    """See `Parts`."""
    said: object = read_json_object(folder / _INDEX).get("boundary_ratio")
    if said is None:
        return None
    if isinstance(said, bool) or not isinstance(said, int | float) or not 0 < said <= 1:
        raise WeightsDamaged(f"{folder / _INDEX} has a boundary_ratio that is no share of 1; {REMEDY}")
    return float(said)


def _part(folder: Path, kind: Kind, stem: str = "diffusion_pytorch_model") -> Part:
    config = read_json_object(folder / "config.json")
    files = read_weight_files(folder, stem)
    # A part without its main tensors is still checked against its config, which names the first one missing.
    part = identified(files) or Part(files, Identity(kind, "", str))
    if part.identity.kind != kind and (kind, part.identity.kind) != ("transformer", "speech transformer"):
        raise wrong_kind(part, kind)
    return replace(part, config=config, complete=True)
