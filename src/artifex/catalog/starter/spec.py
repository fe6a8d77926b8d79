"""The starter model as data; ``docs/starter-model-card.md`` says what it can draw and how well."""

from fractions import Fraction
from pathlib import Path

from artifex.catalog.saving import Saving
from artifex.catalog.spec import Defaults, Limits, ModelSpec
from artifex.units import PixelSize

CHECKPOINTS = (
    ModelSpec(
        name="starter",
        title="Starter: one drawn shape on a plain background",
        family="wan",
        folder=Path(__file__).parent / "weights",
        licence="Apache-2.0",
        tasks=("t2v", "i2v"),
        accepts=("image",),
        accuracies=("exact", "fast"),
        defaults=Defaults(
            size=PixelSize(256, 256),
            frame_count=33,
            frame_rate=Fraction(16),
            steps=12,
            guidance=(5.0, 5.0),
            shift=8.0,
        ),
        limits=Limits(
            grid=32,
            temporal=4,
            smallest=PixelSize(64, 64),
            largest=PixelSize(512, 512),
            most_frames=97,
        ),
        enhances=False,
        loras=False,
        samples=(
            "a red circle moves right on a blue background",
            "a small yellow star turns clockwise on a purple background",
            "a green square bounces on a black background",
            "an orange heart grows on a white background",
            "a white ring moves up on a red background",
            "a big cyan triangle orbits on a gray background",
            "a pink cross stays still on a green background",
            "a blue diamond moves down and left on a yellow background",
        ),
        saving=Saving(
            step_cache=(0.15, 0.15),
            guidance_until=1.0,
            steps=12,
            passes_saved=0.09,
            psnr=49.3,
            ssim=0.9983,
        ),
        licence_url="https://www.apache.org/licenses/LICENSE-2.0",
    ),
)
