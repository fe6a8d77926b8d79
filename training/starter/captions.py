"""Captions of a clip in English, Korean and Russian, from a grammar per language."""

from dataclasses import dataclass, replace
from random import Random

from training.starter import captions_en, captions_ko, captions_ru
from training.starter.telling import Telling

LANGUAGES = ("en", "ko", "ru")
_WRITERS = {"en": captions_en.write, "ko": captions_ko.write, "ru": captions_ru.write}

# How often a training caption leaves an attribute out; the clip then shows any value of it.
DROPPED = {"shape": 0.04, "colour": 0.07, "background": 0.10, "motion": 0.10, "size": 0.35, "speed": 0.35}


@dataclass(frozen=True)
class Caption:
    """A caption and the attributes that its words state."""

    text: str
    told: Telling


def write(telling: Telling, language: str, random: Random) -> str:
    """One of many possible captions that state exactly what `telling` holds."""
    text = _WRITERS[language](telling, random)
    return text[0].upper() + text[1:] if random.random() < 0.3 else text


def sample(telling: Telling, language: str, random: Random) -> Caption:
    """A training caption, with some attributes left out at random, and speed also where nothing moves."""
    dropped = {name: None for name, share in DROPPED.items() if random.random() < share}
    if telling.motion == "still" or "motion" in dropped:
        dropped["speed"] = None
    told = replace(telling, **dropped)
    # An ordinary size or speed has no word.
    told = replace(
        told,
        size=None if told.size == "medium" else told.size,
        speed=None if told.speed == "normal" else told.speed,
    )
    return Caption(write(told, language, random), told)
