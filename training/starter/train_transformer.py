"""Train the transformer by flow matching on latents of drawn clips."""

import argparse
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.nn import functional

from training.starter import networks
from training.starter.adherence import Exam
from training.starter.latents import LatentBank
from training.starter.model import Listener, TrainingTransformer, fresh_transformer, padded_text, sample_sigma
from training.starter.muon import MuonWithAdam
from training.starter.sampling import Settings


@dataclass(frozen=True)
class Plan:
    """One training run, limited by time, so that it ends in time on any GPU."""

    minutes: float  # on an H200: 27 steps a second
    rates: tuple[float, float]  # Muon, Adam
    decays: bool  # whether the rates fall linearly to zero over the run
    listener_weight: float  # of the auxiliary loss at the start; it fades to zero over the run
    seed: int
    batch: int = 128
    clips: int = 20480
    captions_per_language: int = 6
    redraw_every: int = 40  # steps
    redraw: int = 64  # clips
    drop_caption: float = 0.10
    first_frame_share: float = 0.35
    warm_up: int = 200  # steps
    ema: float = 0.999
    report_seconds: float = 30.0
    exam_every: int = 4  # reports


PLANS = {
    # A constant high learning rate first, then a decaying one, from the averaged weights.
    "reach": Plan(minutes=6.5, rates=(0.01, 0.0015), decays=False, listener_weight=0.05, seed=1),
    "settle": Plan(minutes=9.5, rates=(0.006, 0.001), decays=True, listener_weight=0.02, seed=2),
}


class Trainer:
    """The networks, their optimiser and one training step on new data."""

    def __init__(self, plan: Plan, bank: LatentBank, start: Path | None, device: str) -> None:
        torch.manual_seed(plan.seed)
        self.plan, self.bank, self.device = plan, bank, device
        self.model = fresh_transformer().to(device)
        self.averaged = fresh_transformer().to(device).requires_grad_(False)
        if start:
            networks.load_strictly(self.model, start)
        self.averaged.load_state_dict(self.model.state_dict())
        self.listener = Listener(self.model.config.dim).to(device)
        self.listener_weight = torch.zeros((), device=device)
        self.rotary = self.model.rotary(torch.empty(1, *bank.latents.shape[1:], device=device))
        self.losses = torch.zeros(2, device=device)
        self.skipped = torch.zeros((), device=device)
        matrices, others = _split(self.model)
        self.optimiser = MuonWithAdam(matrices, [*others, *self.listener.parameters()], plan.rates)
        if device == "cuda":
            for network in (self.model, self.averaged):
                for block in network.blocks:
                    block.compile()

    def set_progress(self, step: int, done: float) -> None:
        """Set the schedules for step `step`, at `done` in [0, 1] of the run."""
        plan = self.plan
        self.optimiser.set_scale(learning_rate_scale(step, done, plan))
        self.listener_weight.fill_(plan.listener_weight * (1 - done))

    def step(self) -> None:
        """One optimiser step; it never synchronises with the GPU, so that it can be captured in a CUDA graph."""
        flow, told = self._losses()
        loss = flow + self.listener_weight * told
        loss.backward()
        self._tame_gradients()
        self.optimiser.step()
        for parameter in [*self.model.parameters(), *self.listener.parameters()]:
            parameter.grad = None
        for averaged, parameter in zip(self.averaged.parameters(), self.model.parameters(), strict=True):
            averaged.lerp_(parameter.detach(), 1 - self.plan.ema)
        latest = torch.stack([flow.detach(), told.detach()])
        self.losses.lerp_(torch.where(latest.isfinite(), latest, self.losses), 0.02)

    def _tame_gradients(self) -> None:
        """Clip the total gradient norm to 1; gradients that are not finite are set to zero."""
        gradients = [p.grad for p in [*self.model.parameters(), *self.listener.parameters()] if p.grad is not None]
        norm = torch.nn.utils.get_total_norm(gradients)
        finite = norm.isfinite()
        self.skipped += ~finite
        scale = (1 / norm).clamp(max=1)
        for gradient in gradients:
            gradient.copy_(torch.where(finite, gradient * scale, 0.0))

    def _losses(self) -> tuple[Tensor, Tensor]:
        """The flow-matching loss on noisy latent frames, and the auxiliary loss on the stated attributes."""
        plan, device = self.plan, self.device
        batch = self.bank.sample(plan.batch, plan.drop_caption)
        clean = batch.latents
        sigma = sample_sigma(plan.batch, device)
        given = torch.rand(plan.batch, device=device) < plan.first_frame_share
        # Noise level of each latent frame: an image-conditioned clip has its first frame clean, as in Wan2.2-TI2V.
        levels = sigma[:, None].repeat(1, clean.shape[2])
        levels[:, 0] = torch.where(given, 0.0, levels[:, 0])
        noise = torch.randn_like(clean)
        mix = levels[:, None, :, None, None]
        text, bias = padded_text(batch.states, batch.length)
        with torch.autocast(device, torch.bfloat16):
            velocity, states = self.model.velocity_and_states(
                clean + mix * (noise - clean), levels * 1000, text, bias, self.rotary
            )
            told = self.listener(states, batch.classes)
        weight = (mix > 0).float()
        error = functional.mse_loss(velocity, noise - clean, reduction="none")
        flow = (error * weight).sum() / (weight.sum() * clean[0, :, 0].numel())
        return flow, told


