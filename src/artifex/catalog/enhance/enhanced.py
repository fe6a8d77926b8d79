"""The result of enhancement."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Enhanced:
    """A prompt to use in place of the author's."""

    prompt: str
    style: str = ""
    """Name of the style that was found or assumed; empty when a language model wrote the prompt."""
    added: tuple[str, ...] = ()
    """The sentences that rules added, in order; empty when there was nothing to add."""
    warning: str = ""
    """Why the author's prompt was kept although enhancement was asked for."""
