"""When each frame of a file is shown, found by reading its packets once; nothing is decoded."""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
from av.container import InputContainer
from av.packet import Packet
from av.video.stream import VideoStream
from numpy.typing import NDArray

from artifex.errors import BadReference

Times = NDArray[np.int64]

_FINEST_RATE = 10_000
"""Largest denominator of an average."""


@dataclass(frozen=True, slots=True)
class FrameIndex:
    """Frames in the order they are shown, from 0; times are in units of ``time_base`` seconds, as the file has them.

    ``keys`` are the frames at which decoding can begin, ``seek_times`` the times in the file's own index to seek to for
    them. ``missing`` frames are promised by the file's header, but are not there.
    """

    times: Times
    end: int
    time_base: Fraction
    keys: NDArray[np.int64]
    seek_times: Times
    missing: int = 0

    @property
    def frame_count(self) -> int:
        return len(self.times)

    @property
    def seconds(self) -> Fraction:
        """From the first frame to the end of the last."""
        return (self.end - int(self.times[0])) * self.time_base

    @property
    def frame_seconds(self) -> Fraction:
        """How long a frame is usually shown: the median."""
        steps = np.diff(self.times, append=self.end)
        return int(np.sort(steps)[len(steps) // 2]) * self.time_base

    @property
    def is_constant(self) -> bool:
        return is_steady(self.times)

    @property
    def average_rate(self) -> Fraction:
        return average_rate(self.frame_count, self.seconds)

    def number_at(self, time: int) -> int:
        """The frame that is shown first at ``time`` or after it; ``frame_count`` when there is none."""
        return int(np.searchsorted(self.times, time))

    def key_before(self, number: int) -> int:
        """Position among ``keys`` of the last one at or before a frame; -1 when there is none."""
        return int(np.searchsorted(self.keys, number, side="right")) - 1


def is_steady(times: Times) -> bool:
    """Whether frames that come at these times are shown for equally long, but for the rounding of the file's clock."""
    steps = np.diff(times)
    return len(steps) == 0 or int(steps.max() - steps.min()) <= max(1, int(steps.min()) // 20)


def average_rate(frame_count: int, seconds: Fraction) -> Fraction:
    """In numbers that films can count with; over the longest clip it is wrong by a small part of a frame."""
    return (frame_count / seconds).limit_denominator(_FINEST_RATE)


@dataclass(frozen=True, slots=True)
class _Entry:
    time: int
    seek_time: int
    length: int
    is_key: bool
    is_shown: bool


def read_index(container: InputContainer, stream: VideoStream, path: Path) -> FrameIndex:
    """Read every packet of ``stream``. Raises BadReference when no frame is there, or the frames have no times."""
    # Matroska's index holds presentation times, those of the others hold decoding times.
    by_show_time = container.format.name.startswith("matroska")
    entries: list[_Entry] = []
    packets = 0
    for packet in container.demux(stream):
        if not packet.size:
            continue
        packets += 1
        if packet.pts is None:
            raise BadReference(f"{path} does not say when its frame {packets - 1} is shown; export it again.")
        seek_time = packet.pts if by_show_time or packet.dts is None else min(packet.dts, packet.pts)
        shown = _is_shown(packet, stream)
        entries.append(_Entry(packet.pts, seek_time, packet.duration or 0, packet.is_keyframe, shown))
    # FFmpeg takes the end of the file for the end of the clip, even where the index lists more packets.
    missing = max(0, len(stream.index_entries) - packets)
    return _ordered(entries, Fraction(stream.time_base or 0), missing, path)


def _is_shown(packet: "Packet[VideoStream]", stream: VideoStream) -> bool:
    """False for frames that an edit list cuts off, and for hidden reference frames of VP8 (RFC 6386, 9.1)."""
    if packet.is_discard:
        return False
    return stream.codec.canonical_name != "vp8" or bool(bytes(packet)[0] & 0x10)


def _ordered(entries: list[_Entry], time_base: Fraction, missing: int, path: Path) -> FrameIndex:
    first_key = next((index for index, entry in enumerate(entries) if entry.is_key), None)
    if first_key is None or not time_base:
        raise BadReference(f"{path} holds no frame that can be decoded by itself; it is cut or damaged.")
    # What comes before the first key frame, or is shown before it, refers to frames that are not in the file.
    there = [entry for entry in entries[first_key:] if entry.time >= entries[first_key].time]
    lengths = {entry.time: entry.length for entry in there if entry.is_shown}
    if not lengths:
        raise BadReference(f"{path} shows none of its frames; export it again.")
    times = np.array(sorted(lengths), np.int64)
    # An edit list may cut off the key frame that the first frame needs: the last one before it is kept.
    keys = {int(np.searchsorted(times, entry.time)): entry.seek_time for entry in there if entry.is_key}
    keys.pop(len(times), None)
    last_step = lengths[int(times[-1])] or (int(times[-1] - times[-2]) if len(times) > 1 else 1)
    return FrameIndex(
        times=times,
        end=int(times[-1]) + last_step,
        time_base=time_base,
        keys=np.array(sorted(keys), np.int64),
        seek_times=np.array([keys[number] for number in sorted(keys)], np.int64),
        missing=missing,
    )
