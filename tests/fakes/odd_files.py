"""Files as they come from elsewhere: odd ones that are right, and ones that are broken or lie about what they are."""

import io
import os
import struct
import zlib
from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.stream import Disposition
from PIL import Image

from artifex.media.pyav import add_audio, add_video, encode_into
from tests.fakes import hostile
from tests.media.footage import Kind, write
from tests.media.test_sandbox_streams import pieced

Make = Callable[[Path], Path]
SIZE = (64, 48)


def pictures(count: int = 12, size: tuple[int, int] = SIZE, channels: int = 3) -> list[np.ndarray]:
    y, x = np.mgrid[0 : size[1], 0 : size[0]]
    planes = [x * 3 % 256, y * 5 % 256, (x + y) % 256, x * 4 % 256][:channels]
    return [np.stack(planes, axis=-1).astype(np.uint8)] * count


def footage(name: str, kind: Kind, size: tuple[int, int] = SIZE, channels: int = 3, **more: Any) -> Make:
    return lambda folder: write(folder / name, pictures(12, size, channels), kind, **more)


def still(name: str, image: Image.Image, kind: str, **options: Any) -> Make:
    def make(folder: Path) -> Path:
        image.save(folder / name, kind, **options)
        return folder / name

    return make


def content(name: str, made: Callable[[Path], bytes]) -> Make:
    def make(folder: Path) -> Path:
        data = made(folder)
        (folder / name).write_bytes(data)
        return folder / name

    return make


def clip(**options: Any) -> Callable[[Path], bytes]:
    return lambda folder: hostile.video(folder, **options)


def turned(orientation: int) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif.tobytes()


def remuxed(name: str, **options: str) -> Make:
    """A clip copied packet by packet with options of the muxer."""

    def make(folder: Path) -> Path:
        source = folder / "source.mkv"
        source.write_bytes(hostile.video(folder, suffix=".mkv"))
        with av.open(str(source)) as given, av.open(str(folder / name), "w", options=dict(options)) as target:
            stream = target.add_stream_from_template(given.streams.video[0])
            for packet in given.demux(video=0):
                if packet.size:
                    packet.stream = stream
                    target.mux(packet)
        source.unlink()
        return folder / name

    return make


def without_key_frame(folder: Path) -> Path:
    """The second half of a clip: nothing that could be decoded by itself."""
    source, path = folder / "source.mkv", folder / "tail.mkv"
    source.write_bytes(hostile.video(folder, suffix=".mkv"))
    with av.open(str(source)) as given, av.open(str(path), "w") as target:
        stream = target.add_stream_from_template(given.streams.video[0])
        for number, packet in enumerate(given.demux(video=0)):
            if packet.size and number > 3:
                packet.stream, packet.is_keyframe = stream, False
                target.mux(packet)
    source.unlink()
    return path


def sound(name: str, encoder: str, cover: bool = False) -> Make:
    def make(folder: Path) -> Path:
        path = folder / name
        with av.open(str(path), "w") as container:
            stream = add_audio(container, encoder, 48_000)
            tone = (0.3 * np.sin(np.arange(4800) / 9)).astype(np.float32)
            frame = av.AudioFrame.from_ndarray(np.stack([tone, tone]), format="fltp", layout="stereo")
            frame.sample_rate, frame.pts = 48_000, 0
            front: Any = None
            if cover:
                front = add_video(container, "mjpeg", Fraction(1), {})
                front.width, front.height, front.pix_fmt = *SIZE, "yuvj420p"
                front.disposition = Disposition.attached_pic
                picture = av.VideoFrame.from_ndarray(pictures(1)[0], format="rgb24")
                encode_into(container, front, picture.reformat(format="yuvj420p"))
                encode_into(container, front, None)
            fifo = av.AudioFifo()
            fifo.write(frame)
            size = stream.codec_context.frame_size or 1024
            while (piece := fifo.read(size)) is not None:
                encode_into(container, stream, piece)
            encode_into(container, stream, None)
        return path

    return make


def many_streams(count: int) -> Callable[[Path], bytes]:
    return clip(suffix=".mkv", sounds=count, count=2)


def size_changes(folder: Path) -> Path:
    return pieced(folder, ("png", SIZE, 4), ("png", (96, 64), 4))


def with_subtitles(folder: Path) -> Path:
    script, path = folder / "words.srt", folder / "subtitled.mkv"
    script.write_text("1\n00:00:00,000 --> 00:00:01,000\nhello\n")
    source = folder / "source.mkv"
    source.write_bytes(hostile.video(folder, suffix=".mkv"))
    with av.open(str(source)) as given, av.open(str(script)) as words, av.open(str(path), "w") as target:
        copies = [
            (given, target.add_stream_from_template(given.streams.video[0]), given.streams.video[0]),
            (words, target.add_stream_from_template(words.streams.subtitles[0]), words.streams.subtitles[0]),
        ]
        for container, copy, stream in copies:
            for packet in container.demux(stream):
                if packet.size:
                    packet.stream = copy
                    target.mux(packet)
    source.unlink()
    script.unlink()
    return path


