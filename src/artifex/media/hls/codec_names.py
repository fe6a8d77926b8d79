"""Codec names (RFC 6381), which tell players what they have to decode, read from an init file."""

from pathlib import Path

_H264, _HEVC, _AV1 = b"avcC", b"hvcC", b"av1C"


def codec_name(init: Path) -> str:
    """The name of an H.264, HEVC or AV1 stream. Raises ValueError for an init file of another codec."""
    content = init.read_bytes()
    if _H264 in content:
        at = content.index(_H264) + 4
        return f"avc1.{content[at + 1 : at + 4].hex()}"
    if _HEVC in content:
        return _hevc(content[content.index(_HEVC) + 4 :])
    if _AV1 in content:
        return _av1(content[content.index(_AV1) + 4 :])
    raise ValueError(f"{init.name} holds no codec that streams have")


def _hevc(record: bytes) -> str:
    """ISO/IEC 14496-15, E.3."""
    profile = record[1] & 0x1F
    tier = "H" if record[1] & 0x20 else "L"
    compatible = int(f"{int.from_bytes(record[2:6], 'big'):032b}"[::-1], 2)
    constraints = record[6:12].rstrip(b"\0")
    tail = "".join(f".{byte:X}" for byte in constraints)
    return f"hvc1.{profile}.{compatible:X}.{tier}{record[12]}{tail}"


def _av1(record: bytes) -> str:
    """AV1 Codec ISO Media File Format Binding, section 5."""
    profile, level = record[1] >> 5, record[1] & 0x1F
    tier = "H" if record[2] & 0x80 else "M"
    bits = "10" if record[2] & 0x40 else "08"
    return f"av01.{profile}.{level:02d}{tier}.{bits}"
