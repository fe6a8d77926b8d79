"""Models as they are told of: what each is, what can be asked of it, and how it stands on this machine."""

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
    """What a clip takes that says nothing else."""

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
    """Frame counts are this times n, plus 1; any count where it is 1."""
    smallest: str
    largest: str
    most_frames: int
    most_steps: int
    most_prompt_characters: int


class ModelSource(BaseModel):
    """The repository of a hub that it can be pulled from."""

    repository: str
    revision: str


class TaskReferences(BaseModel):
    """What one of its tasks looks at or listens to."""

    task: Task
    needed: list[list[Role]]
    """Of each list one."""
    optional: list[Role]


class ModelNeeds(BaseModel):
    """What its own clip takes on this machine by itself; memory and disk in bytes."""

    vram: int
    ram: int
    disk: int
    seconds: float
    download_bytes: int | None
    """What a pull brings in all, as far as it is known: of an installed model, or from a pull that was begun."""


class Model(BaseModel):
    """A model, and what can be asked of it."""

    name: str
    title: str
    family: str
    licence: str
    licence_url: str | None
    licence_note: str | None
    installed: bool
    default: bool
    """Taken for clips that name none."""
    bytes: int | None
    """On this server's disk; null for what is not installed."""
    tasks: list[Task]
    accepts: list[Role]
    """The kinds of reference it looks at."""
    references: list[TaskReferences]
    """The same for each task."""
    accuracies: list[Accuracy]
    experts: int
    guidance_pair: bool
    """Guidance may be a pair, for low noise and for high noise; else it is one number."""
    loras: bool
    enhances: bool
    """Prompts can be enhanced for it."""
    prompt_track: bool
    """Its prompt can change while a clip plays."""
    windows: bool
    """A long clip can be made in windows that overlap."""
    quantisations: list[str]
    """What ``quantise`` may say."""
    presets: list[str]
    """Names of presets whose values it takes."""
    length_from_voice: bool
    """A clip is as long as its voice, unless it is to be shorter."""
    shaped_by_picture: bool
    """A clip takes the shape of its picture where nobody asks for a size."""
    sizes: list[str]
    """Those it was trained at, as wide pictures, its default first; others may drift."""
    defaults: ModelDefaults
    limits: ModelLimits
    source: ModelSource | None
    fits: Fits | None
    """Whether its own clip fits this machine when nothing else runs: ``tight`` where quality has to give way or weights
    are read from disk at every step; null where it cannot be told."""
    needs: ModelNeeds | None
    warm_slots: list[str]
    """Slots that have it in memory."""
    pull_job: str | None
    """A job of the caller's that fetches or checks it and is not over."""


class ModelList(BaseModel):
    items: list[Model]
    next_cursor: None = None


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """What slots and jobs say of models, read once for all of them; by the model's name."""

    warm: Mapping[str, list[str]] = field(default_factory=dict[str, list[str]])
    pulls: Mapping[str, str] = field(default_factory=dict[str, str])
    totals: Mapping[str, int] = field(default_factory=dict[str, int])
    """Bytes that pulls said they bring."""

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
    """What is costly about each is remembered by the service."""
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
