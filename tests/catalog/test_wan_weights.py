"""Damaged and foreign weights are refused by name."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from artifex.catalog.execution import Dtype, Execution
from artifex.catalog.wan.assembly import load_components
from artifex.catalog.wan.components import Components
from artifex.engine.attention import pick_attention
from artifex.errors import WeightsDamaged
from tests.catalog.small_wan import change_tensors, write_small_wan

WEIGHTS = "diffusion_pytorch_model.safetensors"
BIAS = "blocks.1.attn1.to_q.bias"


def load(folder: Path, dtype: Dtype = "float32") -> Components:
    return load_components(folder, Execution("cpu", dtype), pick_attention())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_small_wan(tmp_path / "model")


def test_weights_arrive_unchanged(folder: Path) -> None:
    loaded = load(folder).low_noise.state_dict()
    stored = load_file(folder / "transformer" / WEIGHTS)
    assert all(torch.equal(loaded[name], stored[name]) for name in stored)


def test_the_vae_stays_in_float32(folder: Path) -> None:
    parts = load(folder, "bfloat16")
    assert parts.low_noise.proj_out.weight.dtype == torch.bfloat16
    assert parts.vae.quant_conv.weight.dtype == torch.float32


def test_diffusers_first_transformer_is_the_high_noise_expert(tmp_path: Path) -> None:
    parts = load(write_small_wan(tmp_path / "two", experts=2))
    assert parts.high_noise is not None
    stored = load_file(tmp_path / "two" / "transformer" / WEIGHTS)
    assert torch.equal(parts.high_noise.proj_out.weight, stored["proj_out.weight"])
    assert parts.boundary == 0.9


def test_shards_are_joined(folder: Path) -> None:
    whole = load_file(folder / "transformer" / WEIGHTS)
    (folder / "transformer" / WEIGHTS).unlink()
    names = sorted(whole)
    shards = {"a.safetensors": names[::2], "b.safetensors": names[1::2]}
    for shard, members in shards.items():
        save_file({name: whole[name] for name in members}, folder / "transformer" / shard)
    index = {"weight_map": {name: shard for shard, members in shards.items() for name in members}}
    (folder / "transformer" / f"{WEIGHTS}.index.json").write_text(json.dumps(index))
    assert torch.equal(load(folder).low_noise.proj_out.weight, whole["proj_out.weight"])
    (folder / "transformer" / "b.safetensors").unlink()
    with pytest.raises(WeightsDamaged, match=r"b\.safetensors"):
        load(folder)


def drop(tensors: dict[str, Tensor]) -> None:
    del tensors[BIAS]


def add(tensors: dict[str, Tensor]) -> None:
    tensors["blocks.1.lora"] = torch.zeros(1)


def reshape(tensors: dict[str, Tensor]) -> None:
    tensors[BIAS] = torch.zeros(3)


def poison(tensors: dict[str, Tensor]) -> None:
    tensors[BIAS][1] = float("nan")


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (drop, f"{BIAS} is missing"),
        (add, "blocks.1.lora is not part"),
        (reshape, rf"{BIAS} has shape \[3\] instead of \[48\]"),
        (poison, f"{BIAS} holds values that are not finite"),
    ],
)
def test_wrong_tensors_are_named(folder: Path, change: Callable[[dict[str, Tensor]], None], complaint: str) -> None:
    change_tensors(folder / "transformer" / WEIGHTS, change)
    with pytest.raises(WeightsDamaged, match=complaint):
        load(folder)


@pytest.mark.parametrize("file", [f"transformer/{WEIGHTS}", f"vae/{WEIGHTS}", "text_encoder/model.safetensors"])
@pytest.mark.parametrize("size", [0, 4, 1000])
def test_truncated_files_are_refused(folder: Path, file: str, size: int) -> None:
    data = (folder / file).read_bytes()
    (folder / file).write_bytes(data[:size])
    with pytest.raises(WeightsDamaged, match=Path(file).name):
        load(folder)


@pytest.mark.parametrize(
    "file", ["model_index.json", "vae/config.json", "transformer/config.json", "tokenizer/tokenizer.json"]
)
@pytest.mark.parametrize("content", [None, b"", b"[]", b"\xff\xfe", b"{"])
def test_missing_and_broken_descriptions_are_refused(folder: Path, file: str, content: bytes | None) -> None:
    if content is None:
        (folder / file).unlink()
    else:
        (folder / file).write_bytes(content)
    with pytest.raises(WeightsDamaged):
        load(folder)


def test_a_pickle_in_place_of_weights_is_not_opened(folder: Path) -> None:
    torch.save({"a": torch.zeros(1)}, folder / "transformer" / WEIGHTS)
    with pytest.raises(WeightsDamaged):
        load(folder)
