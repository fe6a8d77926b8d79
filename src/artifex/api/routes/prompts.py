"""Prompts phrased as films are described, to be looked at before a clip is made of them."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, StrictInt

from artifex.api.enhancing import enhanced
from artifex.api.job_requests import MOST_SEED, Name, Text
from artifex.api.service import Asks, The

router = APIRouter(prefix="/prompts", tags=["prompts"])


class EnhanceRequest(BaseModel):
    model_config = ConfigDict(extra="forbid")
    prompt: Text
    model: Name | None = None
    """Whose limits count; the one for clips that name none, without it."""
    seed: Annotated[StrictInt, Field(ge=0, le=MOST_SEED)] = 0
    """Of the clip; only a language model looks at it."""


class EnhancedPrompt(BaseModel):
    """What a clip with ``enhance`` would be made of."""

    prompt: str
    written_prompt: str
    """As its author wrote it."""
    style: str | None
    """The style that was found or assumed; null where a language model wrote the prompt."""
    additions: list[str]
    """Sentences that were added, in order."""
    warning: str | None
    """Why the prompt is the author's own although something else was asked for."""


@router.post("/enhance", operation_id="enhancePrompt")
async def enhance_prompt(wanted: EnhanceRequest, the: The, asks: Asks) -> EnhancedPrompt:
    """What ``enhance`` would make of a prompt; no job is made. 409 for a model that understands plain prompts only.

    A language model gets a minute, after which the prompt is answered as it was written, with a warning.
    """
    asks.require_writer()
    found = await enhanced(wanted.prompt, wanted.model, wanted.seed, the.settings)
    return EnhancedPrompt(
        prompt=found.prompt,
        written_prompt=wanted.prompt,
        style=found.style or None,
        additions=list(found.added),
        warning=found.warning or None,
    )
