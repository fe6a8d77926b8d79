"""Request bodies for projects."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictInt

from artifex.api.job_requests import Number
from artifex.api.routes.styles import Name

AssetId = Annotated[str, Field(pattern="^[0-9a-f]{32}$")]
Side = Annotated[StrictInt, Field(ge=16, le=8192, multiple_of=2)]
ItemId = Annotated[str, Field(min_length=1, max_length=64)]
Frame = Annotated[StrictInt, Field(ge=0, le=10**8)]


class NewProject(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: Name
    rate: Annotated[str, Field(max_length=40)] = "24"
    width: Side = 1280
    height: Side = 720


class Edits(BaseModel):
    """Commands that are applied all or none; see ``GET /projects/commands``."""

    model_config = ConfigDict(extra="forbid")
    commands: Annotated[list[dict[str, Any]], Field(min_length=1, max_length=1000)]
    version: StrictInt | None = None
    """The project's version that they are meant for; absent: any."""
    rebase: bool = False
    """Make them in the current version, if they change exactly the same there as in theirs."""


class Version(BaseModel):
    model_config = ConfigDict(extra="forbid")
    version: StrictInt | None = None


class Placing(BaseModel):
    """Puts a file of the library onto the timeline."""

    model_config = ConfigDict(extra="forbid")
    asset: AssetId
    at: Frame = 0
    mode: Literal["insert", "overwrite", "append"] = "append"
    track: Annotated[str, Field(max_length=64)] | None = None
    version: StrictInt | None = None


class Bridging(BaseModel):
    """A new shot: ``fill_gap`` takes a ``track`` and a ``frame`` in the gap, ``extend`` the clip to go ``after``."""

    model_config = ConfigDict(extra="forbid")
    edit: Literal["fill_gap", "extend"]
    track: ItemId | None = None
    frame: Frame | None = None
    after: ItemId | None = None
    prompt: Annotated[str, Field(max_length=100_000)]
    model: Annotated[str, Field(max_length=100)] | None = None
    """Absent: the server's default model."""
    frames: Annotated[StrictInt, Field(ge=1, le=10**6)] | None = None
    """Frames that the model makes; absent: its default. In a gap, their speed is set to fill it."""
    shot: ItemId | None = None
    """The id of the new shot."""
    version: StrictInt | None = None


class Repairing(BaseModel):
    """A copy of a take without its colour drift."""

    model_config = ConfigDict(extra="forbid")
    take: AssetId | None = None
    """The take's asset; absent: that of the accepted take."""
    hold_colour: Annotated[Number, Field(ge=0, le=1)] = 1
    """Share of the drift that is removed; 1: all of it."""


class Rendering(BaseModel):
    """Frames from ``start`` up to ``end``; all where absent."""

    model_config = ConfigDict(extra="forbid")
    start: Frame = 0
    end: Frame | None = None
    width: Side | None = None
    height: Side | None = None
    encoding: Annotated[str, Field(max_length=20)] = "h264"


class Rebuilding(BaseModel):
    """Shots by their ids; all that are stale or unmade where none is named."""

    model_config = ConfigDict(extra="forbid")
    shots: Annotated[list[Annotated[str, Field(max_length=64)]], Field(max_length=1000)] = []
