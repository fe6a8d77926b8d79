"""Checks whether text may be a prompt."""

import unicodedata

from artifex.errors import BadPrompt

MOST_PROMPT_BYTES = 2**15


def check_prompt(text: str, name: str, most_characters: int) -> None:
    """Refuse text that no encoder should see: empty, too long, broken or with control characters."""
    if len(text) > most_characters:
        raise BadPrompt(f"The {name} has {len(text):,} characters; shorten it to {most_characters:,} or fewer.")
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise BadPrompt(f"The {name} is not valid text (broken Unicode); type it again or save it as UTF-8.")
    if (control := next(filter(_is_control, text), None)) is not None:
        raise BadPrompt(f"The {name} holds the control character U+{ord(control):04X}; remove it.")
    if not any(map(_is_visible, text)):
        raise BadPrompt(f"The {name} is empty; say what the clip should show.")
    if len(text.encode()) > MOST_PROMPT_BYTES:
        raise BadPrompt(f"The {name} takes more than {MOST_PROMPT_BYTES:,} bytes; shorten it.")


def _is_visible(character: str) -> bool:
    """Whether it shows by itself: no space, control or format character, and no combining mark."""
    return unicodedata.category(character)[0] not in "ZCM"


def _is_control(character: str) -> bool:
    return unicodedata.category(character) == "Cc" and character not in "\n\t\r"
