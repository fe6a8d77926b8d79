"""Any other layout: the authors' folders, and single files as people share them, identified by their tensors.

A config beside a transformer, or in its header, is used; it mainly adds the number of heads.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from artifex.catalog.wan.identity import Kind
from artifex.catalog.wan.layouts.parts import Part, Parts, identified, missing, wrong_kind
from artifex.engine.weights.header import SUFFIXES, read_header
from artifex.engine.weights.json_object import read_json_object
from artifex.engine.weights.shards import INDEX, read_shards
from artifex.engine.weights.stored import REMEDY, WeightFile
from artifex.errors import WeightsDamaged

_DEEPEST = 3
_MOST_FILES = 200
_SHARD = re.compile(r"-\d+-of-\d+$")
_HEADS = {"num_heads", "num_attention_heads"}
"""A transformer's config must have either."""
_TRANSFORMERS: tuple[Kind, ...] = ("transformer", "speech transformer")


def find_parts(folder: Path) -> Parts:
    """See `find_parts` of the package."""
    found = list(_identified(folder))
    experts = _experts(folder, [part for part in found if part.identity.kind in _TRANSFORMERS], found)
    voice = _one(found, "voice encoder", folder, needed=experts[0].identity.kind == "speech transformer")
    return Parts(
        low_noise=experts[0],
        high_noise=experts[1] if len(experts) == 2 else None,
        text_encoder=_needed(found, "text encoder", folder),
        vae=_needed(found, "VAE", folder),
        tokenizer=_tokenizer(folder),
        boundary=None,
        clip=_one(found, "CLIP picture encoder", folder, needed=False),
        voice_folder=None if voice is None else voice.files[0].path.parent,
    )


def holds_weights(folder: Path) -> bool:
    """Whether any file here is a part of a Wan model. Raises WeightsDamaged where one cannot be read."""
    return any(True for _ in _identified(folder))


def _identified(folder: Path) -> Iterator[Part]:
    for files in _weight_files(folder):
        part = identified(files)
        if part is None:
            if _SHARD.search(files[0].path.stem) and len(files) == 1:
                raise WeightsDamaged(f"{files[0].path} is one of several shards and its index is missing; {REMEDY}")
            continue
        yield replace(part, config=_config(files[0])) if part.identity.kind in _TRANSFORMERS else part


def _weight_files(folder: Path) -> Iterator[tuple[WeightFile, ...]]:
    """Headers of each file, or of all the shards of one network, in order of their paths."""
    paths = sorted(path for path in _files(folder) if path.name.endswith((INDEX, *SUFFIXES)))
    if len(paths) > _MOST_FILES:
        raise WeightsDamaged(f"{folder} holds more than {_MOST_FILES} files of weights; give the folder of one model.")
    sharded = [read_shards(path) for path in paths if path.name.endswith(INDEX)]
    yield from sharded
    joined = {file.path for files in sharded for file in files}
    yield from ((read_header(path),) for path in paths if path not in joined and path.suffix in SUFFIXES)


def _files(folder: Path, depth: int = 0) -> Iterator[Path]:
    for path in sorted(folder.iterdir()) if folder.is_dir() else []:
        if path.is_dir() and depth < _DEEPEST and not path.name.startswith("."):
            yield from _files(path, depth + 1)
        elif path.is_file():
            yield path


def _config(file: WeightFile) -> Mapping[str, Any] | None:
    """The config of a transformer: beside its file or, as JSON, in its header; None where there is none."""
    beside = file.path.parent / "config.json"
    values = read_json_object(beside) if beside.exists() else _config_inside(file)
    values = values.get("transformer", values) if values else {}
    return values if isinstance(values, dict) and _HEADS & values.keys() and "d_model" not in values else None


def _config_inside(file: WeightFile) -> dict[str, Any] | None:
    try:
        values: object = json.loads(file.metadata.get("config", "null"))
    except (ValueError, RecursionError) as error:
        raise WeightsDamaged(f"The config in {file.path} is not JSON; {REMEDY}") from error
    return cast("dict[str, Any]", values) if isinstance(values, dict) else None


def _experts(folder: Path, transformers: Sequence[Part], found: Sequence[Part]) -> list[Part]:
    """The only transformer, or the one for low noise, then the one for high noise."""
    if not transformers:
        lora = next((part for part in found if part.identity.kind == "LoRA"), None)
        raise missing("transformer", folder) if lora is None else wrong_kind(lora, "transformer")
    by_noise = {noise: [part for part in transformers if noise in _words(part, folder)] for noise in ("low", "high")}
    low, high = by_noise["low"], by_noise["high"]
    if len(low) == len(high) == 1 and len(transformers) == 2 and low[0] is not high[0]:
        return [low[0], high[0]]
    if len(transformers) == 1 and not low and not high:
        return list(transformers)
    if len(transformers) == 1:
        other = "low" if high else "high"
        raise WeightsDamaged(
            f"{transformers[0].path} is one of two experts; add the {other}-noise one to {folder}, "
            "or leave 'high' and 'low' out of its name if it is the only one."
        )
    names = ", ".join(str(part.path.relative_to(folder)) for part in transformers[:4])
    raise WeightsDamaged(
        f"{folder} holds {len(transformers)} transformers ({names}); "
        "leave one, or one with 'high_noise' and one with 'low_noise' in its name."
    )


def _words(part: Part, folder: Path) -> set[str]:
    """The words in the name of a file and of its folders."""
    return set(re.split(r"[^a-z]+|noise", str(part.path.relative_to(folder)).lower()))


def _needed(found: Sequence[Part], kind: Kind, folder: Path) -> Part:
    part = _one(found, kind, folder, needed=True)
    assert part is not None
    return part


def _one(found: Sequence[Part], kind: Kind, folder: Path, *, needed: bool) -> Part | None:
    parts = [part for part in found if part.identity.kind == kind]
    if len(parts) > 1:
        raise WeightsDamaged(f"{parts[0].path} and {parts[1].path} both hold a {kind}; leave one of them.")
    if needed and not parts:
        raise missing(kind, folder)
    return parts[0] if parts else None


def _tokenizer(folder: Path) -> Path:
    """The `tokenizer.json` in a path with ``umt5``, or the only one."""
    found = [path for path in _files(folder) if path.name == "tokenizer.json"]
    chosen = [path for path in found if "umt5" in str(path.relative_to(folder)).lower()] or found
    if len(chosen) != 1:
        problem = "There is no tokenizer.json" if not found else f"There are {len(chosen)} files tokenizer.json"
        raise WeightsDamaged(f"{problem} in {folder}; put the one of google/umt5-xxl there.")
    return chosen[0]
