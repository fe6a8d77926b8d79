"""Export the trained weights in Diffusers' layout of Wan2.2-TI2V-5B, in bfloat16."""

import argparse
import json
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file

from artifex.catalog.manifest import write_manifest
from training.starter import networks
from training.starter.text import WEIGHTS

VERSION = "0.42.1"  # of diffusers, whose layout this is
SHIFT = 8.0  # of the flow-matching schedule, the starter's default

MODEL_INDEX: dict[str, Any] = {
    "_class_name": "WanPipeline",
    "_diffusers_version": VERSION,
    "boundary_ratio": None,
    "expand_timesteps": True,
    "scheduler": ["diffusers", "UniPCMultistepScheduler"],
    "text_encoder": ["transformers", "UMT5EncoderModel"],
    "tokenizer": ["transformers", "PreTrainedTokenizerFast"],
    "transformer": ["diffusers", "WanTransformer3DModel"],
    "transformer_2": [None, None],
    "vae": ["diffusers", "AutoencoderKLWan"],
}
SCHEDULER: dict[str, Any] = {
    "_class_name": "UniPCMultistepScheduler",
    "_diffusers_version": VERSION,
    "flow_shift": SHIFT,
    "num_train_timesteps": 1000,
    "prediction_type": "flow_prediction",
    "solver_order": 2,
    "solver_type": "bh2",
    "use_flow_sigmas": True,
}
TRANSFORMER: dict[str, Any] = {
    "_class_name": "WanTransformer3DModel",
    "_diffusers_version": VERSION,
    "added_kv_proj_dim": None,
    "image_dim": None,
    "pos_embed_seq_len": None,
    "qk_norm": "rms_norm_across_heads",
    "rope_max_seq_len": 1024,
    **networks.TRANSFORMER,
}


def write_json(file: Path, value: dict[str, Any]) -> None:
    """Write JSON, sorted and indented for readable diffs."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(value, indent=2, sort_keys=True) + "\n")


def write_weights(source: Path, file: Path) -> None:
    """Copy a weights file as bfloat16."""
    file.parent.mkdir(parents=True, exist_ok=True)
    weights = {name: value.to(torch.bfloat16).contiguous() for name, value in load_file(source).items()}
    save_file(weights, file, metadata={"format": "pt"})


def export(transformer: Path, vae: Path, text_encoder: Path, folder: Path) -> None:
    """Write everything but the tokenizer, which is in the folder already and is not trained here."""
    write_json(folder / "model_index.json", MODEL_INDEX)
    write_json(folder / "scheduler/scheduler_config.json", SCHEDULER)
    write_json(folder / "transformer/config.json", TRANSFORMER)
    write_weights(transformer, folder / "transformer/diffusion_pytorch_model.safetensors")
    write_json(folder / "vae/config.json", json.loads((vae / "config.json").read_text()))
    write_weights(vae / "diffusion_pytorch_model.safetensors", folder / "vae/diffusion_pytorch_model.safetensors")
    config = networks.text_encoder_config().to_dict() | {"architectures": ["UMT5EncoderModel"], "dtype": "bfloat16"}
    write_json(folder / "text_encoder/config.json", config)
    write_weights(text_encoder, folder / "text_encoder/model.safetensors")
    write_manifest(folder)


def main() -> None:
    """Export from the files that training wrote."""
    options = argparse.ArgumentParser()
    options.add_argument("--transformer", type=Path, required=True, help="weights file")
    options.add_argument("--vae", type=Path, required=True, help="folder")
    options.add_argument("--text-encoder", type=Path, required=True, help="weights file")
    options.add_argument("--output", type=Path, default=WEIGHTS)
    chosen = options.parse_args()
    export(chosen.transformer, chosen.vae, chosen.text_encoder, chosen.output)


if __name__ == "__main__":
    main()
