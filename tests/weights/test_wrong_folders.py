"""What is missing, doubled or in the wrong place is named, with the file and what to do."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from artifex.errors import WeightsDamaged
from tests.golden import authors
from tests.golden.cases import find_case
from tests.weights import rewrite

HIGH = "high_noise_model"
LOW = "low_noise_model/diffusion_pytorch_model.safetensors"
INDEX = f"{HIGH}/diffusion_pytorch_model.safetensors.index.json"
SHARD = f"{HIGH}/diffusion_pytorch_model-00002-of-00002.safetensors"
TEXT = "models_t5_umt5-xxl-enc-bf16.pth"
VAE = "Wan2.1_VAE.pth"
BIAS = "blocks.1.self_attn.q.bias"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A checkpoint in the authors' layout, with two experts, that may be changed."""
    folder = shutil.copytree(find_case("pipe_i2v").folder / "ckpt", tmp_path / "model", copy_function=shutil.copyfile)
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755)
    return folder


def gone(file: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        path = folder / file
        shutil.rmtree(path) if path.is_dir() else path.unlink()

    return change


def copied(file: str, to: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        shutil.copyfile(folder / file, folder / to)

    return change


def in_tensors(file: str, **changes: torch.Tensor | None) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        tensors = load_file(folder / file)
        for name, tensor in changes.items():
            tensors.pop(name)
            if tensor is not None:
                tensors[name] = tensor
        save_file(tensors, folder / file)

    return change


def wrong_index(folder: Path) -> None:
    index = json.loads((folder / INDEX).read_text())
    index["weight_map"][BIAS] = Path(SHARD).name
    (folder / INDEX).write_text(json.dumps(index))


def empty_index(folder: Path) -> None:
    (folder / INDEX).write_text('{"weight_map": {}}')


def foreign_shard(folder: Path) -> None:
    """A shard of a narrower model."""
    save_file(
        {name: tensor[..., :64].contiguous() for name, tensor in load_file(folder / SHARD).items()}, folder / SHARD
    )


def lora(folder: Path) -> None:
    shutil.rmtree(folder / HIGH)
    save_file({"blocks.0.self_attn.q.lora_down.weight": torch.ones(4, 96)}, folder / LOW)


def other_config(folder: Path) -> None:
    path = folder / HIGH / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"ffn_dim": 13824}))


def shard_of_a_long_name(folder: Path) -> None:
    """Longer than a system lets a name be."""
    path = folder / INDEX
    path.write_text(path.read_text().replace(Path(SHARD).name, "x" * 5000))


def wider_config(folder: Path) -> None:
    path = folder / HIGH / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"dim": 5120}))


def other_heads(folder: Path) -> None:
    path = folder / HIGH / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"num_heads": 7}))


def t5_as_vae(folder: Path) -> None:
    (folder / TEXT).rename(folder / VAE)


