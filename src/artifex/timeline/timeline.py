"""The timeline: tracks of clips at one frame rate."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from artifex.errors import NotFound
from artifex.timeline.clip import Clip
from artifex.timeline.looks import NO_LOOK, Look
from artifex.timeline.marker import Marker
from artifex.timeline.track import Track
from artifex.timeline.upgrade import TIMELINE_FORMAT


@dataclass(frozen=True, slots=True)
class Timeline:
    """``rate`` is the exact number of frames a second; sizes are in pixels, ``sample_rate`` is in hertz.

    All times are whole numbers of frames at ``rate``. ``tracks`` are ordered from bottom to top, ``markers`` by frame
    (and then id). ``look`` applies to the finished picture.
    """

    rate: Fraction
    width: int
    height: int
    sample_rate: int = 48_000
    tracks: tuple[Track, ...] = ()
    markers: tuple[Marker, ...] = ()
    look: Look = NO_LOOK

    @property
    def duration(self) -> int:
        """Frames up to the end of the last clip; prompt tracks do not count."""
        return max((track.end for track in self.tracks if track.kind != "prompt"), default=0)

    def clips(self) -> Iterator[Clip]:
        for track in self.tracks:
            yield from track.clips

    def track(self, track_id: str) -> Track:
        """Raises NotFound."""
        for track in self.tracks:
            if track.id == track_id:
                return track
        raise NotFound(f"There is no track {track_id!r:.70}.")

    def find(self, clip_id: str) -> tuple[Track, Clip]:
        """A clip with its track. Raises NotFound."""
        for track in self.tracks:
            for clip in track.clips:
                if clip.id == clip_id:
                    return track, clip
        raise NotFound(f"There is no clip {clip_id!r:.70}.")

    def with_track(self, changed: Track) -> "Timeline":
        return self.with_tracks((changed,))

    def with_tracks(self, changed: Iterable[Track]) -> "Timeline":
        """These tracks in place of those with the same ids."""
        by_id = {track.id: track for track in changed}
        return replace(self, tracks=tuple(by_id.get(track.id, track) for track in self.tracks))

    def settings_data(self) -> dict[str, Any]:
        """Everything but tracks and markers, as JSON."""
        data: dict[str, Any] = {
            "rate": str(self.rate),
            "width": self.width,
            "height": self.height,
            "sample_rate": self.sample_rate,
        }
        return data | ({"look": self.look.to_data()} if self.look.nodes else {})

    def to_data(self) -> dict[str, Any]:
        """Plain JSON, with the format's number first."""
        return {
            "format": TIMELINE_FORMAT,
            **self.settings_data(),
            "tracks": [track.to_data() for track in self.tracks],
            "markers": [marker.to_data() for marker in self.markers],
        }
