"""Request bodies for jobs. A clip's values are checked against its model later, when its recipe is composed."""

from typing import Annotated, Any, Literal, cast

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    StrictFloat,
    StrictInt,
    StringConstraints,
    model_validator,
)

from artifex.catalog.prompt_track import MOST_MARKS
from artifex.recipe import Accuracy, Solver

MOST_SEED = 2**53 - 1
"""The largest integer that every JSON reader keeps exactly."""
MOST_SEEDS = 1000
MOST_LORAS = 16

Id = Annotated[str, StringConstraints(pattern="^[0-9a-f]{32}$")]
Number = StrictInt | StrictFloat
Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Text = Annotated[str, StringConstraints(max_length=40_000)]
CallbackUrl = Annotated[str, StringConstraints(max_length=2000)]
Slot = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$")]
Priority = Annotated[StrictInt, Field(ge=-100, le=100)]
Moment = Annotated[Number, Field(ge=0, le=4e9)]
"""Seconds since 1970."""
Window = Annotated[str, StringConstraints(pattern=r"^[0-2]\d:[0-5]\d-[0-2]\d:[0-5]\d$")]
Rate = Annotated[str, StringConstraints(max_length=40)] | Number


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Scheduling(_Strict):
    """When and where a job may run, and who is told."""

    priority: Priority = 0
    """Among the caller's own jobs."""
    run_at: Moment | None = None
    """Not before this time, in seconds since 1970."""
    window: Window | None = None
    """Start only between these times of day, by the server's clock, like ``22:00-06:00``."""
    only_on_ac: StrictBool = False
    slot: Slot | None = None
    needs: Annotated[list[Id], Field(max_length=100)] = []
    """Jobs that must succeed first."""
    expires_at: Moment | None = None
    """Do not start after this time."""
    callback_url: CallbackUrl | None = None
    """Gets a webhook when the job is over."""


class References(_Strict):
    """Assets that a clip is made from."""

    image: Id | None = None
    """A picture to start from, or to show."""
    last_image: Id | None = None
    video: Id | None = None
    """A clip to continue."""
    audio: Id | None = None
    """A voice."""
    pose: Id | None = None


class LoraChoice(_Strict):
    """One LoRA; either one strength, or one for each expert."""

    asset: Id
    strength: Number | None = None
    strength_low: Number | None = None
    strength_high: Number | None = None


class PromptMark(_Strict):
    """A prompt that takes over at a frame or a second of the clip."""

    frame: Annotated[StrictInt, Field(ge=0, le=10**6)] | None = None
    seconds: Annotated[Number, Field(ge=0, le=10**6)] | None = None
    """Instead of ``frame``."""
    prompt: Text
    crossfade: Annotated[StrictInt, Field(ge=0, le=10**6)] = 0
    """Frames over which the prompts are blended."""


class Clip(_Strict):
    """The clip to make. Everything but a prompt (or a recipe to start from) may be left out."""

    prompt: Text | None = None
    prompt_track: Annotated[list[PromptMark], Field(max_length=MOST_MARKS)] | None = None
    """Prompts that take over from ``prompt`` while the clip plays, in order; an empty list for none."""
    window_frames: Annotated[StrictInt, Field(ge=0)] | None = None
    """Frames of a long clip that the model sees at once, in overlapping windows; 0 for all."""
    negative_prompt: Text | None = None
    model: Name | None = None
    size: Annotated[str, StringConstraints(max_length=40)] | None = None
    """``WIDTHxHEIGHT`` in pixels; or give ``width`` and ``height``."""
    width: StrictInt | None = None
    height: StrictInt | None = None
    area: Annotated[str, StringConstraints(max_length=40)] | None = None
    """Like ``832x480``: this many pixels, in the picture's own aspect ratio."""
    frames: StrictInt | None = None
    seconds: Number | None = None
    fps: Rate | None = None
    """A rate like 16 or ``24000/1001``."""
    steps: StrictInt | None = None
    guidance: Number | tuple[Number, Number] | None = None
    """One scale, or [low noise, high noise] for models with two experts."""
    shift: Number | None = None
    solver: Solver | None = None
    seed: Annotated[StrictInt, Field(ge=0, le=MOST_SEED)] | None = None
    accuracy: Accuracy | None = None
    step_cache: Number | tuple[Number, Number] | None = None
    """Change of the velocity below which a step is skipped, or [low noise, high noise]; 0 computes every step."""
    guidance_until: Number | None = None
    """Share of the steps with classifier-free guidance, above 0 up to 1; the others use the prompt alone."""
    attention_density: Number | None = None
    """Share of the clip that each part of it attends to in most steps, above 0 up to 1; 1 is full attention."""
    quantise: Name | None = None
    motion: Number | None = None
    preset: Name | None = None
    quality: Name | None = None
    style: Id | None = None
    enhance: StrictBool = False
    references: References = References()
    loras: Annotated[list[LoraChoice], Field(max_length=MOST_LORAS)] | None = None
    recipe: dict[str, Any] | None = None
    """A whole recipe to start from; the other fields override it."""
    remix_of: Id | None = None
    """A job whose recipe to start from."""
    start_from_picture: StrictBool = False
    compat: StrictBool = False


