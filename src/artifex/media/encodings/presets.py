"""Encodings by name."""

from collections.abc import Mapping
from types import MappingProxyType

from artifex.media.encodings.encoding import Encoding, Mastering, Quality, SoundEncoding, VariableRate

PRESETS: Mapping[str, Encoding] = MappingProxyType(
    {
        "h264": Encoding(),
        "h264-web": Encoding(rate=VariableRate(8_000_000, 12_000_000), key_interval=48),
        "hevc": Encoding("hevc", rate=Quality(20)),
        "hevc-10": Encoding("hevc", bits=10, rate=Quality(20)),
        "hevc-hdr10": Encoding("hevc", bits=10, rate=Quality(18), hdr=Mastering()),
        "av1": Encoding("av1", rate=Quality(24)),
        "av1-10": Encoding("av1", bits=10, rate=Quality(24)),
        "prores-proxy": Encoding("prores", "mov", bits=10, chroma="422", profile="proxy", sound=SoundEncoding("pcm")),
        "prores": Encoding("prores", "mov", bits=10, chroma="422", sound=SoundEncoding("pcm")),
        "prores-4444": Encoding(
            "prores", "mov", bits=10, chroma="444", alpha=True, profile="4444", sound=SoundEncoding("pcm")
        ),
        "vp9": Encoding("vp9", "webm", rate=Quality(24), sound=SoundEncoding("opus", 160_000)),
        "vp9-alpha": Encoding("vp9", "webm", rate=Quality(20), alpha=True, sound=SoundEncoding("opus", 160_000)),
        "ffv1": Encoding("ffv1", "mkv", chroma="444", sound=SoundEncoding("flac")),
        "ffv1-16": Encoding("ffv1", "mkv", chroma="444", bits=16, sound=SoundEncoding("flac")),
        "png": Encoding("png", "folder", chroma="444"),
        "png-16": Encoding("png", "folder", chroma="444", bits=16),
        "exr": Encoding("exr", "folder", chroma="444", bits=16),
        "h264-nvenc": Encoding(engine="nvenc"),
        "hevc-nvenc": Encoding("hevc", engine="nvenc"),
        "hevc-10-nvenc": Encoding("hevc", bits=10, engine="nvenc"),
        "av1-nvenc": Encoding("av1", engine="nvenc"),
    }
)
