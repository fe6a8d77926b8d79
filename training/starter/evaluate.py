"""Evaluate the starter: adherence in three languages and from an image, read from real mp4 files, and by settings."""

import argparse
import json
import os
import time
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from transformers import UMT5EncoderModel

from artifex.catalog.wan.transformer import WanTransformer
from artifex.catalog.wan.vae import WanVAE
from training.starter import captions, mp4, networks, prompts, reader, shapes, text
from training.starter.adherence import encode_prompts, shares_right
from training.starter.latents import LATENT_SHAPE
from training.starter.prompts import Question
from training.starter.reader import Reading
from training.starter.sampling import Settings, decode, sample
from training.starter.train_vae import reconstruction

BATCH = 50
STUDY_STEPS = (6, 8, 10, 12, 16, 20, 30)
STUDY_GUIDANCE = (1.0, 2.0, 3.0, 4.0, 5.0)
STUDY_SHIFTS = (3.0, 5.0, 8.0, 12.0)


@dataclass(frozen=True)
class Starter:
    """The three networks, ready to sample."""

    transformer: WanTransformer
    vae: WanVAE
    encoder: UMT5EncoderModel
    device: str


def load(weights: Path, device: str) -> Starter:
    """Load the networks of a folder in Diffusers' layout."""
    transformer = networks.load_transformer(weights / "transformer/diffusion_pytorch_model.safetensors").to(device)
    vae = networks.load_vae(weights / "vae").to(device)
    encoder = networks.load_text_encoder(weights / "text_encoder/model.safetensors").to(device)
    for network in (transformer, vae):
        network.eval().requires_grad_(False)
    return Starter(transformer, vae, encoder, device)


def clips(starter: Starter, questions: list[Question], settings: Settings, images: Tensor | None = None) -> Tensor:
    """Sample frames [N, T, H, W, 3] uint8, on the CPU; `images` [N, 3, 1, H, W] in [-1, 1] are their first frames."""
    random = torch.Generator().manual_seed(11)
    done = []
    for start in range(0, len(questions), BATCH):
        part = questions[start : start + BATCH]
        encoded = encode_prompts(starter.encoder, [question.prompt for question in part], starter.device)
        noise = torch.randn(len(part), *LATENT_SHAPE, generator=random).to(starter.device)
        first = None
        if images is not None:
            mean, _ = starter.vae.moments(images[start : start + BATCH].to(starter.device))
            first = networks.normalised(starter.vae, mean)
        latents = sample(starter.transformer, encoded, noise, settings, first)
        done += [decode(starter.vae, piece).cpu() for piece in latents.split(10)]
    return torch.cat(done)


def read_mp4(frames: NDArray[np.uint8]) -> tuple[Reading, NDArray[np.uint8]]:
    """Write an mp4, decode it and read it; returns the reading and the decoded first frame."""
    seen = mp4.decode(mp4.encode(frames))
    return reader.read_clip(seen), seen[0]


def ask(starter: Starter, language: str, count: int, settings: Settings, readers: Executor) -> dict[str, float]:
    """Adherence of text-to-video in one language."""
    asked = prompts.questions(count, language)
    seen = list(readers.map(read_mp4, clips(starter, asked, settings).numpy(), chunksize=4))
    return shares_right(asked, [reading for reading, _ in seen])


def ask_with_image(starter: Starter, count: int, settings: Settings, readers: Executor) -> dict[str, float]:
    """Adherence of image-to-video, the image being the first frame of a drawn clip of the same scene."""
    asked = prompts.questions(count, "en")
    scene = shapes.sample_scene(prompts.scenes(count), torch.Generator().manual_seed(12))
    images = torch.cat([shapes.draw(first_frames(scene, i, i + 10), starter.device).cpu() for i in range(0, count, 10)])
    seen = list(readers.map(read_mp4, clips(starter, asked, settings, images).numpy(), chunksize=4))
    given = ((images[:, :, 0] + 1) * 127.5).round().to(torch.uint8).permute(0, 2, 3, 1).numpy()
    decibels = [psnr(image, frame) for image, (_, frame) in zip(given, seen, strict=True)]
    shares = shares_right(asked, [reading for reading, _ in seen])
    return {**shares, "first_frame_psnr": float(np.mean(decibels)), "first_frame_worst": float(np.min(decibels))}


