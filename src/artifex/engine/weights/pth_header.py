"""Headers of PyTorch files (`.pth`), without unpickling them in this process."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from artifex.engine.weights import pth_child
from artifex.engine.weights.stored import REMEDY, StoredTensor, WeightFile, checked_file
from artifex.errors import WeightsDamaged

_SECONDS = 120
_LONGEST_ANSWER = 64 << 20


def read_pth_header(path: Path) -> WeightFile:
    """List the tensors of a state dict that `torch.save` wrote; values are not read, but can be mapped.

    A disposable process with limited time and memory lists them; its answer is checked like any header.

    Raises:
        WeightsDamaged: it is missing, truncated, compressed, in PyTorch's old format, or holds more than tensors.
    """
    if not path.is_file():
        raise WeightsDamaged(f"{path} is missing; {REMEDY}")
    answer = _ask(path)
    if "code" in answer:
        raise WeightsDamaged(
            f"{path} holds code ({answer['code']!a}) and not only tensors, so it was not opened; "
            "use a safetensors file, or one whose origin you trust."
        )
    if "error" in answer:
        raise WeightsDamaged(f"{path} cannot be read ({answer['error']}); {REMEDY}")
    try:
        tensors = {name: _stored(entry) for name, entry in answer["tensors"].items()}
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise WeightsDamaged(f"{path} does not describe its tensors as PyTorch does; {REMEDY}") from error
    return checked_file(path, tensors, {})


def _ask(path: Path) -> dict[str, Any]:
    command = [sys.executable, "-I", "-S", pth_child.__file__, str(path.absolute())]
    try:
        done = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=True, stdin=subprocess.DEVNULL)
        answer: object = json.loads(done.stdout) if len(done.stdout) <= _LONGEST_ANSWER else None
    except (subprocess.SubprocessError, ValueError, RecursionError) as error:
        raise WeightsDamaged(f"{path} cannot be read ({type(error).__name__} while listing it); {REMEDY}") from error
    if not isinstance(answer, dict):
        raise WeightsDamaged(f"{path} lists more tensors than any model has; {REMEDY}")
    return answer


def _stored(entry: dict[str, Any]) -> StoredTensor:
    return StoredTensor(
        shape=tuple(int(length) for length in entry["shape"]),
        dtype=str(entry["dtype"]),
        offset=int(entry["offset"]),
        size=int(entry["size"]),
        strides=tuple(int(step) for step in entry["strides"]),
    )
