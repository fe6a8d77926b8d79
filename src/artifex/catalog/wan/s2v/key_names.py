"""Translates tensor names of the authors' S2V checkpoint to those of `SpeechTransformer`."""

import re
from collections.abc import Sequence

from artifex.catalog.wan.key_names import transformer_name

_NORM = re.compile(r"^audio_injector\.injector_adain_layers\.(\d+)\.")
_ATTENTION = re.compile(r"^audio_injector\.injector\.(\d+)\.(?:([qkv])|(o)|(\w+))\.")


def speech_name(name: str, inject_layers: Sequence[int]) -> str:
    """The name of a tensor in `SpeechTransformer`.

    Args:
        name: the authors' name.
        inject_layers: `SpeechConfig.audio_inject_layers`, the blocks that the injector's layers follow.
    """
    norm, attention = _NORM.match(name), _ATTENTION.match(name)
    found = norm or attention
    if found is None or int(found[1]) >= len(inject_layers):
        return transformer_name(name)
    block = f"blocks.{inject_layers[int(found[1])]}"
    rest = name[found.end() :]
    if attention is None:
        return f"{block}.voice_norm.{rest}"
    part = f"to_{attention[2]}" if attention[2] else "to_out.0" if attention[3] else attention[4]
    return f"{block}.voice_attn.{part}.{rest}"
