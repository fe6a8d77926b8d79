"""Enhancement by rules: the author's text first, then a sentence for each aspect it does not cover."""

import re

from artifex.catalog.enhance.aspects import ASPECTS
from artifex.catalog.enhance.enhanced import Enhanced
from artifex.catalog.enhance.styles import AS_WRITTEN, CINEMATIC, STYLES, Style
from artifex.catalog.enhance.vocabulary import normalised

_ENDINGS = ".!?…。！？,;:"
_DENIED = re.compile(r"\b(?:no|not|without|never|не|без|нет)\b[^,.;]*|[^,.;]*(?:아닌|아니라|없이|말고)")
"""A negated phrase, up to the next punctuation mark."""

_SENTENCES = tuple(sorted({normalised(said) for style in (*STYLES, AS_WRITTEN) for said in style.sentences.values()}))


def enhance(prompt: str, most_characters: int) -> Enhanced:
    """Describe a clip as films are described, by look, scene, light, colour, camera and motion.

    Deterministic, and an enhanced prompt is returned unchanged. The author's text is kept as it is.

    Args:
        prompt: what the clip should show, in English, Korean or Russian.
        most_characters: the model's limit; a sentence that would go beyond it is left out.
    """
    text = normalised(prompt)
    style = find_style(text)
    result, added = prompt, list[str]()
    for aspect, sentence in style.sentences.items():
        if ASPECTS[aspect].count(text):
            continue
        longer = _joined(result, sentence)
        if len(longer) <= most_characters:
            result = longer
            added.append(sentence)
    return Enhanced(result, style.name, tuple(added))


def find_style(text: str) -> Style:
    """The style that most words of a normalised text call for, negated ones aside; else as written, or cinematic.

    Sentences that were added before do not count, so an enhanced prompt has the style of the author's words.
    """
    for sentence in _SENTENCES:
        text = text.replace(sentence, " ")
    text = _DENIED.sub(" ", text)
    counts = [style.called_by.count(text) for style in STYLES]
    if max(counts) > 0:
        return STYLES[counts.index(max(counts))]
    return AS_WRITTEN if AS_WRITTEN.called_by.count(text) else CINEMATIC


def _joined(text: str, sentence: str) -> str:
    text = text.rstrip()
    return f"{text}{'' if text.endswith(tuple(_ENDINGS)) else '.'} {sentence}"
