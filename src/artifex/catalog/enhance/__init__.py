"""Prompt enhancement: rephrases a prompt as a film description, by rules or by a local language model. No torch."""

from pathlib import Path

from artifex.catalog.enhance.enhanced import Enhanced
from artifex.catalog.enhance.language_model import enhance_with_model
from artifex.catalog.enhance.rules import enhance
from artifex.catalog.spec import ModelSpec
from artifex.errors import BadInput

__all__ = ["Enhanced", "enhance", "enhance_for", "enhance_with_model"]


def enhance_for(spec: ModelSpec, prompt: str, language_model: Path | None = None, seed: int = 0) -> Enhanced:
    """Enhance a checked prompt for a model, with the language model where one is configured.

    Raises:
        BadInput: the model only understands plain prompts.
    """
    if not spec.enhances:
        raise BadInput(f"{spec.name} understands plain prompts only, so nothing can be enhanced; leave --enhance out.")
    most = spec.limits.most_prompt_characters
    if language_model is not None:
        return enhance_with_model(prompt, most, language_model, seed)
    return enhance(prompt, most)
