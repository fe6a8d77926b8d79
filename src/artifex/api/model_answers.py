"""Models as the API shows them: what each is, what it accepts, and how it runs on this machine."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import BaseModel

from artifex.api.service import Caller, Service
from artifex.catalog.compose import roles
from artifex.catalog.execution import QUANTISED
from artifex.catalog.presets import DISTILLED, PRESETS
from artifex.catalog.registry import bytes_on_disk, default_model
from artifex.catalog.spec import ModelSpec
from artifex.errors import BadInput
from artifex.jobs.own_clip import own_clip
from artifex.jobs.standings import Fits, Standing
from artifex.jobs.state import UNFINISHED
from artifex.recipe import Accuracy, Role, Solver, Task

_MEBIBYTE = 2**20
_MOST_PULLS = 200


class ModelDefaults(BaseModel):
    """The values of a clip where a request leaves them out."""

    size: str
    frames: int
    fps: str
    steps: int
    guidance: tuple[float, float]
    """For low noise and for high noise."""
    shift: float
    solver: Solver
    negative_prompt: str


class ModelLimits(BaseModel):
    """What the model accepts: sizes in pixels, counts inclusive."""

    grid: int
    """Width and height are multiples of this."""
    temporal: int
    """Temporal compression of the VAE: frame counts are this times n, plus 1; 1 allows any count."""
    smallest: str
    largest: str
    most_frames: int
    most_steps: int
    most_prompt_characters: int


class ModelSource(BaseModel):
    """The repository on a hub that the model can be pulled from."""

    repository: str
    revision: str


class TaskReferences(BaseModel):
    """The references that one of a model's tasks takes."""

    task: Task
    needed: list[list[Role]]
    """One of each list is required."""
    optional: list[Role]


class ModelNeeds(BaseModel):
    """What the model's default clip takes on this machine when nothing else runs; memory and disk in bytes."""

    vram: int
    ram: int
    disk: int
    seconds: float
    download_bytes: int | None
    """Total size of a pull; known for an installed model, or once a pull has started."""


class Model(BaseModel):
    """A model, and what it accepts."""

    name: str
    title: str
    family: str
    licence: str
    licence_url: str | None
    licence_note: str | None
    installed: bool
    default: bool
    """Used for clips that name no model."""
    bytes: int | None
    """Size on this server's disk; null if it is not installed."""
    tasks: list[Task]
    accepts: list[Role]
    """The kinds of references it accepts."""
    references: list[TaskReferences]
    """The same for each task."""
    accuracies: list[Accuracy]
    experts: int
    guidance_pair: bool
    """Whether guidance may be a pair, for low and for high noise; else it is one number."""
    loras: bool
    enhances: bool
    """Whether prompts can be enhanced for it."""
    prompt_track: bool
    """Whether the prompt can change during a clip."""
    windows: bool
    """Whether a long clip can be made in overlapping windows."""
    quantisations: list[str]
    """The values that ``quantise`` may have."""
    presets: list[str]
    """Names of the presets whose values it accepts."""
    length_from_voice: bool
    """Whether a clip is as long as its voice, unless a shorter length is given."""
    shaped_by_picture: bool
    """Whether a clip takes its picture's aspect ratio if no size is given."""
    sizes: list[str]
    """Sizes it was trained at, in landscape, its default first; others may drift."""
    defaults: ModelDefaults
    limits: ModelLimits
    source: ModelSource | None
    fits: Fits | None
    """Whether its default clip fits this machine when nothing else runs: ``tight`` if it costs quality or weights are
    read from disk at every step; null if unknown."""
    needs: ModelNeeds | None
    warm_slots: list[str]
    """Slots that have it in memory."""
    pull_job: str | None
    """An unfinished job of the caller's that pulls or verifies it."""


