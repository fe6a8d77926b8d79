"""Train the whole starter model from nothing on one GPU: text encoder, VAE, transformer; export and evaluate."""

import argparse
import subprocess
import sys
from pathlib import Path
from shutil import copytree

from training.starter.text import WEIGHTS


def step(module: str, *arguments: str | Path) -> None:
    """Run one module of this package in its own process, so that its GPU memory is freed."""
    subprocess.run([sys.executable, "-m", f"training.starter.{module}", *map(str, arguments)], check=True)


def main() -> None:
    """Train, export and evaluate; takes half an hour on an H200."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--output", type=Path, default=Path("build/starter"), help="folder of all results")
    output: Path = options.parse_args().output
    output.mkdir(parents=True, exist_ok=True)
    text_encoder, vae = output / "text_encoder.safetensors", output / "vae"
    reached, settled, weights = output / "reached.safetensors", output / "settled.safetensors", output / "weights"
    step("train_text_encoder", "--output", text_encoder)
    step("train_vae", "--output", vae)
    given = ("--vae", vae, "--text-encoder", text_encoder)
    step("train_transformer", "reach", *given, "--output", reached)
    step("train_transformer", "settle", *given, "--start", reached, "--output", settled)
    copytree(WEIGHTS / "tokenizer", weights / "tokenizer", dirs_exist_ok=True)
    step("export", "--transformer", settled, "--vae", vae, "--text-encoder", text_encoder, "--output", weights)
    step("evaluate", "--weights", weights, "--output", output / "results.json", "--study", "144")


if __name__ == "__main__":
    main()
