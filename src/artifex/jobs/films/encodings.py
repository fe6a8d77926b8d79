"""The ways a film can be written.

Most are written in pieces that are kept, and joined without encoding them again, so in these no frame comes out of
order. Where the encoder has to keep to a rate of bits it has to see the whole film, which is encoded in one go then.
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
"""Films are opaque, and graded for screens of BT.709."""

ENCODINGS: Mapping[str, Encoding] = MappingProxyType(
    {name: encoding for name, encoding in FILM_ENCODINGS.items() if encoding.codec not in STILLS}
)
"""Of these, the ones that are one file."""
_asking = threading.Lock()


def encodings_here() -> Mapping[str, str | None]:
    """Why this machine cannot write a film so, by the name of each encoding; None: it can.

    Found out once in a process, which takes seconds; whoever asks meanwhile waits.
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
    """For pieces that are to be joined: all frames are stored in the order in which they are shown."""
    codec = stream_codec(encoding)
    return replace(codec, options=MappingProxyType({**codec.options, "bf": "0"}))