class ModelList(BaseModel):
    items: list[Model]
    next_cursor: None = None


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """What slots and jobs say about models, by their names; read once for all models."""

    warm: Mapping[str, list[str]] = field(default_factory=dict[str, list[str]])
    pulls: Mapping[str, str] = field(default_factory=dict[str, str])
    totals: Mapping[str, int] = field(default_factory=dict[str, int])
    """Total bytes of unfinished pulls, as far as known."""

    @classmethod
    def now(cls, the: Service, asks: Caller) -> "Whereabouts":
        warm: dict[str, list[str]] = {}
        for slot in the.queue.slots():
            if slot["alive"] and slot["resident"]:
                warm.setdefault(slot["resident"], []).append(slot["name"])
        pulls: dict[str, str] = {}
        totals: dict[str, int] = {}
        page = the.queue.page(asks.sees, states=UNFINISHED, kind="pull", limit=_MOST_PULLS)
        for job in reversed(page.jobs):
            name = str(job.request.get("model"))
            pulls[name] = job.id
            if job.stage == "download" and job.step_count:
                totals[name] = job.step_count * _MEBIBYTE
        return cls(warm, pulls, totals)


def model_answers(specs: list[ModelSpec], the: Service, asks: Caller) -> list[Model]:
    """The answers for all models; plans, which are costly, are cached in ``the.standings``."""
    found, shelf, standings = Whereabouts.now(the, asks), the.settings.models, the.standings.of(specs)
    default = default_model(shelf)
    return [
        _model(spec, bytes_on_disk(spec, shelf), standings[spec.name], found, is_default=spec.name == default)
        for spec in specs
    ]


def _model(
    spec: ModelSpec, size: int | None, standing: Standing | None, found: Whereabouts, *, is_default: bool
) -> Model:
    return Model(
        name=spec.name,
        title=spec.title,
        family=spec.family,
        licence=spec.licence,
        licence_url=spec.licence_url or None,
        licence_note=spec.licence_note or None,
        installed=spec.folder is not None,
        default=is_default,
        bytes=size,
        tasks=list(spec.tasks),
        accepts=list(spec.accepts),
        references=[_references(spec, task) for task in spec.tasks],
        accuracies=list(spec.accuracies),
        experts=spec.experts,
        guidance_pair=spec.experts > 1,
        loras=spec.loras,
        enhances=spec.enhances,
        prompt_track=spec.prompt_track,
        windows=spec.windows,
        quantisations=list(QUANTISED),
        presets=[name for name in PRESETS if _takes(spec, name)],
        length_from_voice="s2v" in spec.tasks,
        shaped_by_picture=spec.shaped_by_picture,
        sizes=[str(each) for each in (spec.defaults.size, *spec.sizes)],
        defaults=_defaults(spec),
        limits=_limits(spec),
        source=None if spec.hub is None else ModelSource(repository=spec.hub.repository, revision=spec.hub.revision),
        fits=None if standing is None else standing.fits,
        needs=None if standing is None else _needs(standing, found.totals.get(spec.name) or size),
        warm_slots=found.warm.get(spec.name, []),
        pull_job=found.pulls.get(spec.name),
    )


def _references(spec: ModelSpec, task: Task) -> TaskReferences:
    given = roles(spec, task)
    return TaskReferences(task=task, needed=[list(group) for group in given.needed], optional=list(given.optional))


def _takes(spec: ModelSpec, preset: str) -> bool:
    """Whether a clip with the preset, and the LoRA that it may need, would be accepted."""
    values = PRESETS[preset]
    if (preset in DISTILLED and not spec.loras) or (values.segment_frames is not None and "s2v" not in spec.tasks):
        return False
    try:
        own_clip(spec, values)
    except BadInput:
        return False
    return True


def _needs(standing: Standing, download: int | None) -> ModelNeeds:
    needs = standing.plan.prediction
    return ModelNeeds(vram=needs.vram, ram=needs.ram, disk=needs.disk, seconds=needs.seconds, download_bytes=download)


def _defaults(spec: ModelSpec) -> ModelDefaults:
    own = spec.defaults
    return ModelDefaults(
        size=str(own.size),
        frames=own.frame_count,
        fps=str(own.frame_rate),
        steps=own.steps,
        guidance=own.guidance,
        shift=own.shift,
        solver=own.solver,
        negative_prompt=own.negative_prompt,
    )


def _limits(spec: ModelSpec) -> ModelLimits:
    own = spec.limits
    return ModelLimits(
        grid=own.grid,
        temporal=own.temporal,
        smallest=str(own.smallest),
        largest=str(own.largest),
        most_frames=own.most_frames,
        most_steps=own.most_steps,
        most_prompt_characters=own.most_prompt_characters,
    )
