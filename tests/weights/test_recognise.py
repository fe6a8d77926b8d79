"""Folders of weights are told by their shapes, here with files that have the size and hold nothing."""

import json
import math
import shutil
import struct
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from artifex.catalog.registry import catalogue
from artifex.catalog.wan import cost
from artifex.catalog.wan.layouts import find_parts
from artifex.catalog.wan.recognise import OF_THE_FAMILY, recognise
from artifex.catalog.wan.s2v.network import SpeechConfig, SpeechTransformer
from artifex.catalog.wan.shapes import SHAPES, Shapes
from artifex.catalog.wan.transformer import WanTransformer
from artifex.catalog.wan.umt5 import UMT5Encoder
from artifex.catalog.wan.vae import WanVAE
from artifex.engine.weights.empty import build_empty
from artifex.errors import WeightsDamaged
from tests.catalog.small_speech import TRANSFORMER
from tests.golden import authors
from tests.golden.cases import find_case
from tests.weights import rewrite

LIKE = {name: name for name in SHAPES} | {"wan2.1-i2v-14b-720p": "wan2.1-i2v-14b-480p"}
"""What each is taken for: the two sizes of Wan2.1's differ in training only."""


def write_hollow(path: Path, tensors: Mapping[str, tuple[int, ...]]) -> None:
    """A safetensors file with a header and, in place of values, a hole."""
    header, end = {}, 0
    for name, shape in tensors.items():
        header[name] = {"dtype": "BF16", "shape": shape, "data_offsets": [end, end + 2 * math.prod(shape)]}
        end = header[name]["data_offsets"][1]
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text)
    with path.open("r+b") as file:
        file.truncate(8 + len(text) + end)


def shapes_of(network: nn.Module) -> dict[str, tuple[int, ...]]:
    return {name: tuple(tensor.shape) for name, tensor in network.state_dict().items()}


def write_hollow_model(folder: Path, shapes: Shapes) -> Path:
    folder.mkdir()
    transformer = shapes_of(build_empty(lambda: WanTransformer(shapes.transformer)))
    if shapes.extra == "clip":
        write_hollow(folder / "clip.safetensors", {"visual.patch_embedding.weight": (1280, 3, 14, 14)})
    for noise in ("high_noise", "low_noise") if shapes.experts == 2 else ("14B",):
        write_hollow(folder / f"wan_{noise}.safetensors", transformer)
    write_hollow(folder / "vae.safetensors", shapes_of(build_empty(lambda: WanVAE(shapes.vae))))
    write_hollow(folder / "text.safetensors", shapes_of(build_empty(lambda: UMT5Encoder(shapes.text))))
    tokenizer = find_case("pipe_ti2v").folder / "ckpt" / "google" / "umt5-xxl" / "tokenizer.json"
    shutil.copy(tokenizer, folder)
    return folder


@pytest.mark.parametrize("name", [name for name in SHAPES if SHAPES[name].extra != "speech"])
def test_every_entry_of_the_catalog(tmp_path: Path, name: str) -> None:
    assert recognise(write_hollow_model(tmp_path / "model", SHAPES[name])) == LIKE[name]


def test_a_speech_model(tmp_path: Path) -> None:
    folder = write_hollow_model(tmp_path / "model", SHAPES["wan2.1-t2v-14b"])
    network = shapes_of(build_empty(lambda: SpeechTransformer(SpeechConfig())))
    tensors = {name: shape for name, shape in network.items() if ".voice_" not in name}
    tensors |= {"head.head.weight": tensors.pop("proj_out.weight"), "audio_injector.injector.0.q.weight": (5120, 5120)}
    write_hollow(folder / "wan_14B.safetensors", tensors)
    with pytest.raises(WeightsDamaged, match="There is no voice encoder"):
        recognise(folder)
    (folder / "voice").mkdir()
    write_hollow(folder / "voice" / "model.safetensors", {"wav2vec2.encoder.layer_norm.weight": (1024,)})
    assert recognise(folder) == "wan2.2-s2v-14b"


