"""The capabilities of models, in OpenRouter's form."""

from collections.abc import Iterator
from math import floor, gcd
from pathlib import Path
from typing import Literal

from pydantic import BaseModel

from artifex.catalog.registry import models
from artifex.catalog.spec import ModelSpec
from artifex.errors import NotFound
from artifex.units import PixelSize

_COMMON_SIZES = (
    PixelSize(256, 256),
    PixelSize(512, 512),
    PixelSize(832, 480),
    PixelSize(480, 832),
    PixelSize(1280, 704),
    PixelSize(704, 1280),
    PixelSize(1280, 720),
    PixelSize(720, 1280),
    PixelSize(1024, 1792),
    PixelSize(1792, 1024),
)
_PASSED_ON = (
    *("width", "height", "fps", "num_frames", "negative_prompt", "num_inference_steps"),
    *("guidance_scale", "guidance_scale_2", "flow_shift", "callback_url"),
)


class VideoModel(BaseModel):
    """Sizes are examples: all multiples of ``size_step`` from ``smallest_size`` to ``largest_size`` are supported."""

    id: str
    name: str
    installed: bool
    supported_sizes: list[str]
    smallest_size: str
    largest_size: str
    size_step: int
    supported_resolutions: list[str]
    supported_aspect_ratios: list[str]
    supported_durations: list[int]
    """Whole seconds, at the model's own frame rate."""
    supported_frame_images: list[Literal["first_frame", "last_frame"]]
    generate_audio: Literal[False] = False
    seed: Literal[True] = True
    pricing_skus: dict[str, str] = {}
    """Empty: making videos here costs nothing."""
    allowed_passthrough_parameters: list[str]


class VideoModelList(BaseModel):
    data: list[VideoModel]


class ModelEntry(BaseModel):
    id: str
    object: Literal["model"] = "model"
    created: int = 0
    owned_by: str


class OpenAIModels(BaseModel):
    object: Literal["list"] = "list"
    data: list[ModelEntry]


def capabilities(shelf: Path) -> VideoModelList:
    """All models, installed or not."""
    return VideoModelList(data=[_video_model(spec) for spec in models(shelf).values()])


def model_list(shelf: Path) -> OpenAIModels:
    """The installed models, as OpenAI lists models."""
    installed = [spec for spec in models(shelf).values() if spec.folder is not None]
    return OpenAIModels(data=[ModelEntry(id=spec.name, owned_by=spec.family) for spec in installed])


def model_entry(name: str, shelf: Path) -> ModelEntry:
    """Raises NotFound unless it is installed."""
    found = next((entry for entry in model_list(shelf).data if entry.id == name), None)
    if found is None:
        raise NotFound(f"There is no installed model {name[:60]!r}; GET /v1/models lists those that are.")
    return found


def _video_model(spec: ModelSpec) -> VideoModel:
    sizes = list(_sizes(spec))
    longest = floor((spec.limits.most_frames - 1) / spec.defaults.frame_rate)
    passed = [*_PASSED_ON, *(["lora", "loras"] if spec.hub is not None else [])]
    return VideoModel(
        id=spec.name,
        name=spec.title,
        installed=spec.folder is not None,
        supported_sizes=[str(size) for size in sizes],
        smallest_size=str(spec.limits.smallest),
        largest_size=str(spec.limits.largest),
        size_step=spec.limits.grid,
        supported_resolutions=_unique(f"{min(size.width, size.height)}p" for size in sizes),
        supported_aspect_ratios=_unique(_ratio(size) for size in sizes),
        supported_durations=list(range(1, longest + 1)),
        supported_frame_images=[*_frame_images(spec)],
        allowed_passthrough_parameters=passed,
    )


def _sizes(spec: ModelSpec) -> Iterator[PixelSize]:
    low, high, grid = spec.limits.smallest, spec.limits.largest, spec.limits.grid
    yield spec.defaults.size
    for size in _COMMON_SIZES:
        fits = low.width <= size.width <= high.width and low.height <= size.height <= high.height
        if fits and size.width % grid == size.height % grid == 0 and size != spec.defaults.size:
            yield size


def _frame_images(spec: ModelSpec) -> Iterator[Literal["first_frame", "last_frame"]]:
    if "image" in spec.accepts:
        yield "first_frame"
    if "last_image" in spec.accepts:
        yield "last_frame"


def _ratio(size: PixelSize) -> str:
    common = gcd(size.width, size.height)
    return f"{size.width // common}:{size.height // common}"


def _unique(words: Iterator[str]) -> list[str]:
    return list(dict.fromkeys(words))