def learning_rate_scale(step: int, done: float, plan: Plan) -> float:
    """Share of the full rates at `done` in [0, 1] of the run, with a warm-up over the first steps."""
    return min(1.0, (step + 1) / plan.warm_up, 1 - done if plan.decays else 1.0)


def _split(model: TrainingTransformer) -> tuple[list[nn.Parameter], list[nn.Parameter]]:
    """Weights of linear layers inside the blocks and of the text embedder, for Muon; all others, for Adam."""
    matrices, others = [], []
    for name, parameter in model.named_parameters():
        inside = name.startswith("blocks.") or "text_embedder" in name
        (matrices if inside and parameter.dim() == 2 else others).append(parameter)
    return matrices, others


def captured(step: Callable[[], None]) -> Callable[[], None]:
    """The step as a CUDA graph, which removes the launch overhead of its many small kernels."""
    stream = torch.cuda.Stream()
    stream.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(stream):
        for _ in range(4):
            step()
    torch.cuda.current_stream().wait_stream(stream)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        step()
    return graph.replay


def save_weights(model: nn.Module, file: Path) -> None:
    """Write bfloat16 weights atomically."""
    weights = {name: value.detach().bfloat16().cpu().contiguous() for name, value in model.state_dict().items()}
    part = file.with_suffix(".part")
    save_file(weights, part, metadata={"format": "pt"})
    part.replace(file)


def train(plan: Plan, trainer: Trainer, exam: Exam, output: Path) -> None:
    """Train until the time is up, saving and examining the averaged weights along the way."""
    bank = trainer.bank
    trainer.set_progress(0, 0.0)
    step = captured(trainer.step) if trainer.device == "cuda" else trainer.step
    start = last = time.monotonic()
    count, last_count, examined = 0, 0, 0
    while (done := (time.monotonic() - start) / (plan.minutes * 60)) < 1:
        trainer.set_progress(count, done)
        step()
        count += 1
        if count % plan.redraw_every == 0:
            bank.redraw(plan.redraw)
            # Keeps the host at most a few steps ahead of the GPU, so that the time above is right.
            torch.cuda.synchronize() if trainer.device == "cuda" else None
        if time.monotonic() - last > plan.report_seconds:
            flow, told = trainer.losses.tolist()
            pace = (time.monotonic() - last) / (count - last_count) * 1000
            print(
                f"{done:4.0%} step {count} flow {flow:.4f} told {told:.3f} {pace:.1f} ms/step"
                f" skipped {int(trainer.skipped)}",
                flush=True,
            )
            last, last_count = time.monotonic(), count
            examined += 1
            if examined % plan.exam_every == 0:
                save_weights(trainer.averaged, output)
                exam.start(trainer.averaged)
            exam.report()
    save_weights(trainer.averaged, output)
    print(f"finished: {count} steps in {(time.monotonic() - start) / 60:.1f} minutes", flush=True)


def main() -> None:
    """Train with a given text encoder and VAE."""
    options = argparse.ArgumentParser()
    options.add_argument("plan", choices=PLANS)
    options.add_argument("--vae", type=Path, required=True, help="folder with config.json and weights")
    options.add_argument("--text-encoder", type=Path, required=True, help="weights file")
    options.add_argument("--output", type=Path, required=True, help="weights file to write")
    options.add_argument("--start", type=Path, help="weights to go on from")
    options.add_argument("--minutes", type=float, help="instead of the plan's")
    chosen = options.parse_args()
    plan = PLANS[chosen.plan]
    run(replace(plan, minutes=chosen.minutes or plan.minutes), chosen)


def run(plan: Plan, files: argparse.Namespace) -> None:
    """Draw the data, train, and save to `files.output`."""
    device = "cuda" if torch.cuda.is_available() else "cpu"
    vae = networks.load_vae(files.vae).to(device).eval().requires_grad_(False)
    encoder = networks.load_text_encoder(files.text_encoder).to(device)
    begun = time.monotonic()
    bank = LatentBank(vae, encoder, plan.clips, plan.captions_per_language, device, plan.seed)
    print(f"{len(bank)} clips after {time.monotonic() - begun:.0f} s", flush=True)
    with ProcessPoolExecutor(8, get_context("fork")) as readers:
        exam = Exam(vae, encoder, readers, device, Settings(steps=16, guidance=3.0, solver="euler"))
        train(plan, Trainer(plan, bank, files.start, device), exam, files.output)


if __name__ == "__main__":
    main()
