"""Shots and takes: how a shot is to be made, and what was made for it so far."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

from artifex.errors import BadInput, NotFound
from artifex.recipe import Role
from artifex.timeline.fields import MOST, Fields

TakeState = Literal["auditioned", "accepted", "rejected"]
Edge = Literal["first", "last"]
FrameChoice = Edge | int
"""The first or last frame of a clip, or the one with this number."""


@dataclass(frozen=True, slots=True)
class AssetInput:
    """A reference to media of the library. ``frame``: use only this frame of it; None is the whole."""

    role: Role
    asset: str
    sha256: str
    frame: FrameChoice | None = None

    def to_data(self) -> dict[str, Any]:
        data: dict[str, Any] = {"role": self.role, "asset": self.asset, "sha256": self.sha256}
        return data | ({} if self.frame is None else {"frame": self.frame})


@dataclass(frozen=True, slots=True)
class BridgeInput:
    """A frame of another shot's accepted take: this shot goes on where that one ends, or ends where that one starts."""

    role: Role
    shot: str
    frame: FrameChoice = "last"

    def to_data(self) -> dict[str, Any]:
        return {"role": self.role, "shot": self.shot, "frame": self.frame}


Input = AssetInput | BridgeInput


@dataclass(frozen=True, slots=True)
class Treated:
    """The asset of the take that was treated, and its treatment, as plain JSON that is never changed in place."""

    asset: str
    treatment: Mapping[str, Any]

    def to_data(self) -> dict[str, Any]:
        return {"asset": self.asset, "treatment": dict(self.treatment)}


@dataclass(frozen=True, slots=True)
class Take:
    """One asset made for a shot. ``inputs_sha256`` is the shot's :func:`inputs_hash` when its generation began.

    ``treated`` is set for a take made by treating another one, whose hashes it has; None for one that a model made.
    """

    asset: str
    recipe_sha256: str
    inputs_sha256: str
    made_at: str
    """Time in ISO 8601."""
    state: TakeState = "auditioned"
    treated: Treated | None = None

    def to_data(self) -> dict[str, Any]:
        data: dict[str, Any] = {
            "asset": self.asset,
            "recipe_sha256": self.recipe_sha256,
            "inputs_sha256": self.inputs_sha256,
            "made_at": self.made_at,
            "state": self.state,
        }
        return data | ({} if self.treated is None else {"treated": self.treated.to_data()})


@dataclass(frozen=True, slots=True)
class Shot:
    """``recipe`` is what a recipe holds besides references, as plain JSON that is never changed in place."""

    id: str
    name: str
    recipe: Mapping[str, Any]
    inputs: tuple[Input, ...] = ()
    takes: tuple[Take, ...] = ()

    @property
    def accepted(self) -> Take | None:
        return next((take for take in self.takes if take.state == "accepted"), None)

    @property
    def bridges(self) -> tuple[BridgeInput, ...]:
        return tuple(each for each in self.inputs if isinstance(each, BridgeInput))

    def take(self, asset: str) -> Take:
        """Raises NotFound."""
        for take in self.takes:
            if take.asset == asset:
                return take
        raise NotFound(f"The shot {self.name or self.id} has no take {asset!r:.70}.")

    def with_take(self, changed: Take) -> "Shot":
        """With a take that replaces the one of the same asset, or is added as the last."""
        if any(take.asset == changed.asset for take in self.takes):
            return replace(self, takes=tuple(changed if take.asset == changed.asset else take for take in self.takes))
        return replace(self, takes=(*self.takes, changed))

    def to_data(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "name": self.name,
            "recipe": dict(self.recipe),
            "inputs": [each.to_data() for each in self.inputs],
            "takes": [take.to_data() for take in self.takes],
        }


def parse_shot(data: object, where: str) -> Shot:
    """Raises BadInput."""
    fields = Fields(data, where)
    shot = Shot(
        id=fields.id("id"),
        name=fields.text("name", ""),
        recipe=parse_recipe_values(fields.raw("recipe"), fields.at("recipe")),
        inputs=fields.each("inputs", parse_input),
        takes=fields.each("takes", parse_take),
    )
    fields.finish()
    assets = [take.asset for take in shot.takes]
    if len(assets) != len(set(assets)):
        raise BadInput(f"{where}.takes has one asset twice.")
    if sum(take.state == "accepted" for take in shot.takes) > 1:
        raise BadInput(f"{where}.takes has two accepted ones.")
    return shot


def parse_recipe_values(data: object, where: str) -> Mapping[str, Any]:
    """A shot's recipe, which is checked elsewhere; here it only has to be an object. Raises BadInput."""
    Fields(data, where)
    return data  # type: ignore[return-value]


def parse_input(data: object, where: str) -> Input:
    """Raises BadInput."""
    fields = Fields(data, where)
    role = fields.one_of("role", get_args(Role))
    if "shot" in fields:
        given: Input = BridgeInput(role, fields.id("shot"), _frame(fields))
    else:
        whole = "frame" not in fields
        frame = None if whole else _frame(fields)
        given = AssetInput(role, fields.id("asset"), fields.sha256("sha256"), frame)
    fields.finish()
    return given


def parse_take(data: object, where: str) -> Take:
    """Raises BadInput."""
    fields = Fields(data, where)
    take = Take(
        fields.id("asset"),
        fields.sha256("recipe_sha256"),
        fields.sha256("inputs_sha256"),
        fields.text("made_at", most=40),
        fields.one_of("state", get_args(TakeState), "auditioned"),
        parse_treated(fields.raw("treated"), fields.at("treated")) if "treated" in fields else None,
    )
    fields.finish()
    return take


def parse_treated(data: object, where: str) -> Treated:
    """The treatment is checked elsewhere; here it only has to be an object. Raises BadInput."""
    fields = Fields(data, where)
    treated = Treated(fields.id("asset"), parse_recipe_values(fields.raw("treatment"), fields.at("treatment")))
    fields.finish()
    return treated


def _frame(fields: Fields) -> FrameChoice:
    value = fields.raw("frame", "last")
    if value in get_args(Edge):
        return value
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST:
        return value
    raise fields.wrong("frame", "has to be first, last, or a frame's number.")
