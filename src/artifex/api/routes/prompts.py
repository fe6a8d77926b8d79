"""Route that enhances a prompt, to be reviewed before a clip is made of it."""

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
    """The model whose limits apply; absent: the default model."""
    seed: Annotated[StrictInt, Field(ge=0, le=MOST_SEED)] = 0
    """The clip's seed; only a language model uses it."""


class EnhancedPrompt(BaseModel):
    """The prompt that a clip with ``enhance`` would be made from."""

    prompt: str
    written_prompt: str
    """The prompt as its author wrote it."""
    style: str | None
    """The style that was detected or assumed; null where a language model wrote the prompt."""
    additions: list[str]
    """Sentences that were added, in order."""
    warning: str | None
    """Why the prompt was not enhanced; null if it was."""


@router.post("/enhance", operation_id="enhancePrompt")
async def enhance_prompt(wanted: EnhanceRequest, the: The, asks: Asks) -> EnhancedPrompt:
    """Enhance a prompt as ``enhance`` would; no job is queued. 409 for a model that understands plain prompts only.

    A language model has a minute; after that the prompt comes back as written, with a warning.
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