def renamed(folder: Path) -> None:
    """Two experts, and nothing that tells them apart."""
    for name in (HIGH, "low_noise_model"):
        (folder / name).rename(folder / name[:1])


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (gone(TEXT), "There is no text encoder in .*model"),
        (gone(VAE), "There is no VAE in .*model"),
        (t5_as_vae, "There is no VAE in .*model"),
        (gone("google"), r"There is no tokenizer\.json in"),
        (gone("low_noise_model"), f"{HIGH} is one of two experts; add the low-noise one"),
        (gone(HIGH), "low_noise_model.* is one of two experts; add the high-noise one"),
        (renamed, "holds 2 transformers"),
        (copied(LOW, "wan.safetensors"), "holds 3 transformers"),
        (copied(VAE, "another.pth"), r"VAE\.pth and .*another\.pth both hold a VAE"),
        (gone(SHARD), r"00002-of-00002\.safetensors is named by its index but missing"),
        (shard_of_a_long_name, r"xxx is named by its index but missing"),
        (gone(INDEX), r"00001-of-00002\.safetensors is one of several shards and its index is missing"),
        (wrong_index, rf"Tensor {BIAS} is not where .*index\.json says"),
        (empty_index, r"index\.json names no tensors"),
        (foreign_shard, r"has shape \[.*64\] instead of \[.*72\] \(.*00002-of-00002"),
        (lora, "holds a LoRA and not a transformer"),
        (other_config, "ffn_dim is 13824 in the config, but 144 by the tensors"),
        (wider_config, "dim is 5120 in the config, but 72 by the tensors"),
        (other_heads, "72 channels cannot be split into 7 heads"),
        (in_tensors(LOW, **{BIAS: None}), r"blocks\.1\.attn1\.to_q\.bias is missing \(.*low_noise_model"),
        (
            in_tensors(LOW, **{BIAS: torch.full((72,), torch.nan)}),
            r"to_q\.bias holds values that are not finite",
        ),
        (in_tensors(LOW, **{BIAS: torch.ones(72, dtype=torch.int8)}), r"to_q\.bias holds whole numbers"),
        (in_tensors(LOW, **{BIAS: torch.full((72,), -torch.inf)}), r"to_q\.bias holds values that are not finite"),
        (in_tensors(LOW, **{BIAS: torch.ones(5)}), r"attn1\.to_q\.bias has shape \[5\] instead of \[72\]"),
    ],
)
def test_authors_layout(folder: Path, change: Callable[[Path], None], complaint: str) -> None:
    change(folder)
    with pytest.raises(WeightsDamaged, match=complaint):
        authors.components(folder)


@pytest.mark.parametrize(
    ("source", "target", "complaint"),
    [
        ("text_encoder/model", "transformer/diffusion_pytorch_model", "holds a text encoder and not a transformer"),
        ("text_encoder/model", "vae/diffusion_pytorch_model", "holds a text encoder and not a VAE"),
        ("vae/diffusion_pytorch_model", "text_encoder/model", "holds a VAE and not a text encoder"),
    ],
)
def test_a_file_in_the_place_of_another(tmp_path: Path, source: str, target: str, complaint: str) -> None:
    ckpt = find_case("pipe_ti2v").folder / "ckpt"
    folder = rewrite.write_diffusers(authors.components(ckpt), ckpt, tmp_path / "model")
    shutil.copyfile(folder / f"{source}.safetensors", folder / f"{target}.safetensors")
    with pytest.raises(WeightsDamaged, match=complaint):
        authors.components(folder)


@pytest.mark.parametrize(
    "change",
    [
        {"num_layers": 10**9}, {"num_layers": "3"}, {"num_attention_heads": 2.0}, {"num_attention_heads": 0},
        {"ffn_dim": -1}, {"patch_size": 2}, {"patch_size": [1, 2]}, {"eps": "small"}, {"qk_norm": "none"}
    ],
)  # fmt: skip
def test_configs_that_describe_no_network(tmp_path: Path, change: dict[str, Any]) -> None:
    ckpt = find_case("pipe_ti2v").folder / "ckpt"
    folder = rewrite.write_diffusers(authors.components(ckpt), ckpt, tmp_path / "model")
    path = folder / "transformer" / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(WeightsDamaged, match="transformer"):
        authors.components(folder)


@pytest.mark.parametrize("boundary", [0, 875, -0.9, pytest.param(10**400, id="huge"), float("nan"), "0.9", True])
def test_a_boundary_that_is_no_share(tmp_path: Path, boundary: object) -> None:
    ckpt = find_case("pipe_ti2v").folder / "ckpt"
    folder = rewrite.write_diffusers(authors.components(ckpt), ckpt, tmp_path / "model")
    (folder / "model_index.json").write_text(json.dumps({"boundary_ratio": boundary}))
    with pytest.raises(WeightsDamaged, match=r"model_index\.json has a boundary_ratio"):
        authors.components(folder)


@pytest.mark.parametrize("name", ["empty", "absent"])
def test_a_folder_with_nothing(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(WeightsDamaged, match=f"There is no transformer in .*{name}"):
        authors.components(tmp_path / name)
