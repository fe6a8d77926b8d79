"""Turns a requested clip into a recipe, and into the jobs that make it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from typing import Any
from uuid import uuid4

from artifex.api.job_requests import MOST_SEED, Clip, GenerateRequest, LoraChoice, PromptMark
from artifex.api.service import Caller, Service
from artifex.catalog.execution import Expert
from artifex.catalog.presets import Values
from artifex.catalog.prompt_track import FIELD, MarkWish
from artifex.catalog.spec import ModelSpec
from artifex.errors import BadInput, in_field
from artifex.jobs import asking
from artifex.jobs.material import contents, loras, materials, require_fitting, require_own
from artifex.jobs.queue import JobRow, NewJob
from artifex.recipe import Lora, Recipe, Role, parse_recipe_data
from artifex.store.styles import Styles
from artifex.units import PixelSize, parse_frame_rate


@dataclass(frozen=True, slots=True)
class Composed:
    """A recipe, and what it started from."""

    recipe: Recipe
    seed_was_given: bool
    remixed_from: str | None = None
    expert: Expert | None = None
    """The expert that goes first, if the model's two may run on different slots."""


def composed(clip: Clip, the: Service, asks: Caller, *, base: Recipe | None = None, planning: bool = False) -> Composed:
    """The recipe for a clip, based on ``base`` where the clip names no recipe or job to start from.

    Raises BadInput (and its subclasses) with the field at fault, NotFound for an asset, style or job that is not the
    caller's, CannotRun.
    """
    with _as_sent(clip):
        return _composed(clip, the, asks, base, planning)


def _composed(clip: Clip, the: Service, asks: Caller, base: Recipe | None, planning: bool) -> Composed:
    start, remixed_from = _start(clip, the, asks)
    start = start or base
    with in_field("style"):
        style = _Style(clip.style, the, asks)
    with in_field("model"):
        spec = asking.model_for(clip.model, start, the.settings)
    ask = asking.Ask(
        prompt=None if clip.prompt is None else style.phrase(clip.prompt),
        base=start,
        given=_values(clip),
        style=style.values,
        preset=clip.preset,
        quality=clip.quality,
        motion=clip.motion if clip.motion is not None else style.motion,
        seed=clip.seed,
        materials=materials(the.assets, asks.sees, _chosen(clip)),
        loras=_loras(clip.loras, style, the, asks),
        enhance=clip.enhance,
        quantise=clip.quantise,
        start_from_picture=clip.start_from_picture,
        compat=clip.compat,
        prompt_track=_track(clip, style),
    )
    recipe = asking.compose(ask, spec, the.settings, planning=planning, lock=the.locks.lock)
    check_work(recipe, spec, the.config.limits.clip_work)
    with in_field("loras"):
        require_fitting(recipe.loras, spec, the.blobs)
    return Composed(recipe, clip.seed is not None or start is not None, remixed_from, spec.first_expert)


@contextmanager
def _as_sent(clip: Clip) -> Iterator[None]:
    """Name the field that was sent in errors about size and length, which can be given in several ways."""
    try:
        yield
    except BadInput as error:
        if error.field == "frames" and clip.frames is None and clip.seconds is not None:
            error.field = "seconds"
        if error.field == "size" and clip.size is None:
            error.field = "width" if clip.width is not None else "area" if clip.area is not None else "size"
        raise


def clip_jobs(wanted: GenerateRequest, the: Service, asks: Caller, scheduling: dict[str, Any]) -> list[NewJob]:
    """One job for each seed; several form a batch. Raises what :func:`composed` does."""
    first = composed(wanted, the, asks)
    recipe = first.recipe
    if recipe.seed + wanted.seeds - 1 > MOST_SEED:
        with in_field("seed"):
            raise BadInput(f"The seeds would count beyond {MOST_SEED}; start lower.")
    if wanted.draft_steps is not None and wanted.draft_steps >= recipe.steps:
        with in_field("draft_steps"):
            raise BadInput(f"A draft stops before the last of its {recipe.steps} steps; choose fewer draft_steps.")
    batch = uuid4().hex if wanted.seeds > 1 else None
    return [
        NewJob(
            kind="generate",
            request={
                "recipe": recipe.with_seed(recipe.seed + offset).to_data(),
                "seed_was_given": first.seed_was_given or wanted.seeds > 1,
                "codec": wanted.codec,
            },
            model=recipe.model.name,
            step_count=recipe.steps,
            expert=first.expert,
            batch=batch,
            stop_at_step=wanted.draft_steps,
            remixed_from=first.remixed_from,
            holds=contents(recipe),
            **scheduling,
        )
        for offset in range(wanted.seeds)
    ]


def recipe_of(job: JobRow) -> Recipe:
    """The recipe of a job. Raises BadInput for kinds of jobs that have none."""
    data = job.recipe or job.request.get("recipe")
    if data is None:
        raise BadInput(f"A job of the kind {job.kind} has no recipe to start from; choose the job of a clip.")
    return parse_recipe_data(data)


def check_work(recipe: Recipe, spec: ModelSpec, most: float) -> None:
    """Refuse a clip whose values are each within limits but together too much work. Raises BadInput.

    ``most`` is the largest work (pixels times frames times steps), as a multiple of the model's default clip.
    """
    own = spec.defaults
    frames = recipe.speech.segment_frames if recipe.speech else recipe.frame_count
    work = recipe.width * recipe.height * frames * recipe.steps
    usual = own.size.area * own.frame_count * own.steps
    if work > most * usual:
        raise BadInput(
            f"This clip is {work / usual:.0f} times the work of {spec.name}'s own and {most:g} times is the most; "
            "choose a smaller size, fewer frames or fewer steps."
        )


