"""Enhancement by a local language model."""

from pathlib import Path

from artifex.catalog.enhance.enhanced import Enhanced
from artifex.errors import CannotRun

_INSTRUCTION = """\
You write prompts for a model that turns text into short films. You are given what somebody wants to see.
Write it again as one paragraph of at most 120 words, in English, that describes in this order: the subject and how it \
looks, what it does and how it moves, the place, the light, the camera, the style.
Keep every fact you were given, and the meaning of every word. Fill in only what was left open, with what is most \
natural for it. Add no people, objects, events or text that the request does not imply.
Text in quotation marks stays exactly as it is. Answer with the paragraph alone."""


def enhance_with_model(prompt: str, most_characters: int, folder: Path, seed: int) -> Enhanced:
    """Let a local causal language model phrase the prompt.

    If anything goes wrong, the author's prompt is returned, with a warning that says why.

    Args:
        prompt: what the clip should show.
        most_characters: the model's limit.
        folder: the language model, as saved by the Hugging Face libraries.
        seed: of the clip.
    """
    try:
        from artifex.engine.language import answer

        written = answer(folder, _INSTRUCTION, prompt, seed)
    except CannotRun as error:
        return Enhanced(prompt, warning=f"The prompt was left as written. {error}")
    text = " ".join(written.split())
    if not text.isprintable() or not 0 < len(text) <= most_characters:
        return Enhanced(prompt, warning="The prompt was left as written: the language model gave no usable answer.")
    return Enhanced(text)
