"""The recipe: everything that determines a clip, as immutable data with a canonical form and a hash.

Two recipes with the same hash give the same clip, bit for bit, on the same machine. The canonical form is JSON with
sorted keys, no white space, exact fractions as text and characters not escaped to ASCII (in the spirit of RFC 8785;
numbers are those that Python's ``json`` writes, which round-trip).
"""

import hashlib
import json
import math
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields, replace
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Literal, cast, get_args

from artifex.errors import BadRecipe
from artifex.units import parse_fraction

Task = Literal["t2v", "i2v", "s2v"]
Solver = Literal["unipc", "dpm++", "euler"]
Accuracy = Literal["exact", "high", "fast"]
Role = Literal["image", "last_image", "video", "audio", "pose"]
"""``video`` is a clip to continue: its last frames are the first of the new one."""

FORMAT = 1
_LATER = (
    *("speech", "written_prompt", "rungs", "prompt_track", "window_frames", "step_cache", "guidance_until"),
    "attention_density",
)
"""Fields that the first recipes did not have, left out of the data at their defaults."""
MAX_SEED = 2**63 - 1
_MOST_DRAWN_SEED = 2**31


@dataclass(frozen=True, slots=True)
class ModelLock:
    """A model by name, and (relative path, SHA-256) of each of its files."""

    name: str
    files: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Reference:
    """A picture, sound or clip that the recipe uses, by its role and the SHA-256 of its content."""

    role: Role
    sha256: str


@dataclass(frozen=True, slots=True)
class Lora:
    """A LoRA by name and sha256, with its strength on each expert (equal where there is one)."""

    name: str
    sha256: str
    strength_low: float
    strength_high: float


@dataclass(frozen=True, slots=True)
class Speech:
    """How a speech-driven clip is divided into segments, each of which continues the last."""

    segment_frames: int = 80
    start_from_picture: bool = False
    """Whether the clip starts from the picture, instead of using it only as a reference for appearance."""
    compat: bool = False
    """As the authors' program does it: the first three frames are missing, so the picture runs ahead of the sound."""


