"""What enhancement gives back."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Enhanced:
    """A prompt to be sent in place of the one its author wrote."""

    prompt: str
    style: str = ""
    """Name of the style that was found or assumed; empty when a language model wrote the prompt."""
    added: tuple[str, ...] = ()
    """The sentences that rules added, in order; empty when there was nothing to add."""
    warning: str = ""
    """Why the prompt is the author's own although something else was asked for."""
