"""``artifex calibrate``: how many steps and how much attention a model can skip without visible loss."""

import json
import sys
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from artifex.cli import options
from artifex.errors import BadInput

if TYPE_CHECKING:
    from artifex.catalog.budget import Budget
    from artifex.catalog.spec import ModelSpec
    from artifex.jobs.work.saving import Calibration, Outcome, Trial
    from artifex.recipe import Recipe
    from artifex.wiring import LocalStudio

MOST_PROMPTS = 8

_PROMPTS = (
    "a small wooden boat sails down a wide river between green hills, morning light",
    "close-up of an old man laughing at a table in a cafe, soft window light",
    "a red sports car drives fast through a rainy city at night, neon lights on wet asphalt, tracking shot",
    "two white cats wearing boxing gloves fight on a stage under a spotlight",
    "a waterfall in a dense jungle, mist rises, a parrot flies from left to right",
    "a woman in a yellow coat walks through falling snow, the camera circles her slowly",
    "animated paper planes fly through a school yard, flat colours",
    "a potter's hands shape wet clay on a turning wheel, macro shot",
)

Model = Annotated[str, typer.Argument(help="The model; 'artifex models' lists them.", metavar="MODEL")]
Prompts = Annotated[int, typer.Option(help="Clips that are compared, each with a prompt of its own.", metavar="N")]
Steps = Annotated[
    int | None,
    typer.Option(help="Sampling steps of each, the most that are saved of; the model's own if not given.", metavar="N"),
]
Size = Annotated[str | None, typer.Option(help="Of the clips, like 832x480.", metavar="WxH")]
Frames = Annotated[int | None, typer.Option("--frames", help="Length of the clips (4n+1).")]
Image = Annotated[str | None, typer.Option(help="A picture, for models that need one.", metavar="FILE")]
Audio = Annotated[str | None, typer.Option(help="A voice, for models that need one.", metavar="FILE")]


def calibrate(
    model: Model,
    *,
    prompts: Prompts = 4,
    steps: Steps = None,
    size: Size = None,
    frames: Frames = None,
    image: Image = None,
    audio: Audio = None,
    vram: options.Vram = None,
    ram: options.Ram = None,
    gpus: options.Gpus = 1,
    as_json: options.AsJson = False,
) -> None:
    """Find out how much accuracy fast may save with a model, and remember it.

    A few clips are made as fast computes them, without saving and then saving more and more, until they are no longer
    like the unsaved ones. With a large model that takes hours.
    """
    if not 1 <= prompts <= MOST_PROMPTS:
        raise BadInput(f"{prompts} prompts is out of range; choose 1 to {MOST_PROMPTS}.")
    from artifex.cli.request import budget_of
    from artifex.files import require_keepable
    from artifex.jobs.savings import keep_saving
    from artifex.wiring import local_studio

    studio, budget = local_studio(), budget_of(vram, ram, gpus)
    asked = options.Asked(model=model, steps=steps, size=size, frames=frames, image=image, audio=audio)
    spec, recipes = _recipes(asked, prompts, studio)
    require_keepable(studio.settings.savings)
    found = _calibrated(spec, recipes, studio, budget)
    keep_saving(studio.settings.savings, recipes[0].model, found.saving)
    if as_json:
        print(json.dumps(_as_data(found)))
    else:
        _tell(spec, recipes[0], found)


def _recipes(asked: options.Asked, count: int, studio: "LocalStudio") -> "tuple[ModelSpec, list[Recipe]]":
    """The reference clips: in accuracy ``fast``, with nothing skipped."""
    from artifex.cli.request import compose_recipe
    from artifex.jobs.asking import model_for
    from artifex.jobs.work.saving import UNSAVED

    spec = model_for(asked.model, None, studio.settings)
    made: list[Recipe] = []
    for seed, prompt in enumerate((spec.samples or _PROMPTS)[:count]):
        recipe = compose_recipe(replace(asked, prompt=prompt, seed=seed), studio)
        made.append(UNSAVED.of(replace(recipe, accuracy="fast")))
    return spec, made