@dataclass(frozen=True, slots=True)
class PromptMark:
    """From ``frame`` of the clip on, ``prompt`` takes over, cross-fading over ``crossfade`` frames."""

    frame: int
    prompt: str
    crossfade: int = 0


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything that determines a clip. Sizes in pixels, rates in frames per second.

    ``guidance`` is the scale (low noise, high noise); models with one expert use equal values.
    """

    model: ModelLock
    task: Task
    prompt: str
    negative_prompt: str
    width: int
    height: int
    frame_count: int
    frame_rate: Fraction
    steps: int
    solver: Solver
    shift: float
    guidance: tuple[float, float]
    seed: int
    accuracy: Accuracy = "exact"
    references: tuple[Reference, ...] = ()
    loras: tuple[Lora, ...] = ()
    speech: Speech | None = None
    written_prompt: str = ""
    """The author's prompt, where ``prompt`` is an enhanced form of it."""
    rungs: tuple[str, ...] = ()
    """Fallbacks used to save memory (``tile-48``, ``int8``, ...), in order; making the clip again starts with them."""
    prompt_track: tuple[PromptMark, ...] = ()
    """Prompts that take over from ``prompt`` during the clip, in order."""
    window_frames: int = 0
    """Frames that the model sees at once, in overlapping windows; 0 is the whole clip."""
    step_cache: tuple[float, float] = (0.0, 0.0)
    """Relative change of the velocity below which a step reuses the last one (low noise, high noise); 0 reuses none."""
    guidance_until: float = 1.0
    """Share of the steps, from the first on, that are guided; the others run without guidance."""
    attention_density: float = 1.0
    """Share of a clip that each part of it attends to, where attention skips what matters least; 1 is all."""

    def to_data(self) -> dict[str, Any]:
        """Plain JSON data, with the format's number first; fields of later versions only where not at their default."""
        data: dict[str, Any] = {each.name: getattr(self, each.name) for each in fields(self)}
        data["references"] = [asdict(reference) for reference in self.references]
        data["loras"] = [asdict(lora) for lora in self.loras]
        data["speech"] = asdict(self.speech) if self.speech else None
        data["prompt_track"] = [asdict(mark) for mark in self.prompt_track]
        for each in fields(self):
            if each.name in _LATER and getattr(self, each.name) == each.default:
                del data[each.name]
        data["model"] = {"name": self.model.name, "files": dict(self.model.files)}
        data["frame_rate"] = str(self.frame_rate)
        return {"format": FORMAT, **data}

    def canonical(self) -> str:
        return json.dumps(self.to_data(), sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    @property
    def sha256(self) -> str:
        """Hex digest of the canonical form."""
        return hashlib.sha256(self.canonical().encode()).hexdigest()

    @property
    def identity(self) -> str:
        """The hash without ``rungs``: checkpoints belong to it, so they stay valid when a fallback is added."""
        return replace(self, rungs=()).sha256

    def with_seed(self, seed: int) -> "Recipe":
        return replace(self, seed=seed)

    def reference(self, role: Role) -> Reference | None:
        return next((reference for reference in self.references if reference.role == role), None)

    @property
    def seconds(self) -> Fraction:
        """Playing time."""
        return self.frame_count / self.frame_rate

    @property
    def guided_steps(self) -> int:
        """How many steps are guided, by ``guidance_until``: at least one."""
        return max(1, round(self.guidance_until * self.steps))

    @property
    def saves_steps(self) -> bool:
        """Whether some passes of the network are skipped."""
        return self.step_cache != (0.0, 0.0) or self.guidance_until < 1


_PARTS: Mapping[str, type] = MappingProxyType(
    {"model": ModelLock, "speech": Speech, "references": Reference, "loras": Lora, "prompt_track": PromptMark}
)
"""The fields of a recipe that hold objects with fields of their own, alone or in a list."""


def draw_seed() -> int:
    """A random seed, for requests without one."""
    return secrets.randbelow(_MOST_DRAWN_SEED)


def parse_recipe(text: str) -> Recipe:
    """Read a recipe from untrusted JSON.

    Raises BadRecipe, naming the first field that is missing, unknown or of the wrong type. Whether a model can serve
    the values is checked against its spec.
    """
    try:
        data = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise BadRecipe("The recipe is not valid JSON; use the one a clip carries.") from error
    if not isinstance(data, dict):
        raise BadRecipe("The recipe is not a JSON object; use the one a clip carries.")
    return parse_recipe_data(cast("dict[str, Any]", data))


def parse_recipe_data(data: Mapping[str, Any]) -> Recipe:
    """The same from parsed JSON. Raises BadRecipe."""
    return _Fields(data).recipe()


def unknown_field(data: Mapping[str, Any]) -> str | None:
    """The first field in a part of a recipe that no recipe has, like ``speech.lips``; None if there is none."""
    return next(_unknown(data, Recipe, ""), None)


def _unknown(data: Mapping[str, Any], kind: type, where: str) -> Iterator[str]:
    known = {each.name for each in fields(kind)} | ({"format"} if kind is Recipe else set[str]())
    for name, value in data.items():
        if name not in known:
            yield f"{where}{name}"
        elif name in _PARTS:
            for part in cast("list[object]", value) if isinstance(value, list) else [value]:
                if isinstance(part, dict):
                    yield from _unknown(cast("dict[str, Any]", part), _PARTS[name], f"{where}{name}.")


def _no_constant(name: str) -> float:
    raise ValueError(name)


class _Fields:
    """Takes typed fields from untrusted JSON, one by one."""

    def __init__(self, data: Mapping[str, Any], where: str = "") -> None:
        self._left = dict(data)
        self._where = where

    def recipe(self) -> Recipe:
        form = self.whole("format")
        if form != FORMAT:
            raise BadRecipe(f"The recipe has format {form}, this program reads format {FORMAT}; update Artifex.")
        model = _Fields(self.take("model", dict), "model.")
        low, high = self.pair("guidance")
        recipe = Recipe(
            model=ModelLock(model.text("name"), _hashes(model.take("files", dict))),
            task=self.one_of("task", get_args(Task)),
            prompt=self.text("prompt"),
            negative_prompt=self.text("negative_prompt"),
            width=self.whole("width"),
            height=self.whole("height"),
            frame_count=self.whole("frame_count"),
            frame_rate=self.fraction("frame_rate"),
            steps=self.whole("steps"),
            solver=self.one_of("solver", get_args(Solver)),
            shift=self.number("shift"),
            guidance=(low, high),
            seed=self.whole("seed"),
            accuracy=self.one_of("accuracy", get_args(Accuracy)),
            references=tuple(_reference(item) for item in self.take("references", list)),
            loras=tuple(_lora(item) for item in self.take("loras", list)),
            speech=_speech(self.take("speech", dict)) if "speech" in self._left else None,
            written_prompt=self.text("written_prompt") if "written_prompt" in self._left else "",
            rungs=_words(self.take("rungs", list)) if "rungs" in self._left else (),
            prompt_track=_track(self.take("prompt_track", list)) if "prompt_track" in self._left else (),
            window_frames=self.whole("window_frames") if "window_frames" in self._left else 0,
            step_cache=self.pair("step_cache") if "step_cache" in self._left else (0.0, 0.0),
            guidance_until=self.number("guidance_until") if "guidance_until" in self._left else 1.0,
            attention_density=self.number("attention_density") if "attention_density" in self._left else 1.0,
        )
        self.finish()
        return recipe

    def take(self, name: str, kind: type) -> Any:
        if name not in self._left:
            raise BadRecipe(f"The recipe lacks {self._where}{name}; it is cut or from another program.")
        value = self._left.pop(name)
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise BadRecipe(f"The recipe's {self._where}{name} has the wrong type; use the one a clip carries.")
        return value

    def text(self, name: str) -> str:
        value: str = self.take(name, str)
        try:
            value.encode()
        except UnicodeEncodeError as error:
            raise BadRecipe(f"The recipe's {self._where}{name} is not valid Unicode.") from error
        return value

    def whole(self, name: str) -> int:
        value: int = self.take(name, int)
        if abs(value) > MAX_SEED:
            raise BadRecipe(f"The recipe's {self._where}{name} is larger than any number it can be.")
        return value

    def number(self, name: str) -> float:
        value = self.take(name, object)
        return self._number(name, value)

    def pair(self, name: str) -> tuple[float, float]:
        values = self.take(name, list)
        if len(values) != 2:
            raise BadRecipe(f"The recipe's {self._where}{name} is not a pair of numbers.")
        return self._number(name, values[0]), self._number(name, values[1])

    def _number(self, name: str, value: object) -> float:
        if isinstance(value, int) and not isinstance(value, bool) and abs(value) <= MAX_SEED:
            return float(value)
        if not isinstance(value, float) or not math.isfinite(value):
            raise BadRecipe(f"The recipe's {self._where}{name} is not a number.")
        return value

    def fraction(self, name: str) -> Fraction:
        text = self.text(name)
        try:
            rate = parse_fraction(text)
        except (ValueError, ZeroDivisionError) as error:
            raise BadRecipe(f"The recipe's {self._where}{name} is not a fraction like 24000/1001.") from error
        if rate <= 0:
            raise BadRecipe(f"The recipe's {self._where}{name} is not above 0.")
        return rate

    def one_of(self, name: str, choices: tuple[Any, ...]) -> Any:
        value = self.text(name)
        if value not in choices:
            raise BadRecipe(f"The recipe's {self._where}{name} is {value[:40]!r}, none of {', '.join(choices)}.")
        return value

    def sha256(self, name: str) -> str:
        value = self.text(name)
        if not _is_sha256(value):
            raise BadRecipe(f"The recipe's {self._where}{name} is not a sha256.")
        return value

    def finish(self) -> None:
        if self._left:
            name = str(next(iter(self._left)))[:40]
            raise BadRecipe(f"The recipe has an unknown field {self._where}{name!r}; update Artifex.")


def _is_sha256(text: object) -> bool:
    return isinstance(text, str) and len(text) == 64 and set(text) <= set("0123456789abcdef")


def _hashes(files: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    for name, digest in files.items():
        if not _is_sha256(digest):
            raise BadRecipe(f"The recipe's hash of {name[:60]!r} is not a sha256.")
    return tuple(sorted(files.items()))


def _reference(item: object) -> Reference:
    fields = _Fields(_object(item, "references"), "references.")
    reference = Reference(fields.one_of("role", get_args(Role)), fields.sha256("sha256"))
    fields.finish()
    return reference


def _lora(item: object) -> Lora:
    fields = _Fields(_object(item, "loras"), "loras.")
    lora = Lora(
        fields.text("name"), fields.sha256("sha256"), fields.number("strength_low"), fields.number("strength_high")
    )
    fields.finish()
    return lora


def _speech(data: dict[str, Any]) -> Speech:
    fields = _Fields(data, "speech.")
    speech = Speech(
        fields.whole("segment_frames"), fields.take("start_from_picture", bool), fields.take("compat", bool)
    )
    fields.finish()
    return speech


def _track(items: list[object]) -> tuple[PromptMark, ...]:
    return tuple(_mark(item) for item in items)


def _mark(item: object) -> PromptMark:
    fields = _Fields(_object(item, "prompt_track"), "prompt_track.")
    mark = PromptMark(fields.whole("frame"), fields.text("prompt"), fields.whole("crossfade"))
    fields.finish()
    return mark


def _words(items: list[object]) -> tuple[str, ...]:
    if not all(isinstance(item, str) for item in items):
        raise BadRecipe("The recipe's rungs holds something that is not a word; use the one a clip carries.")
    return tuple(cast("list[str]", items))


def _object(item: object, name: str) -> dict[str, Any]:
    if not isinstance(item, dict):
        raise BadRecipe(f"The recipe's {name} holds something that is not an object.")
    return cast("dict[str, Any]", item)
