"""One checkpoint in other layouts, formats and dtypes, as they are passed on."""

import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import gguf
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from artifex.catalog.wan.components import Components
from artifex.catalog.wan.text import PromptEncoder
from tests.golden import authors
from tests.golden.cases import load_pth

Tensors = dict[str, Tensor]
Write = Callable[[Path, Tensors, Mapping[str, str]], None]
"""A path without suffix, tensors and texts -> a file."""


def networks(components: Components) -> dict[str, nn.Module]:
    """By the names of Diffusers' folders."""
    low, high = components.low_noise, components.high_noise
    experts = {"transformer": low} if high is None else {"transformer": high, "transformer_2": low}
    assert isinstance(components.prompts, PromptEncoder)
    return {**experts, "vae": components.vae, "text_encoder": components.prompts._encoder}


def write_diffusers(components: Components, source: Path, folder: Path) -> Path:
    for name, network in networks(components).items():
        (folder / name).mkdir(parents=True)
        config: Any = network.config
        (folder / name / "config.json").write_text(json.dumps(asdict(config)))
        stem = "model" if name == "text_encoder" else "diffusion_pytorch_model"
        state = {key: tensor.clone() for key, tensor in network.state_dict().items()}
        save_file(state, folder / name / f"{stem}.safetensors")
    boundary = components.boundary if components.high_noise else None
    (folder / "model_index.json").write_text(json.dumps({"boundary_ratio": boundary}))
    shutil.copytree(source / "google" / "umt5-xxl", folder / "tokenizer")
    copy_voice(source, folder)
    return folder


def write_single_files(source: Path, folder: Path, write: Write) -> Path:
    """The transformers through `write`; VAE and text encoder as they are, in safetensors files."""
    folder.mkdir()
    experts = {"high_noise": source / "high_noise_model", "low_noise": source / "low_noise_model"}
    for noise, expert in experts.items() if experts["high_noise"].is_dir() else [("14B", source)]:
        write(folder / f"wan_{noise}", transformer_tensors(expert), {"config": config_text(expert)})
    save_file(load_pth(next(source.glob("Wan*_VAE.pth"))), folder / "vae.safetensors")
    save_file(load_pth(next(source.glob("models_t5*.pth"))), folder / "text.safetensors")
    shutil.copy(source / "google" / "umt5-xxl" / "tokenizer.json", folder)
    copy_voice(source, folder)
    return folder


def copy_voice(source: Path, folder: Path) -> None:
    """The network that hears, where there is one: it is the same in every layout."""
    for voice in source.glob("wav2vec2*"):
        shutil.copytree(voice, folder / voice.name)


def written_as(layout: str, authors_folder: Path, target: Path) -> Path:
    """The authors' folder itself, or a copy as a "diffusers" folder or "single files"."""
    match layout:
        case "diffusers":
            return write_diffusers(authors.components(authors_folder), authors_folder, target)
        case "single files":
            return write_single_files(authors_folder, target, as_dtype(torch.float32))
        case _:
            return authors_folder


def transformer_tensors(folder: Path) -> Tensors:
    return {name: tensor for file in sorted(folder.glob("*.safetensors")) for name, tensor in load_file(file).items()}


def config_text(folder: Path) -> str:
    return (folder / "config.json").read_text()


def as_dtype(dtype: torch.dtype) -> Write:
    def write(path: Path, tensors: Tensors, texts: Mapping[str, str]) -> None:
        save_file({name: tensor.to(dtype) for name, tensor in tensors.items()}, f"{path}.safetensors", dict(texts))

    return write


def as_scaled_float8(prefix: str, scale_name: str) -> Write:
    """Matrices of blocks as 8-bit floats with a scale for each; the rest float32."""

    def write(path: Path, tensors: Tensors, texts: Mapping[str, str]) -> None:
        stored: Tensors = {f"{prefix}scaled_fp8": torch.empty(2, dtype=torch.float8_e4m3fn)}
        for name, tensor in tensors.items():
            stored[prefix + name] = tensor
            if is_matrix(name, tensor):
                scale, narrow = float8(tensor)
                layer = prefix + name.removesuffix(".weight")
                stored[prefix + name] = narrow
                stored |= {f"{layer}.{scale_name}": scale, f"{layer}.scale_input": torch.ones(1)}
        save_file(stored, f"{path}.safetensors", dict(texts))

    return write


def as_gguf(kind: gguf.GGMLQuantizationType, architecture: str = "wan") -> Write:
    """Matrices of blocks quantised where their rows allow it; the rest float32. There is no place for a config."""

    def write(path: Path, tensors: Tensors, texts: Mapping[str, str]) -> None:
        writer = gguf.GGUFWriter(f"{path}.gguf", architecture)
        for name, tensor in tensors.items():
            if is_matrix(name, tensor) and tensor.shape[1] % gguf.GGML_QUANT_SIZES[kind][0] == 0:
                writer.add_tensor(name, gguf.quantize(tensor.numpy(), kind), raw_dtype=kind)
            else:
                writer.add_tensor(name, tensor.numpy())
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()

    return write


def is_matrix(name: str, tensor: Tensor) -> bool:
    return name.startswith("blocks.") and name.endswith(".weight") and tensor.dim() == 2


def float8(tensor: Tensor) -> tuple[Tensor, Tensor]:
    """A scale, and the tensor divided by it as 8-bit floats."""
    scale = tensor.abs().max() / 448
    return scale.clone(), (tensor / scale).to(torch.float8_e4m3fn)


def same(ours: nn.Module, theirs: nn.Module) -> bool:
    """Whether two networks hold equal tensors."""
    a, b = ours.state_dict(), theirs.state_dict()
    return a.keys() == b.keys() and all(torch.equal(a[name], b[name]) for name in a)
