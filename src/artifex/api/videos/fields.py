"""The fields of a video request: OpenAI's, and further ones as in vLLM-Omni."""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

from starlette.datastructures import UploadFile

from artifex.api.job_requests import MOST_SEED
from artifex.api.videos.about import about
from artifex.errors import BadField
from artifex.units import PixelSize

SORA = frozenset({"sora-2", "sora-2-pro"})
"""OpenAI's model names, which mean the default model here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A reference, as exactly one of: an uploaded file, a URL (also ``data:``), an asset or video of this studio."""

    field: str
    """Its name as it was sent."""
    upload: UploadFile | None = None
    url: str | None = None
    file_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LoraField:
    asset: str
    scale: float


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoFields:
    """A request's fields, with their types checked; None where a field is absent."""

    prompt: str
    model: str | None = None
    size: PixelSize | None = None
    seconds: int | None = None
    num_frames: int | None = None
    fps: str | None = None
    negative_prompt: str | None = None
    steps: int | None = None
    guidance: float | None = None
    """Guidance scale of the high-noise expert, or of the only one."""
    guidance_low: float | None = None
    shift: float | None = None
    seed: int | None = None
    image: Given | None = None
    video: Given | None = None
    loras: tuple[LoraField, ...] = ()
    callback_url: str | None = None
    warnings: tuple[str, ...] = ()


def read_fields(body: Mapping[str, Any]) -> VideoFields:
    """Read the body of a request. Raises BadField with the field's name.

    Unknown fields are ignored with a warning, since such clients also send fields of other servers.
    """
    take = Taker(body)
    fields = VideoFields(
        prompt=take.prompt(),
        model=take.text("model") or None,
        size=_size(take),
        seconds=_seconds(take),
        num_frames=take.whole("num_frames"),
        fps=take.text("fps"),
        negative_prompt=take.text("negative_prompt"),
        steps=take.whole("num_inference_steps"),
        guidance=take.number("guidance_scale"),
        guidance_low=take.number("guidance_scale_2"),
        shift=take.number("flow_shift"),
        seed=take.whole("seed", most=MOST_SEED),
        image=_image(take),
        video=given(take, "video_reference", "video_url"),
        loras=_loras(take),
        callback_url=take.text("callback_url"),
    )
    _refuse_what_no_model_does(take)
    take.text("user")
    return _with_warnings(fields, take)


class Taker:
    """Takes fields out of a body by name and type; numbers may come as text, as in forms."""

    def __init__(self, body: Mapping[str, Any]) -> None:
        self._left = {name: value for name, value in body.items() if value is not None}

    @property
    def left(self) -> list[str]:
        """Names of the fields that were not taken."""
        return sorted(self._left)

    def any(self, name: str) -> Any:
        return self._left.pop(name, None)

    def text(self, name: str) -> str | None:
        value = self.any(name)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return str(value)
        if value is not None and not isinstance(value, str):
            raise BadField(name, f"{name} must be text.")
        return value

    def prompt(self) -> str:
        value = self.any("prompt")
        if value is None:
            raise BadField("prompt", "No prompt was given; say what the video should show.")
        if not isinstance(value, str):
            raise BadField("prompt", "prompt must be text.")
        return value

    def whole(self, name: str, most: int = 2**31) -> int | None:
        """An integer from 0 to ``most``, in ASCII digits only: ``5.5`` and ``1e9`` are refused. Raises BadField."""
        value = self.text(name)
        if value is None:
            return None
        if re.fullmatch(r"[0-9]{1,19}", value) is None or int(value) > most:
            raise BadField(name, f"{name} is {value!r:.40}; give a whole number from 0 to {most}.")
        return int(value)

    def number(self, name: str) -> float | None:
        value = self.text(name)
        if value is None:
            return None
        if re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]{1,20})?(e-?[0-9]{1,2})?", value) is None or not math.isfinite(
            float(value)
        ):
            raise BadField(name, f"{name} is {value!r:.40}; give a number.")
        return float(value)

    def flag(self, name: str) -> bool:
        value = self.any(name)
        if value not in (None, True, False, "true", "false", "0", "1", ""):
            raise BadField(name, f"{name} must be true or false.")
        return value in (True, "true", "1")

    def nested(self, name: str) -> Any:
        """A value that may be JSON as text, which is parsed. Raises BadField."""
        value = self.any(name)
        if not isinstance(value, str) or not value.lstrip().startswith(("{", "[")):
            return value
        try:
            return json.loads(value)
        except (ValueError, RecursionError) as error:
            raise BadField(name, f"{name} looks like JSON but is none.") from error


