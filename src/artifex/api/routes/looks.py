"""Route that lists the built-in looks."""

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel

from artifex.media.looks.presets import PRESETS

router = APIRouter(tags=["projects"])


class LookPreset(BaseModel):
    """``nodes`` as edits of films take them, in the order they are applied to a picture."""

    name: str
    nodes: list[dict[str, Any]]


class LookPresets(BaseModel):
    items: list[LookPreset]
    next_cursor: None = None


@router.get("/looks", operation_id="listLooks")
def list_looks() -> LookPresets:
    """The built-in looks, as starting points; changes to one are the film's own."""
    return LookPresets(items=[LookPreset(name=name, nodes=nodes) for name, nodes in PRESETS.items()])
