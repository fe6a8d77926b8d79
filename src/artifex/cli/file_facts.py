"""Shows what a file is, as a table or as JSON."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from artifex.media.facts import FileFacts, ImageFacts, SoundFacts, VideoFacts


def data(found: FileFacts) -> dict[str, Any]:
    """As plain data: rates and pixel aspect ratios are fractions as text, missing parts are null."""
    plain = asdict(found)
    if found.video is not None:
        plain["video"] |= {
            "frame_rate": str(found.video.frame_rate),
            "pixel_aspect": str(found.video.pixel_aspect),
        }
    return plain


def show(found: FileFacts) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(show_header=False, box=None)
    for name, value in _rows(found):
        table.add_row(name, Text(value))
    Console().print(table)


def _rows(found: FileFacts) -> Iterator[tuple[str, str]]:
    yield "kind", found.kind
    if found.image is not None:
        yield from _image(found.image)
        return
    yield "container", found.container
    yield "seconds", f"{found.seconds:.3f}"
    if found.video is not None:
        yield from _video(found.video)
    yield from _sound(found.sound)
    extra = found.streams - (found.video is not None) - (found.sound is not None)
    if extra:
        yield "other streams", str(extra)


def _image(image: ImageFacts) -> Iterator[tuple[str, str]]:
    yield "codec", image.codec
    yield "size", str(image.size)
    yield "bits", f"{image.bits}{', with alpha' if image.has_alpha else ''}"


def _video(video: VideoFacts) -> Iterator[tuple[str, str]]:
    yield "codec", video.codec
    yield "size", str(video.size)
    if video.pixel_aspect != 1:
        yield "pixels", f"{video.pixel_aspect} as wide as high"
    yield "rate", f"{video.frame_rate} frames a second{', varying' if video.rate_varies else ''}"
    yield "frames", f"{video.frame_count}{f', and {video.missing_frames} missing' if video.missing_frames else ''}"
    if video.rotation:
        yield "rotation", f"{video.rotation} degrees"
    yield "bits", f"{video.bits} ({video.pixel_format}){', with alpha' if video.has_alpha else ''}"
    yield "interlaced", "yes" if video.is_interlaced else "no"
    tags = video.colour
    reach = {True: "full", False: "limited", None: "untold"}[tags.full_range]
    yield "colours", f"matrix {tags.matrix}, primaries {tags.primaries}, transfer {tags.transfer}, {reach} range"
    if video.is_wide:
        yield "", "high dynamic range or wide primaries"


def _sound(sound: SoundFacts | None) -> Iterator[tuple[str, str]]:
    if sound is None:
        yield "sound", "none"
        return
    channels = {1: "mono", 2: "stereo"}.get(sound.channels, f"{sound.channels} channels")
    yield "sound", f"{sound.codec}, {sound.sample_rate} Hz, {channels}, {sound.seconds:.3f} s"