def given(take: Taker, name: str, url_name: str) -> Given | None:
    """A file, a URL as text, or an object with a URL or an id."""
    value = take.nested(name)
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return Given(field=name, url=value)
    if isinstance(value, UploadFile):
        return Given(field=name, upload=value)
    if not isinstance(value, dict):
        raise BadField(name, f"{name} is neither a file nor an object.")
    inner = Taker(cast("dict[str, Any]", value))
    url, file_id = inner.text(url_name), inner.text("file_id") or inner.text("id")
    if (url is None) == (file_id is None) or inner.left:
        raise BadField(name, f"Give {name} as a file, or as an object with either {url_name} or file_id.")
    return Given(field=name, url=url, file_id=file_id)


def _image(take: Taker) -> Given | None:
    one, other = (given(take, name, "image_url") for name in ("input_reference", "image_reference"))
    if one and other:
        raise BadField("image_reference", "Both input_reference and image_reference were given; choose one.")
    return one or other


def _size(take: Taker) -> PixelSize | None:
    text, width, height = take.text("size"), take.whole("width"), take.whole("height")
    if (width is None) != (height is None):
        raise BadField("height" if height is None else "width", "Give width and height together, or size.")
    sides = None if width is None or height is None else PixelSize(width, height)
    if text is None:
        return sides
    if re.fullmatch(r"[0-9]{1,6}x[0-9]{1,6}", text) is None:
        raise BadField("size", f"Size {text!r:.40} is not understood; write it as WIDTHxHEIGHT, like 1280x720.")
    with about("size"):
        size = PixelSize.parse(text)
    if sides is not None and sides != size:
        raise BadField("size", f"size says {size}, width and height say {sides}; give one of them.")
    return size


def _seconds(take: Taker) -> int | None:
    seconds = take.whole("seconds", most=3600)
    if seconds == 0:
        raise BadField("seconds", "A video of 0 seconds cannot be made; give 1 or more.")
    return seconds


def _loras(take: Taker) -> tuple[LoraField, ...]:
    one, many = take.nested("lora"), take.nested("loras")
    if one is not None and many is not None:
        raise BadField("lora", "Both lora and loras were given; choose one.")
    items: object = many if many is not None else [] if one is None else [one]
    if not isinstance(items, list) or len(cast("list[object]", items)) > 8:
        raise BadField("loras", "Give loras as a list of at most 8 objects.")
    return tuple(_lora(item) for item in cast("list[object]", items))


def _lora(item: object) -> LoraField:
    if not isinstance(item, dict):
        raise BadField("lora", 'A LoRA is an object like {"id": "...", "scale": 1}.')
    take = Taker(cast("dict[str, Any]", item))
    asset, scale = take.text("id") or take.text("file_id") or take.text("asset"), take.number("scale")
    if asset is None or set(take.left) - {"name"}:
        raise BadField("lora", "Name a LoRA by the id of one that was uploaded; paths of this server are not taken.")
    return LoraField(asset=asset, scale=1.0 if scale is None else scale)


def _refuse_what_no_model_does(take: Taker) -> None:
    if take.text("boundary_ratio") is not None:
        raise BadField("boundary_ratio", "The model's own boundary between its experts is used; leave it out.")
    if take.flag("generate_sound"):
        raise BadField("generate_sound", "No model here makes sound; leave generate_sound out.")


def _with_warnings(fields: VideoFields, take: Taker) -> VideoFields:
    extra: object = take.nested("extra_params")
    inner = [f"extra_params.{name}" for name in cast("dict[str, Any]", extra)] if isinstance(extra, dict) else []
    warnings = [f"{name:.60} is not used here and was ignored." for name in (*take.left, *inner)]
    if fields.num_frames is not None and fields.seconds is not None:
        warnings.append("seconds was ignored, for num_frames says how long the video is.")
    return replace(fields, warnings=tuple(warnings[:20]))