def test_a_name_that_speaks_of_something_else_low(tmp_path: Path) -> None:
    folder = write_hollow_model(tmp_path / "model", SHAPES["wan2.1-t2v-1.3b"])
    file = (folder / "wan_14B.safetensors").rename(folder / "wan-low-vram.safetensors")
    with pytest.raises(WeightsDamaged, match=r"is one of two experts.*leave 'high' and 'low' out of its name"):
        recognise(folder)
    file.rename(folder / "wan-lowvram.safetensors")
    assert recognise(folder) == "wan2.1-t2v-1.3b"


def test_other_shapes_are_no_entry(tmp_path: Path) -> None:
    shapes = SHAPES["wan2.1-t2v-1.3b"]
    narrow = replace(shapes, transformer=replace(shapes.transformer, num_layers=29))
    assert recognise(write_hollow_model(tmp_path / "model", narrow)) is None


@pytest.mark.parametrize("name", ["pipe_t2v", "pipe_i2v", "pipe_ti2v", "pipe_s2v"])
def test_every_tensor_of_the_authors_is_of_the_family(name: str) -> None:
    parts = find_parts(find_case(name).folder / "ckpt")
    assert all(OF_THE_FAMILY.match(tensor) for tensor in parts.low_noise.shapes)


def test_relatives_with_other_limbs_are_no_entry(tmp_path: Path) -> None:
    shapes = SHAPES["wan2.1-t2v-1.3b"]
    folder = write_hollow_model(tmp_path / "model", shapes)
    tensors = shapes_of(build_empty(lambda: WanTransformer(shapes.transformer)))
    write_hollow(folder / "wan_14B.safetensors", tensors | {"vace_blocks.0.before_proj.weight": (1536, 1536)})
    assert recognise(folder) is None


def test_a_diffusers_folder_is_no_entry_but_whole(tmp_path: Path) -> None:
    ckpt = find_case("pipe_ti2v").folder / "ckpt"
    folder = rewrite.write_diffusers(authors.components(ckpt), ckpt, tmp_path / "model")
    assert recognise(folder) is None
    (folder / "vae" / "config.json").unlink()
    with pytest.raises(WeightsDamaged, match=r"vae/config\.json"):
        recognise(folder)


def test_a_variant_that_speaks_is_planned_as_one(tmp_path: Path) -> None:
    """Laid out as Diffusers does it, under a name of its own: its tensors say that it listens, its configs do not."""
    published = SHAPES["wan2.2-s2v-14b"]
    parts: dict[str, tuple[Any, Any]] = {
        "transformer/diffusion_pytorch_model": (SpeechTransformer, TRANSFORMER),
        "vae/diffusion_pytorch_model": (WanVAE, published.vae),
        "text_encoder/model": (UMT5Encoder, published.text),
    }
    for name, (kind, config) in parts.items():
        path = tmp_path / f"{name}.safetensors"
        path.parent.mkdir()
        write_hollow(path, shapes_of(build_empty(partial(kind, config))))
        (path.parent / "config.json").write_text(json.dumps(asdict(config)))
    (tmp_path / "model_index.json").write_text("{}")
    spec = replace(catalogue()["wan2.2-s2v-14b"], name="mine", folder=tmp_path, record=tmp_path / "record.json")
    shapes = cost.read_shapes(spec)
    assert (shapes.transformer, shapes.extra) == (TRANSFORMER, "speech")
    assert not cost.shares_passes(spec)


def test_folders_without_weights(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("nothing")
    torch.save({"a": torch.ones(1)}, tmp_path / "other.pth")
    assert recognise(tmp_path) is None
    assert recognise(tmp_path / "absent") is None


def test_who_sees_pictures_needs_eyes(tmp_path: Path) -> None:
    folder = write_hollow_model(tmp_path / "model", SHAPES["wan2.1-i2v-14b-480p"])
    (folder / "clip.safetensors").unlink()
    with pytest.raises(WeightsDamaged, match=r"There is no CLIP picture encoder in .*model"):
        recognise(folder)


def test_half_a_model_is_damaged(tmp_path: Path) -> None:
    folder = write_hollow_model(tmp_path / "model", SHAPES["wan2.1-t2v-1.3b"])
    (folder / "vae.safetensors").unlink()
    with pytest.raises(WeightsDamaged, match="There is no VAE"):
        recognise(folder)


def test_torch_is_not_needed(tmp_path: Path) -> None:
    code = "import sys; from artifex.catalog.wan.recognise import recognise; print('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"
