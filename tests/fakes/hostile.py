"""Files that are made to break, exhaust or mislead whoever opens them."""

import io
import struct
import zlib
from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from PIL import Image

from artifex.media.pyav import add_audio, add_video, encode_into


def png(width: int, height: int, *, rows: int | None = None, chunks: tuple[tuple[bytes, bytes], ...] = ()) -> bytes:
    """A grey picture of one bit a pixel that compresses to next to nothing; ``rows``: as many as are really there."""
    line = b"\0" + bytes(-(-width // 8))
    packer = zlib.compressobj(9)
    pixels = b"".join(packer.compress(line) for _ in range(height if rows is None else rows)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    parts = ((b"IHDR", header), *chunks, (b"IDAT", pixels), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in parts)


def picture(kind: str = "PNG", size: tuple[int, int] = (64, 48), **options: object) -> bytes:
    y, x = np.mgrid[0 : size[1], 0 : size[0]]
    pixels = np.stack([x * 3 % 256, y * 5 % 256, (x + y) % 256], axis=-1).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, kind, **options)
    return file.getvalue()


def video(
    folder: Path,
    *,
    suffix: str = ".mp4",
    codec: str = "libx264",
    count: int = 12,
    size: tuple[int, int] = (64, 48),
    rate: int = 12,
    times: Callable[[int], int] | None = None,
    sounds: int = 0,
    pixel_format: str = "yuv420p",
    comment: str = "",
) -> bytes:
    """A clip of ``count`` frames; ``times`` gives each its time in ticks of 1/``rate`` seconds."""
    path = folder / f"made{suffix}"
    with av.open(str(path), "w") as container:
        if comment:
            container.metadata["comment"] = comment
        stream = add_video(container, codec, Fraction(rate), {})
        stream.width, stream.height, stream.pix_fmt = *size, pixel_format
        tracks = [add_audio(container, "aac", 48_000) for _ in range(sounds)]
        for number in range(count):
            pixels = np.full((size[1], size[0], 3), 40 + number % 100, np.uint8)
            pixels[:, : size[0] // 2] += 90
            frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            frame.pts = number if times is None else times(number)
            frame.time_base = Fraction(1, rate)
            encode_into(container, stream, frame)
        encode_into(container, stream, None)
        for track in tracks:
            silence = av.AudioFrame.from_ndarray(np.zeros((2, 1024), np.float32), format="fltp", layout="stereo")
            silence.sample_rate, silence.pts = 48_000, 0
            encode_into(container, track, silence)
            encode_into(container, track, None)
    content = path.read_bytes()
    path.unlink()
    return content


def wav(*, seconds: float = 0.5, rate: int = 16_000, channels: int = 1, claimed: int | None = None) -> bytes:
    """A tone; ``claimed`` is the length in bytes that the header states."""
    count = int(seconds * rate)
    tone = (8000 * np.sin(np.arange(count) / 9)).astype("<i2").repeat(channels).tobytes()
    length = len(tone) if claimed is None else claimed
    layout = struct.pack("<HHIIHH", 1, channels, rate, rate * channels * 2 & 0xFFFFFFFF, channels * 2, 16)
    head = b"WAVEfmt " + struct.pack("<I", 16) + layout + b"data" + struct.pack("<I", length)
    return b"RIFF" + struct.pack("<I", min(length + 36, 2**32 - 1)) + head + tone


def animation(count: int) -> bytes:
    frames = [Image.new("RGB", (32, 32), (number % 256, 0, 0)) for number in range(count)]
    file = io.BytesIO()
    frames[0].save(file, "PNG", save_all=True, append_images=frames[1:])
    return file.getvalue()


def patched_box(content: bytes, name: bytes, offset: int, data: bytes) -> bytes:
    """``content`` with some bytes of the first mp4 box called ``name`` replaced, ``offset`` after its name."""
    at = content.index(name) + 4 + offset
    return content[:at] + data + content[at + len(data) :]


def hostile_files(folder: Path) -> Mapping[str, bytes]:
    """By what is wrong with them. Each is to be refused, and quickly."""
    clip = video(folder)
    return {
        **_no_media(folder, clip),
        **_pictures(),
        **_videos(folder, clip),
        **_sounds(),
    }


def _no_media(folder: Path, clip: bytes) -> dict[str, bytes]:
    secret = folder / "secret.txt"
    secret.write_text("secret")
    return {
        "nothing": b"",
        "one byte": b"x",
        "a picture's first bytes alone": b"\x89PNG\r\n\x1a\n",
        "a video's first bytes alone": clip[:12],
        "a page": b"<!DOCTYPE html><script>alert(1)</script>",
        "an SVG": b'<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>',
        "an SVG with an entity": b'<?xml version="1.0"?><!DOCTYPE s [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg>&x;</svg>',
        "a PDF": b"%PDF-1.7\n1 0 obj <</Type/Catalog>> endobj",
        "a GIF that is an archive": b"GIF89a" + bytes(20) + b"PK\x03\x04" + bytes(30),
        "a video that is a page": clip[:8] + b"<script>alert(1)</script>" + clip[33:],
        "a video that is a page behind": with_page(clip),
        "a zip": b"PK\x03\x04" + bytes(100),
        "a pickle": b"\x80\x04cos\nsystem\n(S'true'\ntR.",
        "a playlist": f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile://{secret}\n#EXT-X-ENDLIST\n".encode(),
        "a playlist of the network": b"#EXTM3U\n#EXTINF:1,\nhttp://169.254.169.254/latest/meta-data\n",
        "a list of files": f"ffconcat version 1.0\nfile {secret.name}\n".encode(),
        "a manifest": b'<?xml version="1.0"?><MPD><BaseURL>file:///etc/passwd</BaseURL></MPD>',
        "an AVI": b"RIFF\x00\x10\x00\x00AVI LIST" + bytes(200),
        "a session description": b"v=0\no=- 0 0 IN IP4 127.0.0.1\nm=video 9 RTP/AVP 96\n",
    }


def with_page(clip: bytes) -> bytes:
    """A whole clip, with a page in a box that players skip."""
    page = b"<html><body><script>alert(1)</script></body></html>"
    brand = int.from_bytes(clip[:4], "big")
    return clip[:brand] + struct.pack(">I", len(page) + 8) + b"free" + page + clip[brand:]


def _pictures() -> dict[str, bytes]:
    bomb = zlib.compress(bytes(80 * 2**20), 9)
    jpeg = picture("JPEG", (256, 256), quality=95)
    whole = png(64, 64)
    return {
        "900 million pixels": png(30_000, 30_000, rows=4000),
        "144 million pixels": png(12_000, 12_000),
        "a side too long": png(20_000, 100),
        "a line": png(1, 16_384),
        "a point": png(1, 1),
        "an animation": animation(40),
        "a TIFF": picture("TIFF"),
        "a BMP": picture("BMP"),
        "a GIF": picture("GIF"),
        "a text chunk that inflates": png(64, 64, chunks=((b"zTXt", b"k\0\0" + bomb),)),
        "an international text that inflates": png(64, 64, chunks=((b"iTXt", b"k\0\1\0\0\0" + bomb),)),
        "a picture cut short": _half(jpeg),
        "a PNG cut short": _half(picture("PNG", (300, 300))),
        "a wrong checksum": whole[:29] + bytes((whole[29] ^ 1,)) + whole[30:],
        "an AVIF": b"\x00\x00\x00\x1cftypavif" + bytes(200),
        "a HEIC": b"\x00\x00\x00\x18ftypheic" + bytes(200),
        "a PSD": b"8BPS\x00\x01" + bytes(100),
        "an EPS": b"%!PS-Adobe-3.0 EPSF-3.0\n",
        "a JPEG 2000": b"\x00\x00\x00\x0cjP  \r\n\x87\n" + bytes(100),
    }


def _videos(folder: Path, clip: bytes) -> dict[str, bytes]:
    return {
        "twenty hours": video(folder, count=20, rate=1, times=lambda number: number * 3600),
        "a video too large": video(folder, size=(4608, 64), count=2),
        "240 frames a second": video(folder, rate=240, count=48),
        "a frame a minute": video(folder, rate=1, count=5, times=lambda number: number * 60),
        "gaps": video(folder, suffix=".mkv", rate=10, count=12, times=lambda number: number**5 // 30),
        "five sounds": video(folder, sounds=5),
        "a codec that is not taken": video(folder, suffix=".mkv", codec="mpeg2video", rate=25),
        "another codec that is not taken": video(folder, suffix=".mov", codec="qtrle", pixel_format="rgb24"),
        "no index": clip[: clip.index(b"moov")],
        "a video cut short": clip[: len(clip) // 3],
        "an index of 4 thousand million samples": patched_box(clip, b"stsz", 8, b"\xff\xff\xff\xff"),
        "noise with a video's first bytes": clip[:32] + np.random.default_rng(1).bytes(20_000),
        "a Matroska of nothing": b"\x1a\x45\xdf\xa3" + bytes(64),
    }


def _sounds() -> dict[str, bytes]:
    return {
        "a sound of 4 GiB that is none": wav(seconds=0.0, claimed=2**32 - 1),
        "a thousand channels": wav(seconds=0.01, channels=1000),
        "a sample a second": wav(seconds=5, rate=1),
        "ten million samples a second": wav(seconds=0.001, rate=10_000_000),
        "eleven minutes": wav(seconds=660, rate=8000),
        "half a sound": b"fLaC" + bytes(100),
        "noise that calls itself mp3": b"\xff\xfb" + np.random.default_rng(2).bytes(10) + bytes(5000),
        "an empty Ogg": b"OggS" + bytes(60),
    }


def _half(content: bytes) -> bytes:
    return content[: len(content) // 2]


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