def first_frames(scene: shapes.Scene, start: int, stop: int) -> shapes.Scene:
    """Scenes `start` to `stop` of a batch, their first frames only."""
    part = {name: value[start:stop] for name, value in vars(scene).items()}
    return shapes.Scene(
        **{name: value[:, :1] if name in ("x", "y", "radius", "angle") else value for name, value in part.items()}
    )


def psnr(first: NDArray[np.uint8], second: NDArray[np.uint8]) -> float:
    """Peak signal to noise in dB of two 8-bit pictures."""
    return float(-10 * np.log10(np.mean(((first.astype(np.float64) - second) / 255) ** 2) + 1e-12))


def study(starter: Starter, count: int, standard: Settings, readers: Executor) -> list[dict[str, Any]]:
    """Adherence in English when one of the standard settings is changed at a time."""
    tried = [Settings(steps, standard.guidance, standard.shift, standard.solver) for steps in STUDY_STEPS]
    tried += [Settings(standard.steps, guidance, standard.shift, standard.solver) for guidance in STUDY_GUIDANCE]
    tried += [Settings(standard.steps, standard.guidance, shift, standard.solver) for shift in STUDY_SHIFTS]
    tried += [Settings(standard.steps, standard.guidance, standard.shift, "euler")]
    asked = prompts.questions(count, "en")
    rows = []
    for settings in dict.fromkeys(tried):
        seen = list(readers.map(reader.read_clip, clips(starter, asked, settings).numpy(), chunksize=4))
        row = {**asdict(settings), **shares_right(asked, seen)}
        row["overlap"] = float(np.mean([reading.overlap for reading in seen]))
        rows.append(row)
        print(json.dumps({name: round(v, 3) if isinstance(v, float) else v for name, v in row.items()}), flush=True)
    return rows


def main() -> None:
    """Evaluate, and write the figures as JSON."""
    options = argparse.ArgumentParser()
    options.add_argument("--weights", type=Path, default=text.WEIGHTS)
    options.add_argument("--output", type=Path, required=True, help="JSON file to write")
    options.add_argument("--count", type=int, default=400)
    options.add_argument("--study", type=int, default=0, help="prompts of the comparison of settings; 0: none")
    options.add_argument("--steps", type=int, default=Settings.steps)
    options.add_argument("--guidance", type=float, default=Settings.guidance)
    options.add_argument("--shift", type=float, default=Settings.shift)
    options.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    chosen = options.parse_args()
    settings = Settings(chosen.steps, chosen.guidance, chosen.shift)
    results: dict[str, Any] = {"settings": asdict(settings), "prompts": chosen.count}
    begun = time.monotonic()
    with ProcessPoolExecutor(max(1, (os.cpu_count() or 2) - 1), get_context("fork")) as readers:
        starter = load(chosen.weights, chosen.device)
        if chosen.study:
            results["study"] = study(starter, chosen.study, settings, readers)
        if chosen.count:
            results["vae"] = reconstruction(starter.vae, chosen.device)
            for language in captions.LANGUAGES:
                results[language] = ask(starter, language, chosen.count, settings, readers)
                print(language, results[language], f"{time.monotonic() - begun:.0f} s", flush=True)
            results["image"] = ask_with_image(starter, chosen.count, settings, readers)
            print("image", results["image"], f"{time.monotonic() - begun:.0f} s", flush=True)
    chosen.output.write_text(json.dumps(results, indent=2) + "\n")


if __name__ == "__main__":
    main()
