"""Weights from safetensors files into networks: strict, memory-mapped, never through pickle."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor, nn

from artifex.errors import WeightsDamaged

_REMEDY = "the model's files are damaged or belong to another model; fetch them again."


def read_config(path: Path) -> dict[str, Any]:
    """A component's `config.json`.

    Raises:
        WeightsDamaged: it is missing or is not a JSON object.
    """
    try:
        values: object = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise WeightsDamaged(f"{path} cannot be read ({type(error).__name__}); {_REMEDY}") from error
    if not isinstance(values, dict):
        raise WeightsDamaged(f"{path} is not a JSON object; {_REMEDY}")
    return cast("dict[str, Any]", values)


def weight_files(folder: Path, stem: str) -> list[Path]:
    """The safetensors files of one component: `stem.safetensors`, or the shards its index names.

    Raises:
        WeightsDamaged: there are none, or the index names a file that is not there.
    """
    index = folder / f"{stem}.safetensors.index.json"
    if not index.exists():
        single = folder / f"{stem}.safetensors"
        if not single.is_file():
            raise WeightsDamaged(f"{single} is missing; {_REMEDY}")
        return [single]
    names: object = read_config(index).get("weight_map")
    if not isinstance(names, dict):
        raise WeightsDamaged(f"{index} has no weight_map; {_REMEDY}")
    files = [folder / str(name) for name in sorted(set(cast("dict[str, str]", names).values()))]
    for file in files:
        if file.parent != folder or not file.is_file():
            raise WeightsDamaged(f"{file} is named by its index but missing; {_REMEDY}")
    return files


def read_tensors(files: Sequence[Path]) -> Iterator[tuple[str, Tensor]]:
    """Every tensor of the files with its name, mapped from disk.

    Raises:
        WeightsDamaged: a file is truncated or not safetensors, or two files hold the same name.
    """
    seen: set[str] = set()
    for file in files:
        try:
            with safe_open(file, framework="pt") as archive:
                for name in archive.keys():  # noqa: SIM118 (not a mapping)
                    if name in seen:
                        raise WeightsDamaged(f"Tensor {name} is in {file} and in another shard; {_REMEDY}")
                    seen.add(name)
                    yield name, archive.get_tensor(name)
        except (SafetensorError, OSError) as error:
            raise WeightsDamaged(f"{file} cannot be read ({error}); {_REMEDY}") from error


def fill(
    network: nn.Module,
    tensors: Iterator[tuple[str, Tensor]],
    dtype: torch.dtype,
    device: torch.device,
    rename: Callable[[str], str] = str,
) -> None:
    """Give a network (usually built on the meta device) its weights, each converted as it is read.

    Args:
        network: receives the tensors in place of its parameters.
        tensors: names and values, from `read_tensors`.
        dtype: wanted for all parameters.
        device: where they are wanted.
        rename: stored name to the network's name.

    Raises:
        WeightsDamaged: naming the first tensor that is unknown, missing, of another shape, or not finite.
    """
    expected = {name: tuple(parameter.shape) for name, parameter in network.named_parameters()}
    state: dict[str, Tensor] = {}
    for stored, tensor in tensors:
        name = rename(stored)
        _check(name, tensor, expected)
        state[name] = tensor.to(device=device, dtype=dtype)
    missing = next((name for name in expected if name not in state), None)
    if missing is not None:
        raise WeightsDamaged(f"Tensor {missing} is missing; {_REMEDY}")
    network.load_state_dict(state, assign=True)
    network.requires_grad_(False).eval()


def _check(name: str, tensor: Tensor, expected: Mapping[str, tuple[int, ...]]) -> None:
    if name not in expected:
        raise WeightsDamaged(f"Tensor {name} is not part of this network; {_REMEDY}")
    if tuple(tensor.shape) != expected[name]:
        shapes = f"{list(tensor.shape)} instead of {list(expected[name])}"
        raise WeightsDamaged(f"Tensor {name} has shape {shapes}; {_REMEDY}")
    if not bool(torch.isfinite(tensor).all()):
        raise WeightsDamaged(f"Tensor {name} holds values that are not finite; {_REMEDY}")
