"""Treatment of a finished clip: stages of processing in a fixed order."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any

from numpy.typing import NDArray

from artifex.errors import BadField
from artifex.media.continuity.anchoring import Anchor, anchored
from artifex.media.filters.cleaning import deflickered, denoised
from artifex.media.filters.interpolation import interpolated
from artifex.media.filters.ranges import within_range
from artifex.media.filters.sharpening import sharpened
from artifex.media.filters.stage import Frames


@dataclass(frozen=True, slots=True)
class Treatment:
    """Stages in their order; None leaves one out. Denoising comes first, since later stages would take noise for motion
    or edges; new frames are interpolated before edges are sharpened.

    ``denoise`` 0 to 1, ``deflicker`` over 2 to 33 frames, ``hold_colour`` 0 to 1 of the colour drift to be removed,
    ``frame_rate`` in frames a second and no lower than the clip's, ``sharpen`` 0 to 2. Raises BadField.
    """

    denoise: float | None = None
    deflicker: int | None = None
    hold_colour: float | None = None
    frame_rate: Fraction | None = None
    sharpen: float | None = None

    def __post_init__(self) -> None:
        ranges = {"denoise": (0, 1), "deflicker": (2, 33), "hold_colour": (0, 1), "frame_rate": (1, 240)}
        for name, (least, most) in {**ranges, "sharpen": (0, 2)}.items():
            value = getattr(self, name)
            if value is not None:
                within_range(name, float(value), least, most)

    def count(self, frame_count: int, rate: Fraction) -> int:
        """The number of frames that the treatment makes of ``frame_count`` frames at ``rate``."""
        return round(frame_count * (self.frame_rate or rate) / rate)

    def check_rate(self, rate: Fraction) -> None:
        """Raises BadField for a clip that has more frames a second than are wanted."""
        if self.frame_rate is not None and self.frame_rate < rate:
            raise BadField(
                "frame_rate",
                f"The clip has {float(rate):g} frames a second; frames are added, up to 240, and never taken out.",
            )

    def to_data(self) -> dict[str, Any]:
        """Plain JSON; stages that are None are left out."""
        told = {name: value for name, value in asdict(self).items() if value is not None}
        return told | ({} if self.frame_rate is None else {"frame_rate": str(self.frame_rate)})


NOTHING = Treatment()


def parse_treatment(data: Mapping[str, Any]) -> Treatment:
    """A treatment from :meth:`Treatment.to_data`. Raises BadField."""
    values: dict[str, Any] = dict(data)
    if "frame_rate" in values:
        values["frame_rate"] = Fraction(values["frame_rate"])
    return Treatment(**values)


def treated(frames: Frames, rate: Fraction, treatment: Treatment) -> Iterator[NDArray[Any]]:
    """Run frames [H, W, 3] at ``rate`` a second through the stages; few are held at a time. Raises BadField."""
    treatment.check_rate(rate)
    passing: Frames = frames
    if treatment.denoise is not None:
        passing = denoised(passing, treatment.denoise)
    if treatment.deflicker is not None:
        passing = deflickered(passing, treatment.deflicker)
    if treatment.hold_colour is not None:
        passing = anchored(passing, Anchor(strength=treatment.hold_colour))
    if treatment.frame_rate is not None:
        passing = interpolated(passing, rate, treatment.frame_rate)
    if treatment.sharpen is not None:
        passing = sharpened(passing, treatment.sharpen)
    return iter(passing)