def _start(clip: Clip, the: Service, asks: Caller) -> tuple[Recipe | None, str | None]:
    if clip.recipe is not None and clip.remix_of is not None:
        raise BadInput("Both recipe and remix_of were given; choose one.")
    if clip.remix_of is not None:
        with in_field("remix_of"):
            return recipe_of(the.queue.get(clip.remix_of, asks.sees)), clip.remix_of
    if clip.recipe is None:
        return None, None
    with in_field("recipe"):
        recipe = parse_recipe_data(clip.recipe)
        require_own(the.assets, asks.sees, recipe)
    return recipe, None


def _chosen(clip: Clip) -> dict[Role, str]:
    given = clip.references
    named: dict[Role, str | None] = {
        "image": given.image,
        "last_image": given.last_image,
        "video": given.video,
        "audio": given.audio,
        "pose": given.pose,
    }
    return {role: asset for role, asset in named.items() if asset is not None}


def _values(clip: Clip) -> Values:
    if clip.frames is not None and clip.seconds is not None:
        with in_field("seconds"):
            raise BadInput("Both frames and seconds were given; choose one.")
    size, area = _shape(clip)
    with in_field("fps"):
        rate = rate_of(clip.fps) if clip.fps is not None else None
    return Values(
        negative_prompt=clip.negative_prompt,
        size=size,
        area=area,
        frame_count=clip.frames,
        seconds=asking.length(clip.seconds) if clip.seconds is not None else None,
        frame_rate=rate,
        steps=clip.steps,
        guidance=_pair(clip.guidance),
        shift=clip.shift,
        solver=clip.solver,
        accuracy=clip.accuracy,
        window_frames=clip.window_frames,
        step_cache=_pair(clip.step_cache),
        guidance_until=clip.guidance_until,
        attention_density=clip.attention_density,
    )


def _track(clip: Clip, style: "_Style") -> tuple[MarkWish, ...] | None:
    """The later prompts, each with the style's words around it. Raises BadInput."""
    if clip.prompt_track is None:
        return None
    with in_field(FIELD):
        return tuple(MarkWish(_when(mark), style.phrase(mark.prompt), mark.crossfade) for mark in clip.prompt_track)


def _when(mark: PromptMark) -> int | Fraction:
    if mark.frame is not None and mark.seconds is None:
        return mark.frame
    if mark.seconds is not None and mark.frame is None:
        return Fraction(str(mark.seconds))
    raise BadInput("Give each mark of a prompt track either frame or seconds.")


def _shape(clip: Clip) -> tuple[PixelSize | None, int | None]:
    """The size, or else the number of pixels in the picture's own aspect ratio. Raises BadInput."""
    if (clip.width is None) != (clip.height is None):
        with in_field("height" if clip.height is None else "width"):
            raise BadInput("Give width and height together, or size.")
    if sum(each is not None for each in (clip.size, clip.width, clip.area)) > 1:
        with in_field("size"):
            raise BadInput("Give one of size, width with height, and area.")
    with in_field("area"):
        area = PixelSize.parse(clip.area).area if clip.area is not None else None
    with in_field("size"):
        size = PixelSize.parse(clip.size) if clip.size is not None else None
    if clip.width is not None and clip.height is not None:
        size = PixelSize(clip.width, clip.height)
    return size, area


def rate_of(given: str | float) -> Fraction:
    """Parse a frame rate given as text or number. Raises BadInput."""
    return parse_frame_rate(given if isinstance(given, str) else repr(given))


def _pair(given: float | tuple[float, float] | None) -> tuple[float, float] | None:
    if given is None:
        return None
    low, high = given if isinstance(given, tuple) else (given, given)
    return float(low), float(high)


def _loras(given: list[LoraChoice] | None, style: "_Style", the: Service, asks: Caller) -> tuple[Lora, ...] | None:
    if given is None and not style.loras:
        return None
    return loras(the.assets, asks.sees, [*map(_strengths, given or ()), *style.loras])


def _strengths(choice: LoraChoice) -> tuple[str, float, float]:
    each = (choice.strength_low, choice.strength_high)
    if choice.strength is not None and each != (None, None):
        with in_field("loras"):
            raise BadInput("Give a LoRA one strength, or one for each expert, not both.")
    both = 1.0 if choice.strength is None else choice.strength
    low, high = (both if strength is None else strength for strength in each)
    return choice.asset, float(low), float(high)


class _Style:
    """What the chosen style adds to a clip; nothing where none is chosen. Raises NotFound."""

    def __init__(self, style_id: str | None, the: Service, asks: Caller) -> None:
        data: dict[str, Any] = {}
        if style_id is not None:
            data = dict(Styles(the.database).get(style_id, asks.sees).data)
        values: dict[str, Any] = data.get("values") or {}
        guidance: list[float] | None = values.get("guidance")
        self._before, self._after = data.get("before") or "", data.get("after") or ""
        self.motion: float | None = values.get("motion")
        self.loras = [(lora["asset"], lora["strength_low"], lora["strength_high"]) for lora in data.get("loras") or ()]
        self.values = Values(
            negative_prompt=data.get("negative_prompt") or None,
            steps=values.get("steps"),
            guidance=(guidance[0], guidance[1]) if guidance else None,
            shift=values.get("shift"),
            solver=values.get("solver"),
            accuracy=values.get("accuracy"),
        )

    def phrase(self, prompt: str) -> str:
        return " ".join(part for part in (self._before.strip(), prompt, self._after.strip()) if part)
