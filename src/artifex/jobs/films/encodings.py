"""The ways a film can be written. Pieces are joined without encoding them again, so no frame comes out of order."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from artifex.errors import BadField
from artifex.media.codecs import AV1, FFV1, H264, HEVC, StreamCodec

_IN_ORDER = {"bf": "0"}

PREVIEW = replace(H264, options=MappingProxyType({"crf": "23", "preset": "ultrafast", "g": "12", **_IN_ORDER}))
"""For looking at a film while it is cut."""

PRORES = StreamCodec(
    "prores",
    ".mov",
    "prores_ks",
    "mov",
    "yuv422p10le",
    MappingProxyType({"profile": "3"}),  # HQ
    min_side=16,
)

ENCODINGS: Mapping[str, StreamCodec] = MappingProxyType(
    {
        "h264": replace(H264, options=MappingProxyType({**H264.options, **_IN_ORDER})),
        "hevc": HEVC,
        "av1": AV1,
        "prores": PRORES,
        "ffv1": FFV1,
    }
)


def encoding(name: str) -> StreamCodec:
    """Raises BadField."""
    if name not in ENCODINGS:
        raise BadField("encoding", f"There is no encoding {name!r:.40}; choose one of {', '.join(ENCODINGS)}.")
    return ENCODINGS[name]
