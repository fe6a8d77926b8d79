"""Looks to begin with."""

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel

from artifex.media.looks.presets import PRESETS

router = APIRouter(tags=["projects"])


class LookPreset(BaseModel):
    """``nodes`` as edits of films take them, in the order in which a picture goes through them."""

    name: str
    nodes: list[dict[str, Any]]


class LookPresets(BaseModel):
    items: list[LookPreset]
    next_cursor: None = None


@router.get("/looks", operation_id="listLooks")
def list_looks() -> LookPresets:
    """Every look that a film can begin with; what is changed of it later is the film's own."""
    return LookPresets(items=[LookPreset(name=name, nodes=nodes) for name, nodes in PRESETS.items()])