class GenerateRequest(Clip, Scheduling):
    """A clip, or one for each of several seeds."""

    kind: Literal["generate"]
    seeds: Annotated[StrictInt, Field(ge=1, le=MOST_SEEDS)] = 1
    """The number of clips, with consecutive seeds."""
    draft_steps: Annotated[StrictInt, Field(ge=1)] | None = None
    """Stop after this many steps and keep the latents; the draft can be promoted or discarded."""
    codec: Literal["h264", "hevc", "av1", "ffv1"] = "h264"


class ProxyRequest(Scheduling):
    """A small version of a clip that is quick to seek in."""

    kind: Literal["proxy"]
    asset: Id


class UpscaleRequest(Scheduling):
    """A clip enlarged."""

    kind: Literal["upscale"]
    asset: Id
    scale: Annotated[StrictInt, Field(ge=2, le=4)] | None = None
    """Factor of each side; 2 where no resolution is given either."""
    resolution: Literal["1080p", "1440p", "2160p", "4320p"] | None = None
    """Size of the shorter side, instead of a scale."""
    upscaler: Id | None = None
    """An upscaling network of the library; without one, pixels are interpolated."""


class FilterRequest(Scheduling):
    """A clip processed by the given stages (at least one), in the order of the fields."""

    kind: Literal["filter"]
    asset: Id
    denoise: Annotated[Number, Field(ge=0, le=1)] | None = None
    """Strength of the noise reduction."""
    deflicker: Annotated[StrictInt, Field(ge=2, le=33)] | None = None
    """Frames over which the brightness is evened out."""
    hold_colour: Annotated[Number, Field(ge=0, le=1)] | None = None
    """Share of the colour drift that is removed; 1: all of it."""
    frame_rate: Rate | None = None
    """Interpolate frames up to this rate, at most 240."""
    sharpen: Annotated[Number, Field(ge=0, le=2)] | None = None


class Cut(_Strict):
    """``frames`` frames of the film from the clip's frame ``start`` on."""

    asset: Id
    start: Annotated[StrictInt, Field(ge=0, le=10**7)] = 0
    frames: Annotated[StrictInt, Field(ge=1, le=10**6)]


class RenderRequest(Scheduling):
    """Clips one after another, with hard cuts."""

    kind: Literal["render"]
    clips: Annotated[list[Cut], Field(min_length=1, max_length=1000)]
    width: Annotated[StrictInt, Field(ge=16, le=8192, multiple_of=2)]
    height: Annotated[StrictInt, Field(ge=16, le=8192, multiple_of=2)]
    frame_rate: Rate = "24"


class PullRequest(Scheduling):
    """A model fetched from its hub, or repaired. For administrators."""

    kind: Literal["pull"]
    model: Name
    update: StrictBool = False


JobRequest = Annotated[
    GenerateRequest | ProxyRequest | UpscaleRequest | FilterRequest | RenderRequest | PullRequest,
    Field(discriminator="kind"),
]


class EstimateRequest(Clip):
    """The clip to estimate. The body of a job may be sent as it is; what is not about the clip itself is not used."""

    kind: Literal["generate"] | None = None

    @model_validator(mode="before")
    @classmethod
    def _without_what_only_jobs_have(cls, body: Any) -> Any:
        if not isinstance(body, dict):
            return body
        only_jobs = GenerateRequest.model_fields.keys() - cls.model_fields.keys()
        return {name: value for name, value in cast("dict[str, Any]", body).items() if name not in only_jobs}


class JobChanges(_Strict):
    """Changes to a waiting job; absent fields stay as they are."""

    clip: Clip | None = None
    """Changed fields of the clip; absent ones stay, too."""
    priority: Priority | None = None
    before: Id | None = None
    """Move it before this job of the same owner."""
    run_at: Moment | None = None
    window: Window | None = None
    only_on_ac: StrictBool | None = None
    slot: Slot | None = None


class Promotion(_Strict):
    stop_at_step: Annotated[StrictInt, Field(ge=1)] | None = None
    """The step to stop at again; absent: make all steps."""
