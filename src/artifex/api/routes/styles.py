"""Routes of styles: words, LoRAs and values to add to many clips."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, StrictFloat, StrictInt, StringConstraints

from artifex.api.service import Asks, The
from artifex.errors import BadInput
from artifex.recipe import Accuracy, Solver
from artifex.store.styles import StyleRow, Styles

router = APIRouter(prefix="/styles", tags=["styles"])

Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100, pattern=r"^[^\x00-\x1f]*$")
]
Words = Annotated[str, StringConstraints(max_length=4000, pattern=r"^[^\x00]*$")]
Number = StrictFloat | StrictInt
Strength = Annotated[Number, Field(ge=-10, le=10)]


class StyleLora(BaseModel):
    """A LoRA of the library, with its strength on each expert."""

    model_config = ConfigDict(extra="forbid")
    asset: Annotated[str, StringConstraints(pattern="^[0-9a-f]{32}$")]
    strength_low: Strength = 1.0
    strength_high: Strength = 1.0


class StyleValues(BaseModel):
    """Values for a recipe; a clip's own fields override them. They are checked against the model's limits on use."""

    model_config = ConfigDict(extra="forbid")
    steps: Annotated[StrictInt, Field(ge=1, le=1000)] | None = None
    guidance: tuple[Number, Number] | None = None
    shift: Annotated[Number, Field(gt=0, le=100)] | None = None
    solver: Solver | None = None
    accuracy: Accuracy | None = None
    motion: Annotated[Number, Field(ge=0, le=1)] | None = None


class StyleData(BaseModel):
    """What a style adds to a clip."""

    before: Words = ""
    """Goes before the clip's own prompt."""
    after: Words = ""
    """Goes after it."""
    negative_prompt: Words = ""
    loras: Annotated[list[StyleLora], Field(max_length=16)] = []
    values: StyleValues = StyleValues()


class NewStyle(StyleData):
    model_config = ConfigDict(extra="forbid")
    name: Name


class StyleChanges(BaseModel):
    """Absent fields stay as they are."""

    model_config = ConfigDict(extra="forbid")
    name: Name | None = None
    before: Words | None = None
    after: Words | None = None
    negative_prompt: Words | None = None
    loras: Annotated[list[StyleLora], Field(max_length=16)] | None = None
    values: StyleValues | None = None


class Style(StyleData):
    id: str
    owner: str
    name: str
    created_at: float


class StylePage(BaseModel):
    items: list[Style]
    next_cursor: None = None


@router.get("", operation_id="listStyles")
def list_styles(the: The, asks: Asks) -> StylePage:
    """Your styles, in order of name; an administrator sees everybody's."""
    return StylePage(items=[_style(row) for row in Styles(the.database).all(asks.sees)])


@router.post("", status_code=201, operation_id="createStyle")
def create_style(body: NewStyle, the: The, asks: Asks) -> Style:
    """Create a style. Its LoRAs have to be yours."""
    asks.require_writer()
    _check_loras(body.loras, the, asks)
    return _style(Styles(the.database).create(asks.user_id, body.name, _data(body)))


@router.get("/{style_id}", operation_id="getStyle")
def get_style(style_id: str, the: The, asks: Asks) -> Style:
    return _style(Styles(the.database).get(style_id, asks.sees))


@router.patch("/{style_id}", operation_id="changeStyle")
def change_style(style_id: str, body: StyleChanges, the: The, asks: Asks) -> Style:
    """Change the given fields. Clips made with the style stay as they are: their recipes hold its values of then."""
    asks.require_writer()
    _check_loras(body.loras or [], the, asks)
    return _style(Styles(the.database).change(style_id, asks.sees, body.name, _data(body)))


@router.delete("/{style_id}", status_code=204, operation_id="deleteStyle")
def delete_style(style_id: str, the: The, asks: Asks) -> None:
    asks.require_writer()
    Styles(the.database).delete(style_id, asks.sees)


def _check_loras(loras: list[StyleLora], the: The, asks: Asks) -> None:
    """Raises NotFound for a missing asset or somebody else's; BadInput for one that is no LoRA."""
    for lora in loras:
        if the.assets.get(lora.asset, asks.sees).kind != "lora":
            raise BadInput(f"The asset {lora.asset} is no LoRA; upload one as .safetensors and name that.")


def _data(body: NewStyle | StyleChanges) -> dict[str, object]:
    return body.model_dump(exclude={"name"}, exclude_none=True)


def _style(row: StyleRow) -> Style:
    return Style(id=row.id, owner=row.owner, name=row.name, created_at=row.created_at, **row.data)
