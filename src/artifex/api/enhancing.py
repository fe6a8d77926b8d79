"""Enhancing a prompt within a request, rather than in a job."""

import threading

from anyio import CapacityLimiter, WouldBlock, move_on_after
from anyio.to_thread import run_sync

from artifex.catalog.enhance import Enhanced, enhance_for
from artifex.catalog.prompt_text import check_prompt
from artifex.catalog.registry import default_model, find_model
from artifex.catalog.spec import ModelSpec
from artifex.errors import Busy, Conflict, in_field
from artifex.settings import Settings

_PATIENCE = 60.0
"""Timeout of the language model, in seconds."""

_one_at_a_time = CapacityLimiter(1)
"""After the timeout, a language model still keeps the CPU busy until it is done."""


async def enhanced(prompt: str, model: str | None, seed: int, settings: Settings) -> Enhanced:
    """Enhance a prompt as a clip of the model would; on a timeout the prompt comes back as written.

    Raises BadPrompt, UnknownName; Conflict where the model understands plain prompts only, Busy while the language
    model writes for somebody else.
    """
    with in_field("model"):
        spec = find_model(model or default_model(settings.models), settings.models)
    if not spec.enhances:
        raise Conflict(
            f"{spec.name} understands plain prompts only; leave the prompt as it is or choose another model."
        )
    with in_field("prompt"):
        check_prompt(prompt, "prompt", spec.limits.most_prompt_characters)
    if settings.enhancer is None:
        return enhance_for(spec, prompt)
    return await _written(prompt, spec, seed, settings)


async def _written(prompt: str, spec: ModelSpec, seed: int, settings: Settings) -> Enhanced:
    try:
        _one_at_a_time.acquire_on_behalf_of_nowait(token := object())
    except WouldBlock as error:
        raise Busy("The language model writes another prompt now; try again in a minute.") from error

    began = threading.Event()

    def write() -> Enhanced:
        began.set()
        try:
            return enhance_for(spec, prompt, settings.enhancer, seed)
        finally:
            _one_at_a_time.release_on_behalf_of(token)

    try:
        with move_on_after(_PATIENCE):
            return await run_sync(write, abandon_on_cancel=True)
    finally:
        if not began.is_set():  # no thread became free in time
            _one_at_a_time.release_on_behalf_of(token)
    why = f"The language model did not answer within {_PATIENCE:.0f} s; a clip would wait for it."
    return Enhanced(prompt, warning=f"The prompt is as it was written. {why}")
