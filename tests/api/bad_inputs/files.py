"""Hostile files beside those of ``tests/fakes/hostile.py``: what hides in containers, and what changes on the way."""

import struct
import zlib
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from artifex.media.pyav import add_audio, encode_into
from tests.fakes import hostile

_ASS = b"[Script Info]\nScriptType: v4.00+\n[Events]\nDialogue: 0,0:00:00.00,0:00:01.00,Default,,0,0,0,,{\\p1}m 0 0\n"


def more_hostile_files(folder: Path) -> Mapping[str, bytes]:
    """By the number of the item and what is wrong with them."""
    clip = hostile.video(folder)
    bomb = zlib.compress(bytes(80 * 2**20), 9)
    sound = hostile.wav()
    return {
        "B43 a GIF of many frames": b"GIF89a" + struct.pack("<HH", 8, 8) + bytes(3) + b"\x21\xf9\x04\0\0\0\0\0" * 1000,
        "B45 a colour profile that inflates": hostile.png(64, 64, chunks=((b"iCCP", b"p\0\0" + bomb),)),
        "B46 a picture whose checksum is wrong": _wrong_checksum(hostile.picture("PNG")),
        "B49 an SVG that loads a picture": b'<svg xmlns="http://www.w3.org/2000/svg"><use href="http://127.0.0.1/"/></svg>',
        "B51 a playlist with a video's first bytes": clip[:32] + b"#EXTM3U\nfile:///etc/passwd\n",
        "B55 a playlist of itself": b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nupload\n",
        "B56 an AVI with a playlist as subtitle": b"RIFF\x00\x10\x00\x00AVI LIST"
        + b"GAB2#EXTM3U\nfile:///etc/passwd\n" * 9,
        "B61 a size that changes on the way": changing_size(folder),
        "B63 a hundred streams": many_streams(folder, 100),
        "B64 an index that claims 100 MiB": _with_length(clip, b"moov", 100 * 2**20),
        "B64 an index that claims 4 GiB": _with_length(clip, b"moov", 2**32 - 1),
        "B64 an index cut short": clip[:-200],
        "B66 an encrypted track": clip.replace(b"avc1", b"encv"),
        "B67 subtitles alone": _ASS,
        "B68 a sound of no channel": sound[:22] + b"\0\0" + sound[24:],
    }


def changing_size(folder: Path) -> bytes:
    """A VP8 film whose pictures become sixteen times larger in its middle."""
    path = folder / "changing.webm"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libvpx", rate=12)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for number, size in enumerate(((64, 48), (1024, 768))):
            for packet in _packets(size):
                packet.stream, packet.time_base = stream, Fraction(1, 12)
                packet.pts = packet.dts = (packet.pts or 0) + 6 * number
                container.mux(packet)
    return _taken(path)


def many_streams(folder: Path, count: int) -> bytes:
    """A Matroska with so many tracks of sound."""
    path = folder / "many.mkv"
    with av.open(str(path), "w") as container:
        for track in [add_audio(container, "aac", 48_000) for _ in range(count)]:
            silence = av.AudioFrame.from_ndarray(np.zeros((2, 1024), np.float32), format="fltp", layout="stereo")
            silence.sample_rate, silence.pts = 48_000, 0
            encode_into(container, track, silence)
            encode_into(container, track, None)
    return _taken(path)


def _packets(size: tuple[int, int]) -> list[av.Packet]:
    coder = av.CodecContext.create("libvpx", "w")
    assert isinstance(coder, av.VideoCodecContext)
    coder.width, coder.height, coder.pix_fmt = *size, "yuv420p"
    coder.time_base = Fraction(1, 12)
    packets: list[av.Packet] = []
    for number in range(6):
        frame = av.VideoFrame.from_ndarray(np.full((size[1], size[0], 3), 40 * number, np.uint8), format="rgb24")
        frame.pts = number
        packets += coder.encode(frame.reformat(format="yuv420p"))
    return packets + coder.encode(None)


def _taken(path: Path) -> bytes:
    content = path.read_bytes()
    path.unlink()
    return content


def _with_length(content: bytes, box: bytes, length: int) -> bytes:
    at = content.index(box) - 4
    return content[:at] + struct.pack(">I", length) + content[at + 4 :]


def _wrong_checksum(picture: bytes) -> bytes:
    at = picture.index(b"IDAT") + 40
    return picture[:at] + bytes((picture[at] ^ 0x55,)) + picture[at + 1 :]