def renamed_box(old: bytes, new: bytes) -> Callable[[Path], bytes]:
    return lambda folder: hostile.video(folder).replace(old, new)


def external_reference(folder: Path) -> bytes:
    """The flag of ``url `` that the samples are in this file is taken away; nobody looks for another."""
    return hostile.patched_box(hostile.video(folder), b"url ", 0, b"\0\0\0\0")


def cut_behind_index(folder: Path) -> bytes:
    """A third of a clip whose index comes first: it promises what is not there."""
    whole = remuxed("fast.mp4", movflags="+faststart")(folder)
    data = whole.read_bytes()
    whole.unlink()
    return data[: len(data) * 35 // 100]


def huge_box(folder: Path) -> bytes:
    """A box before all others that claims to be 2**62 bytes long."""
    data = hostile.video(folder)
    brand = int.from_bytes(data[:4], "big")
    return data[:brand] + struct.pack(">I4sQ", 1, b"free", 2**62) + data[brand:]


def colour_profile_bomb(_folder: Path) -> bytes:
    return hostile.png(64, 64, chunks=((b"iCCP", b"k\0\0" + zlib.compress(bytes(80 * 2**20), 9)),))


def animated_webp(_folder: Path) -> bytes:
    frames = [Image.new("RGB", (32, 32), (number, 0, 0)) for number in range(30)]
    file = io.BytesIO()
    frames[0].save(file, "WEBP", save_all=True, append_images=frames[1:])
    return file.getvalue()


def pattern(folder: Path) -> Path:
    """A name that FFmpeg takes for a series of pictures, which lie beside it."""
    for number in range(3):
        Image.new("RGB", SIZE, "red").save(folder / f"seq_{number:03d}.png")
    path = folder / "seq_%03d.png"
    Image.new("RGB", (80, 60), "blue").save(path)
    return path


def pipe(folder: Path) -> Path:
    os.mkfifo(folder / "pipe.mp4")
    return folder / "pipe.mp4"


def loop(folder: Path) -> Path:
    (folder / "loop.mp4").symlink_to("loop.mp4")
    return folder / "loop.mp4"


H264 = Kind(".mp4", "libx264", rate=Fraction(12))
UNEVEN = (0, 50, 170, 200, 330, 400, 480, 600, 610, 700, 790, 900)
SCENE = Image.fromarray(pictures(1)[0])

TAKEN: Mapping[str, tuple[Make, str, dict[str, Any]]] = {
    "turned by 90 degrees": (footage("a.mp4", H264, rotation=90), "video", {"frame_count": 12}),
    "turned by 180 degrees": (footage("a.mp4", H264, rotation=180), "video", {"frame_count": 12}),
    "pixels that are not square": (footage("a.mp4", H264, aspect=Fraction(4, 3)), "video", {"width": 64}),
    "alpha of VP9": (
        footage("a.webm", Kind(".webm", "libvpx-vp9", "yuva420p", options={"cpu-used": "8"}), channels=4),
        "video",
        {"codec": "vp9"},
    ),
    "alpha of ProRes": (
        footage("a.mov", Kind(".mov", "prores_ks", "yuva444p10le", options={"profile": "4"}), channels=4),
        "video",
        {"codec": "prores"},
    ),
    "odd sides": (footage("a.mkv", Kind(".mkv", "ffv1", "bgr0"), (161, 121)), "video", {"width": 161, "height": 121}),
    "ten bits": (
        footage("a.mp4", Kind(".mp4", "libx265", "yuv420p10le", options={"x265-params": "log-level=none"})),
        "video",
        {"codec": "hevc"},
    ),
    "full range": (footage("a.mkv", Kind(".mkv", "libx264", full_range=True)), "video", {"frame_rate": "24"}),
    "a rate of the NTSC family": (
        footage("a.mp4", Kind(".mp4", "libx264", rate=Fraction(24000, 1001))),
        "video",
        {"frame_rate": "24000/1001"},
    ),
    "a rate that varies": (
        footage(
            "a.mkv", H264, times=[0, 50, 170, 200, 330, 400, 480, 600, 610, 700, 790, 900], time_base=Fraction(1, 1000)
        ),
        "video",
        {"frame_count": 12},
    ),
    "times before zero": (remuxed("a.mkv", output_ts_offset="-1"), "video", {"frame_count": 12}),
    "times that begin late": (remuxed("a.mkv", output_ts_offset="30"), "video", {"frame_count": 12}),
    "fragments": (remuxed("a.mp4", movflags="+frag_keyframe+empty_moov"), "video", {"frame_count": 12}),
    "an index in front": (remuxed("a.mp4", movflags="+faststart"), "video", {"frame_count": 12}),
    "interlaced": (
        footage("a.mp4", Kind(".mp4", "libx264", options={"x264-params": "tff=1"})),
        "video",
        {"frame_count": 12},
    ),
    "one frame": (content("a.mp4", clip(count=1)), "video", {"frame_count": 1}),
    "a length of nothing in the header": (
        content("a.mp4", lambda folder: hostile.patched_box(hostile.video(folder), b"mvhd", 16, bytes(4))),
        "video",
        {"frame_count": 12},
    ),
    "noise behind the end": (
        content("a.mp4", lambda folder: hostile.video(folder) + np.random.default_rng(5).bytes(5000)),
        "video",
        {"frame_count": 12},
    ),
    "three sounds": (content("a.mkv", many_streams(3)), "video", {"sound": True}),
    "a video that is called a picture": (content("a.png", clip()), "video", {"codec": "h264"}),
    "a picture that is called a video": (still("a.mp4", SCENE, "PNG"), "image", {"width": 64}),
    "a sound that is called a video": (content("a.mov", lambda _: hostile.wav()), "audio", {"sample_rate": 16_000}),
    "a sound in mp4": (sound("a.m4a", "aac"), "audio", {"codec": "aac"}),
    "a sound with a cover": (sound("a.mp3", "libmp3lame", cover=True), "audio", {"codec": "mp3"}),
    "a sound of FLAC": (sound("a.flac", "flac"), "audio", {"codec": "flac"}),
    "a picture with alpha": (still("a.png", Image.new("RGBA", SIZE, (9, 9, 9, 9)), "PNG"), "image", {"width": 64}),
    "a palette": (still("a.png", SCENE.convert("P"), "PNG"), "image", {"width": 64}),
    "sixteen bits of grey": (
        still("a.png", Image.fromarray(np.full((48, 64), 40_000, np.uint16)), "PNG"),
        "image",
        {"width": 64},
    ),
    "CMYK": (still("a.jpg", SCENE.convert("CMYK"), "JPEG"), "image", {"width": 64}),
    "a camera held upright": (still("a.jpg", SCENE, "JPEG", exif=turned(6)), "image", {"width": 48, "height": 64}),
    "an orientation that is none": (still("a.jpg", SCENE, "JPEG", exif=turned(9)), "image", {"width": 64}),
    "pictures that are said to lie in another file": (
        content("a.mp4", external_reference),
        "video",
        {"frame_count": 12},
    ),
    "a name that is a pattern": (pattern, "image", {"width": 80, "height": 60}),
    "a name with a line break and an option": (
        content("-vf\nscale=1 '%{pts}.mp4", clip()),
        "video",
        {"frame_count": 12},
    ),
}
"""What they are, by what is odd about them."""

REFUSED: Mapping[str, tuple[Make, str]] = {
    "no bytes": (content("a.mp4", lambda _: b""), "is empty"),
    "a folder": (lambda folder: folder, "is a folder"),
    "a pipe": (pipe, "not a regular file"),
    "a link to itself": (loop, "cannot be opened"),
    "words": (content("a.mp4", lambda _: b"this is no video\n" * 99), "no file that is"),
    "subtitles alone": (content("a.mp4", lambda _: b"[Script Info]\nScriptType: v4.00+\n"), "no file that is"),
    "a playlist of itself": (
        content("a.mp4", lambda _: b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\na.mp4\n#EXT-X-ENDLIST\n"),
        "no file that is",
    ),
    "a playlist in an AVI": (
        content("a.avi", lambda _: b"RIFF\x00\x10\0\0AVI LIST" + b"GAB2\0#EXTM3U\nfile:///etc/passwd\n" * 9),
        "no file that is",
    ),
    "a box of 2**62 bytes": (content("a.mp4", huge_box), "cut or damaged"),
    "cut behind its index": (content("a.mp4", cut_behind_index), "cut or damaged"),
    "no key frame": (without_key_frame, "cut or damaged"),
    "encrypted": (content("a.mp4", renamed_box(b"avc1", b"encv")), "not taken here"),
    "a codec that nobody knows": (content("a.mp4", renamed_box(b"avc1", b"zzzz")), "not taken here"),
    "another size on the way": (
        lambda folder: pieced(folder, ("png", SIZE, 4), ("png", (96, 64), 4)),
        "changes its size",
    ),
    "twenty streams": (content("a.mkv", many_streams(20)), "more streams"),
    "subtitles besides": (with_subtitles, "holds subtitles"),
    "a colour profile that inflates": (content("a.png", colour_profile_bomb), "cut or damaged"),
    "an animation": (content("a.webp", animated_webp), "is an animation"),
    "a hundred million pixels that are there": (
        content("a.png", lambda _: hostile.png(10_000, 10_000)),
        "40 million pixels",
    ),
    "a sound of no channels": (content("a.wav", lambda _: hostile.wav(channels=0)), "0 channels"),
    "noise that begins as Matroska": (
        content("a.mkv", lambda _: b"\x1a\x45\xdf\xa3" + np.random.default_rng(6).bytes(9000)),
        "cut or damaged",
    ),
}
"""With what is said of them, by what is wrong with them."""