def _calibrated(spec: "ModelSpec", recipes: "list[Recipe]", studio: "LocalStudio", budget: "Budget") -> "Calibration":
    from artifex.catalog.plan import count_work
    from artifex.jobs.planner import Planner
    from artifex.jobs.work.references import open_references
    from artifex.jobs.work.saving import calibrate
    from artifex.media.opener import Here

    fitting = Planner(studio.settings).fit(recipes[0], budget, studio.settings.home, may_shrink=False)
    clips = [(recipe, open_references(recipe, studio.blobs, Here())) for recipe in recipes]

    def tell(trial: "Trial", number: int) -> None:
        print(f"clip {number + 1} of {len(clips)}, {_words(trial)} ...", file=sys.stderr)

    def pass_work(trial: "Trial") -> float:
        work = count_work(spec, trial.of(recipes[0]), fitting.plan)
        return (work.linear + work.attention) / work.forwards

    with studio.models.ready(recipes[0], fitting.plan) as model:
        return calibrate(model, clips, spec.experts, tell, pass_work)


def _words(trial: "Trial") -> str:
    low, high = trial.step_cache
    cache = f"cache {low:g}" if low == high else f"cache {low:g},{high:g}"
    parts = [cache] if low or high else []
    parts += [f"guided {trial.guidance_until:.0%}"] if trial.guidance_until < 1 else []
    parts += [f"attention {trial.attention_density:.0%}"] if trial.attention_density < 1 else []
    return ", ".join(parts) or "nothing"


def _tell(spec: "ModelSpec", recipe: "Recipe", found: "Calibration") -> None:
    from rich.console import Console
    from rich.table import Table

    from artifex.jobs.work.saving import Gate

    gate = Gate()
    shape = f"{recipe.width}x{recipe.height}, {recipe.frame_count} frames, {recipe.steps} steps"
    columns = ("saved by", "passes", "seconds", "latents off", "PSNR", "worst", "SSIM", "gate")
    table = Table(*columns, title=f"{spec.name}, {shape}")
    for outcome in found.outcomes:
        table.add_row(*_row(outcome, "passed" if outcome.passes_gate(gate) else "missed"))
    console = Console()
    console.print(table)
    console.print(
        f"The gate: PSNR of {gate.median_psnr:g} dB in the middle and {gate.least_psnr:g} dB at worst, "
        f"SSIM of {gate.mean_ssim:g}, latents off by {gate.mean_latent_error:.0%} at most.",
        highlight=False,
    )
    console.print(_verdict(spec, found), highlight=False)


def _row(outcome: "Outcome", verdict: str) -> tuple[str, ...]:
    likeness = (f"{outcome.psnr:.1f} dB", f"{outcome.least_psnr:.1f} dB", f"{outcome.ssim:.3f}")
    passes, seconds = f"{outcome.passes / len(outcome.clips):g}", f"{outcome.seconds / len(outcome.clips):.1f}"
    return _words(outcome.trial), passes, seconds, f"{outcome.latent_error:.2%}", *likeness, verdict


def _verdict(spec: "ModelSpec", found: "Calibration") -> str:
    saving = found.saving
    if not saving.saves:
        return "Nothing that passes saves anything: accuracy fast computes all."
    saved = f"{_words(found.best.trial)} saves {saving.passes_saved:.0%} of the passes"
    if saving.attention_density < 1:
        saved += f" and {1 - saving.attention_density:.0%} of most steps' attention, in clips at least as large"
    if "fast" not in spec.accuracies:
        return f"{saved}; but {spec.name} is not offered in accuracy fast."
    return f"{saved}. From now on, accuracy fast does so with these weights, in clips of up to {saving.steps} steps."


def _as_data(found: "Calibration") -> dict[str, Any]:
    from artifex.jobs.work.saving import Gate

    gate = Gate()
    return {
        "gate": asdict(gate),
        "tried": [{**asdict(one), "passed": one.passes_gate(gate)} for one in found.outcomes],
        "kept": asdict(found.saving),
    }
