"""Recorded runs of the authors' own code, and how their networks are described there.

The folder is tests/golden/data, or the one ARTIFEX_GOLDENS names. No number of a case is written here.
"""

import json
import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file
from torch import Tensor

DATA = Path(os.environ.get("ARTIFEX_GOLDENS") or Path(__file__).parent / "data")


@dataclass(frozen=True)
class Case:
    folder: Path

    @cached_property
    def about(self) -> dict[str, Any]:
        return json.loads((self.folder / "case.json").read_text(encoding="utf-8"))

    @cached_property
    def inputs(self) -> dict[str, Tensor]:
        return load_file(self.folder / "inputs.safetensors")

    @cached_property
    def outputs(self) -> dict[str, Tensor]:
        return load_file(self.folder / "outputs.safetensors")

    @property
    def config(self) -> dict[str, Any]:
        return self.about["config"]

    def check(self, ours: Tensor, name: str) -> None:
        self.check_values(ours, self.outputs[name], name)

    def check_values(self, ours: Tensor, theirs: Tensor, name: str) -> None:
        assert ours.shape == theirs.shape, name
        worst = float((ours - theirs).abs().max())
        assert worst <= self.about["tolerance"]["suggested_atol"], f"{name}: {worst}"


def find_case(name: str) -> Case:
    if not (DATA / name / "case.json").is_file():
        pytest.skip(f"{DATA} has no case {name}")
    return Case(DATA / name)


def load_pth(path: Path) -> dict[str, Tensor]:
    return torch.load(path, weights_only=True, map_location="cpu")
