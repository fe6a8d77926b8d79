"""How a speech-driven clip is divided into segments. No torch."""

from dataclasses import dataclass
from fractions import Fraction

from artifex.catalog.wan.s2v.timing import (
    LEAD_FRAMES,
    MOTION_FRAMES,
    MOTION_LATENTS,
    missing_frames,
    segment_count,
)
from artifex.recipe import Recipe, Speech


@dataclass(frozen=True, slots=True)
class ClipLayout:
    """Frames and latent frames of every segment."""

    frame_count: int
    """Frames of the clip."""
    frame_rate: Fraction
    speech: Speech

    @classmethod
    def of(cls, recipe: Recipe) -> "ClipLayout":
        """The layout of a recipe; one without `speech` takes the defaults."""
        return cls(recipe.frame_count, recipe.frame_rate, recipe.speech or Speech())

    @property
    def segment_frames(self) -> int:
        """Frames that each segment adds."""
        return self.speech.segment_frames

    @property
    def segment_latents(self) -> int:
        """Latent frames of one segment."""
        return self.speech.segment_frames // 4

    @property
    def segments(self) -> int:
        """Number of segments. Raises BadInput where segments of that length cannot be made."""
        return segment_count(self.frame_count, self.speech.segment_frames)

    @property
    def made_frames(self) -> int:
        """Frames of all segments, before the last is trimmed."""
        return self.segments * self.segment_frames

    def looks_back(self, segment: int) -> bool:
        """Whether a segment continues from frames before it; the first one does if those show the picture."""
        return segment > 0 or self.speech.start_from_picture

    def prefix_latents(self, segment: int) -> int:
        """Latent frames that are decoded before a segment's own: the frames before it, or the picture."""
        return MOTION_LATENTS if self.looks_back(segment) else 1

    def prefix_frames(self, segment: int) -> int:
        """Frames that the prefix decodes to."""
        return (self.prefix_latents(segment) - 1) * 4 + 1

    def lead(self, segment: int) -> int:
        """Frames at a segment's start that cannot be shown."""
        return 0 if self.looks_back(segment) else LEAD_FRAMES

    def held(self, segment: int) -> int:
        """How often a segment's first good frame is repeated in their place, to stay in sync with the sound."""
        return self.lead(segment) - (missing_frames(self.speech) if segment == 0 else 0)

    def recent(self, finished: int) -> range:
        """Those of the first `finished` segments that hold the last 73 frames; all, if there are fewer frames."""
        first, frames = finished, 0
        while first > 0 and frames < MOTION_FRAMES:
            first -= 1
            frames += self.segment_frames - self.lead(first)
        return range(first, finished)
