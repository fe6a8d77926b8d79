"""The encodings of films.

With most, segments are encoded separately, kept, and joined without encoding them again, so they use no B-frames. An
encoding with a target bit rate needs the whole film in one pass.
"""

import threading
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from types import MappingProxyType

from artifex.errors import BadField
from artifex.media.codecs import StreamCodec
from artifex.media.encodings.available import available_encodings
from artifex.media.encodings.encoders import STILLS
from artifex.media.encodings.encoding import Encoding, Quality
from artifex.media.encodings.presets import PRESETS
from artifex.media.encodings.stream import stream_codec

FILM_ENCODINGS: Mapping[str, Encoding] = MappingProxyType(
    {name: encoding for name, encoding in PRESETS.items() if not encoding.alpha and encoding.hdr is None}
)
"""Encodings without alpha or HDR: films are opaque and graded for BT.709."""

ENCODINGS: Mapping[str, Encoding] = MappingProxyType(
    {name: encoding for name, encoding in FILM_ENCODINGS.items() if encoding.codec not in STILLS}
)
"""Of these, the ones that make a single file instead of a folder of pictures."""
_asking = threading.Lock()


def encodings_here() -> Mapping[str, str | None]:
    """By encoding name, why this machine cannot write it; None if it can.

    Tested once per process, which takes seconds; concurrent callers wait for the result.
    """
    with _asking:
        return _tried()


@cache
def _tried() -> Mapping[str, str | None]:
    return MappingProxyType({each.name: each.reason for each in available_encodings(ENCODINGS)})


def encoding_named(name: str, among: Mapping[str, Encoding] = ENCODINGS) -> Encoding:
    """Raises BadField."""
    if name not in among:
        raise BadField("encoding", f"There is no encoding {name!r:.40}; choose one of {', '.join(among)}.")
    return among[name]


def is_joinable(encoding: Encoding) -> bool:
    return isinstance(encoding.rate, Quality) and encoding.codec not in STILLS


def piece_codec(encoding: Encoding) -> StreamCodec:
    """The codec of pieces that will be joined: without B-frames, so frames are stored in display order."""
    codec = stream_codec(encoding)
    return replace(codec, options=MappingProxyType({**codec.options, "bf": "0"}))
