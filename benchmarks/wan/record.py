"""A JSON file of measured cases, each with the name of its run, which has a date, a machine and versions."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

import torch
from benchmarks.wan.floor import Ceilings

_PACKAGES = ("diffusers", "flash-attn-4", "nvidia-cudnn-frontend")


class Record:
    """Cases of this run and of earlier ones in the same file."""

    def __init__(self, path: Path, device: torch.device, ceilings: Ceilings) -> None:
        known: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {"runs": {}, "cases": {}}
        self._path, self._runs, self._cases = path, known["runs"], known["cases"]
        self._run = datetime.now(UTC).isoformat(timespec="seconds")
        self._machine = _machine(device, ceilings)

    def keep(self, name: str, result: Mapping[str, Any]) -> None:
        """Write a case, replacing its earlier measurement."""
        self._runs[self._run] = self._machine
        self._cases[name] = {**result, "run": self._run}
        used = {case["run"] for case in self._cases.values()}
        runs = {run: machine for run, machine in self._runs.items() if run in used}
        self._path.write_text(json.dumps({"runs": runs, "cases": self._cases}, indent=1) + "\n")


def versions() -> dict[str, Any]:
    """Versions of torch and of packages whose kernels may be used; None for one that is not installed."""
    return {
        "torch": torch.__version__,
        "cudnn": torch.backends.cudnn.version(),
        **{name: _version(name) for name in _PACKAGES},
    }


def _machine(device: torch.device, ceilings: Ceilings) -> dict[str, Any]:
    return {"device": torch.cuda.get_device_name(device), **versions(), "ceilings": asdict(ceilings)}


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None
